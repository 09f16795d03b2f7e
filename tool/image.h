/* Images in the user's store and the site's: from the name that was typed to
 * the ID by which it runs. */
#pragma once

#include "podman.h"
#include "user.h"

#define IMAGE_ID_LEN 65

/* A short name is the user's own image, or else the site's. Refuses an image
 * whose annotations steer the runtime: Podman before 4.5.1 hands them on.
 * shown: if not NULL, `podman image inspect` of it, which the caller frees. */
int image_find(const struct podman *p, const struct user *u, const char *name,
	       char id[IMAGE_ID_LEN], char **shown, struct err *e);
/* The same for the images that a Containerfile names, by the very names; their
 * ONBUILD triggers have to pass as a line of a Containerfile would. */
int image_check_bases(const struct podman *p, const struct strs *names,
		      struct err *e);
