/* May this Containerfile be built? Looks for the ways by which one reaches the
 * host or the network as root: flags of RUN, sources of ADD, images by
 * transport. It joins and splits lines as the builder of Podman 4.3 does
 * (buildah 1.28 with openshift/imagebuilder: no here documents) and refuses
 * what the two could read differently: escape directives, quotes in flags,
 * characters that only the builder takes for blanks. It builds nothing. */
#pragma once

#include "err.h"
#include "strs.h"

/* Adds to *images the images that it needs besides its own stages. *out, which
 * the caller frees, is the text to build: FROM's variables have their values,
 * as build_args (NAME=VALUE) and the ARG instructions before have them. -EPERM
 * with the line and the reason. */
int containerfile_check(const char *text, const struct strs *build_args,
			struct strs *images, char **out, struct err *e);
/* The same for one instruction, e.g. an image's ONBUILD trigger. */
int containerfile_line(const char *line, struct strs *images, struct err *e);
