/* SIF, the Singularity Image Format, version 01: header and descriptors, as our
 * own writer makes them and as a reader that checks every number. A file of
 * ours holds a definition file, labels, the OCI configuration and the root file
 * system as squashfs. No signatures, no encryption, no other partitions.
 *
 * Format: github.com/sylabs/sif, pkg/sif: a header of 128 bytes, descriptors of
 * 585 bytes, little endian, packed; checked against siftool of Debian. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "err.h"

enum sif_type {
	SIF_DEFFILE = 0x4001,
	SIF_LABELS = 0x4003,
	SIF_PARTITION = 0x4004,
	SIF_JSON = 0x4006,
};

struct sif_object {
	uint32_t type, id;
	uint64_t offset, size; /* in the file */
	char name[128];
};

#define SIF_DESCRIPTORS 48 /* of a file of ours, used or not */
#define SIF_DATA_OFFSET (4096 + SIF_DESCRIPTORS * 585)
#define SIF_PARTITION_ALIGN 4096

struct sif {
	uint8_t uuid[16];
	char architecture[16]; /* as OCI calls it: "amd64" */
	int64_t created;       /* seconds since 1970 */
	size_t count;
	struct sif_object objects[SIF_DESCRIPTORS];
};

/* Writes header and descriptors. Objects' names, types, offsets and sizes are
 * the caller's; the last object is the root file system. */
int sif_write(const struct sif *sif, int fd, struct err *e);

/* Reads them and checks that every object lies inside the file, behind the
 * descriptors, and that none overlaps another. -EBADMSG: it is none. */
int sif_read(struct sif *sif, int fd, struct err *e);
