/* See sif.h. Format: github.com/sylabs/sif, pkg/sif: a header of 128 bytes and
 * descriptors of 585 bytes, packed, little endian; checked with siftool. */
#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "sif.h"

#define DESCRIPTORS 48 /* used or not */
#define DESCRIPTORS_AT 4096
#define DATA_AT (DESCRIPTORS_AT + DESCRIPTORS * 585)
#define ALIGN 4096 /* of the root file system */
#define GROUP_NONE 0xf0000000
#define GROUP_FIRST 0xf0000001
#define FS_SQUASH 1
#define PART_PRIMARY_SYSTEM 2

struct header {
	char launch[32], magic[10], version[3], arch[3];
	uint8_t uuid[16];
	int64_t created, modified, descriptors_free, descriptors_total;
	int64_t descriptors_at, descriptors_size, data_at, data_size;
} __attribute__((packed));

struct descriptor {
	uint32_t type;
	uint8_t used;
	uint32_t id, group, link;
	int64_t at, size, size_padded, created, modified, uid, gid;
	char name[128];
	uint32_t fs, part; /* the root file system only */
	char arch[3], rest[384 - 11];
} __attribute__((packed));

_Static_assert(sizeof(struct header) == 128, "as the format says");
_Static_assert(sizeof(struct descriptor) == 585, "as the format says");
_Static_assert(__BYTE_ORDER == __LITTLE_ENDIAN, "numbers are written as is");

static const struct {
	uint32_t type;
	char name[16];
} objects[SIF_OBJECTS + 1] = {
	[SIF_DEFINITION] = {0x4001, "def"},
	[SIF_LABELS] = {0x4003, "labels.json"},
	[SIF_CONFIG] = {0x4006, "oci-config.json"},
	[SIF_OBJECTS] = {0x4004, "squashfs"},
};

/* OCI's names of architectures; the format's code is the place, from 01. */
static void arch_code(char code[3], const char *name)
{
	static const char *const archs[] = {
		"",	    "386",     "amd64",	 "arm",	   "arm64",
		"ppc64",    "ppc64le", "mips",	 "mipsle", "mips64",
		"mips64le", "s390x",   "riscv64"};
	size_t n = ARRAY_SIZE(archs) - 1;

	while (n > 0 && strcmp(archs[n], name) != 0)
		n--;
	memcpy(code, (char[]){(char)('0' + n / 10), (char)('0' + n % 10), 0},
	       3);
}

/* An identifier that follows from the content (RFC 9562, version 8). */
static void uuid_derive(uint8_t uuid[16], const char *id, const char *salt)
{
	for (int i = 0; i < 16; i++)
		sscanf(id + 2 * i, "%2hhx", &uuid[i]);
	while (*salt)
		uuid[15] = (uint8_t)(uuid[15] * 31 + *salt++);
	uuid[6] = (uint8_t)(0x80 | (uuid[6] & 0x0f));
	uuid[8] = (uint8_t)(0x80 | (uuid[8] & 0x3f));
}

uint64_t sif_head_size(const struct sif_meta *m)
{
	uint64_t end = DATA_AT;

	for (int i = 0; i < SIF_OBJECTS; i++)
		end += strlen(m->text[i]);
	return (end + ALIGN - 1) / ALIGN * ALIGN;
}

int sif_head_write(const struct sif_meta *m, const char *compression, int fd,
		   struct err *e)
{
	struct descriptor all[DESCRIPTORS], *d = all;
	struct header h = {
		.launch = "#!/usr/bin/env run-singularity\n",
		.magic = "SIF_MAGIC",
		.version = "01",
		.created = m->created,
		.modified = m->created,
		.descriptors_free = DESCRIPTORS - SIF_OBJECTS - 1,
		.descriptors_total = DESCRIPTORS,
		.descriptors_at = DESCRIPTORS_AT,
		.descriptors_size = sizeof(all),
		.data_at = DATA_AT,
	};
	int64_t end = DATA_AT, wrong = 0;
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_sys(e, -errno, "write the header");
	h.data_size = st.st_size - DATA_AT;
	arch_code(h.arch, m->arch);
	uuid_derive(h.uuid, m->id, compression);
	errno = EIO;
	for (uint32_t i = 0; i < DESCRIPTORS; i++, d++) {
		const char *text = i < SIF_OBJECTS ? m->text[i] : "";

		*d = (struct descriptor){.group = GROUP_NONE};
		if (i > SIF_OBJECTS)
			continue;
		d->type = objects[i].type;
		d->used = 1;
		d->id = i + 1;
		d->group = GROUP_FIRST;
		d->at = i < SIF_OBJECTS ? end : (int64_t)sif_head_size(m);
		d->size = i < SIF_OBJECTS ? (int64_t)strlen(text)
					  : st.st_size - d->at;
		d->size_padded = d->at + d->size - end;
		d->created = d->modified = m->created;
		strcpy(d->name, objects[i].name);
		wrong |= pwrite(fd, text, strlen(text), d->at) -
			 (ssize_t)strlen(text);
		end = d->at + d->size;
	}
	all[SIF_OBJECTS].fs = FS_SQUASH;
	all[SIF_OBJECTS].part = PART_PRIMARY_SYSTEM;
	arch_code(all[SIF_OBJECTS].arch, m->arch);
	wrong |= pwrite(fd, &h, sizeof(h), 0) - (ssize_t)sizeof(h);
	wrong |= pwrite(fd, all, sizeof(all), DESCRIPTORS_AT) -
		 (ssize_t)sizeof(all);
	return wrong ? err_sys(e, -errno, "write the header") : 0;
}
