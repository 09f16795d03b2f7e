/* May this Containerfile be built? Looks for the ways by which one reaches the
 * host or the network as root: flags of RUN, sources of ADD, images by
 * transport. It joins and splits lines as the builder of Podman 4.3 does
 * (buildah 1.28 with openshift/imagebuilder: no here documents) and refuses
 * what the two could read differently: escape directives, quotes in flags,
 * characters that only the builder takes for blanks. It builds nothing. */
#pragma once

#include "err.h"
#include "strs.h"

/* Finds an image that FROM or COPY --from names: *id, which the caller frees,
 * is what Podman gets in its place. */
typedef int containerfile_image(void *arg, const char *name, char **id,
				struct err *e);
/* *out, which the caller frees, is the text to build: FROM's variables have
 * their values, as build_args (NAME=VALUE) and the ARG instructions before have
 * them, and images that are no stages of its own their IDs. -EPERM with the
 * line and the reason, or what `image` has said. */
int containerfile_check(const char *text, const struct strs *build_args,
			containerfile_image *image, void *arg, char **out,
			struct err *e);
/* The same for an image's ONBUILD triggers, which may name no image. */
int containerfile_triggers(const char *text, struct err *e);
