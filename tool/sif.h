/* SIF, the Singularity Image Format, from an image of rootless Podman's: sif.c
 * makes the file, sif_meta.c says what Singularity wants to know of the image,
 * sif_head.c writes header and descriptors. No signatures, no encryption, no
 * reader: siftool has them.
 */
#pragma once

#include <stdint.h>

#include "err.h"
#include "line.h"

enum sif_text {
	SIF_DEFINITION,
	SIF_LABELS,
	SIF_CONFIG,
	SIF_OBJECTS, /* those before it are objects of the file, too */
	SIF_ENVIRONMENT = SIF_OBJECTS,
	SIF_RUNSCRIPT,
	SIF_TEXTS,
};

struct sif_meta {
	char id[65], arch[16]; /* the image's; as OCI has them: "amd64" */
	uint32_t created;      /* seconds since 1970 */
	char *text[SIF_TEXTS];
};

/* Reads what `podman image inspect --format SIF_META_FORMAT` says.
 * sif_meta_close() in any case. */
#define SIF_META_FORMAT                                                        \
	"{{.Id}} {{.Architecture}} {{.Created.Unix}} {{json .Config}}"
int sif_meta_read(struct sif_meta *m, const char *inspect, struct err *e);
void sif_meta_close(struct sif_meta *m);

/* Adds mksquashfs's options for .singularity.d and the links into it. Returns
 * the contents of files that they have as descriptor 5 (caller frees), or NULL.
 */
char *sif_meta_pseudo(const struct sif_meta *m, struct line *l);

/* Where in the file the root file system begins; and all that is before it. */
uint64_t sif_head_size(const struct sif_meta *m);
int sif_head_write(const struct sif_meta *m, const char *compression, int fd,
		   struct err *e);
