/* What Podman says of an image, as Singularity 3 wants to read it: the texts of
 * the SIF's own objects and of .singularity.d. Everything comes from the image
 * alone: the same image gives the same texts. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "tar_filter.h"

struct sif_meta {
	char id[65]; /* of the image: 64 hexadecimal digits */
	char architecture[16];
	int64_t created;		 /* seconds since 1970; 0: not known */
	char *deffile, *labels, *config; /* the objects */
	char *environment, *runscript;	 /* scripts of .singularity.d */
};

/* From `podman image inspect` of one image. */
int sif_meta_read(struct sif_meta *m, const char *inspect, struct err *e);
void sif_meta_close(struct sif_meta *m);
/* What is added to the image's files, at most TAR_MAX_EXTRAS; it borrows the
 * texts. Returns how many. */
size_t sif_meta_files(const struct sif_meta *m, struct tar_extra *files);
