/* Images in the user's store and the site's: from the name that was typed to
 * the ID by which it runs, or is built on. */
#pragma once

#include "stored.h"
#include "user.h"

/* A short name is the user's own image, or else the site's. Refuses an image
 * whose annotations steer the runtime: Podman before 4.5.1 hands them on.
 * shown: if not NULL, `podman image inspect` of it, which the caller frees. */
int image_find(const struct podman *p, const struct user *u, const char *name,
	       char id[IMAGE_ID_LEN], char **shown, struct err *e);
/* The same for an image that a Containerfile names, by the very name; its
 * ONBUILD triggers have to pass as a line of a Containerfile would. */
int image_base(const struct stored *s, const char *name, char id[IMAGE_ID_LEN],
	       struct err *e);
