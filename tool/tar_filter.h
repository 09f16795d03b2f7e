/* A tar stream on its way from `podman export` to mksquashfs: entries of ours
 * are added at its end, the image's own of the same place are left out, and
 * owners are shifted back to what they are inside a container. Knows ustar, pax
 * and GNU's long names; refuses what no exporter writes (sparse files, paths
 * with ".."). Runs as the user: the stream is the image's, trusted by nobody.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

struct tar_extra {
	char type; /* '0' file, '2' symbolic link, '5' folder */
	unsigned mode;
	const char *path; /* below 100 characters */
	const char *data; /* of a file, or where a link leads */
	/* Only where the image has nothing of this name; otherwise the image's
	 * top-level entry of this name, and all below it, is left out. */
	bool optional;
};

#define TAR_MAX_EXTRAS 64

/* Copies the stream. Fails where it ends before its end mark, or is none.
 * Owners from id_base on become 0 and up, others 0; id_base 0: as they are. */
int tar_filter(int in, int out, uint32_t id_base,
	       const struct tar_extra *extras, size_t count, struct err *e);
