/* Makes a SIF of an image's files, in a process that has become the user for
 * good: it opens the file, runs mksquashfs, which writes straight into it, and
 * adds the rest around that. What Podman says comes in as text and as a pipe:
 * nothing here is root's, and nothing is unpacked. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

struct sif_source {
	const char *inspect; /* `podman image inspect` of the image: JSON */
	int tar;	  /* reads `podman export` of a new container of it */
	uint32_t id_base; /* the first uid and gid of its user namespace */
	const char *compression; /* zstd, gzip, lz4 or xz */
	unsigned processors;	 /* that mksquashfs may use; 0: all */
};

bool sif_compression_valid(const char *name);

/* The file appears under its name when it is whole. With replace set it takes
 * the place of one that is there; otherwise there must be none (-EEXIST). The
 * same image gives the same bytes. Ignores SIGPIPE from then on. */
int sif_make(const struct sif_source *src, const char *path, bool replace,
	     struct err *e);
