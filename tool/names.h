/* From the names that users type to those that Podman knows: completed with
 * the user's name. Since every user has a store of his own this keeps names
 * readable for the administrator; it is not what keeps users apart. */
#pragma once

#include "user.h"

/* web -> alice-web; alice-web and IDs stay. The caller frees it. */
char *name_object(const struct user *u, const char *name);
/* web:2 -> localhost/alice-web:2; with a registry or as an ID it stays. */
char *name_image(const struct user *u, const char *image);
