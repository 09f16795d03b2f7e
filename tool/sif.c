/* See sif.h. */
#include "sif.h"

#include <endian.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"

#define DESCRIPTORS_OFFSET 4096
#define GROUP_NONE 0xf0000000
#define GROUP_FIRST 0xf0000001
#define FS_SQUASH 1
#define PART_PRIMARY_SYSTEM 2

struct header {
	char launch[32];
	char magic[10];
	char version[3];
	char arch[3];
	uint8_t uuid[16];
	int64_t created, modified;
	int64_t descriptors_free, descriptors_total;
	int64_t descriptors_offset, descriptors_size;
	int64_t data_offset, data_size;
} __attribute__((packed));

struct descriptor {
	uint32_t type;
	uint8_t used;
	uint32_t id, group, link;
	int64_t offset, size, size_padded;
	int64_t created, modified;
	int64_t uid, gid;
	char name[128];
	union {
		char bytes[384];
		struct {
			uint32_t fs, part;
			char arch[3];
		} __attribute__((packed)) partition;
	} extra;
} __attribute__((packed));

_Static_assert(sizeof(struct header) == 128, "as the format says");
_Static_assert(sizeof(struct descriptor) == 585, "as the format says");
_Static_assert(__BYTE_ORDER == __LITTLE_ENDIAN, "numbers are written as is");

/* Go's names of architectures (as OCI's) and the format's codes. */
static const struct {
	const char *name, code[3];
} archs[] = {
	{"386", "01"},	    {"amd64", "02"},  {"arm", "03"},
	{"arm64", "04"},    {"ppc64", "05"},  {"ppc64le", "06"},
	{"mips", "07"},	    {"mipsle", "08"}, {"mips64", "09"},
	{"mips64le", "10"}, {"s390x", "11"},  {"riscv64", "12"},
};

static const char *arch_code(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(archs); i++)
		if (strcmp(archs[i].name, name) == 0)
			return archs[i].code;
	return "00";
}

static const char *arch_name(const char code[3])
{
	for (size_t i = 0; i < ARRAY_SIZE(archs); i++)
		if (memcmp(archs[i].code, code, 3) == 0)
			return archs[i].name;
	return "unknown";
}

static void descriptor_fill(struct descriptor *d, const struct sif *sif,
			    const struct sif_object *o)
{
	uint64_t end =
		o == sif->objects ? SIF_DATA_OFFSET : o[-1].offset + o[-1].size;

	d->type = o->type;
	d->used = 1;
	d->id = o->id;
	d->group = GROUP_FIRST;
	d->offset = (int64_t)o->offset;
	d->size = (int64_t)o->size;
	d->size_padded = (int64_t)(o->offset + o->size - end);
	d->created = d->modified = sif->created;
	memcpy(d->name, o->name, sizeof(d->name));
	if (o->type != SIF_PARTITION)
		return;
	d->extra.partition.fs = FS_SQUASH;
	d->extra.partition.part = PART_PRIMARY_SYSTEM;
	memcpy(d->extra.partition.arch, arch_code(sif->architecture), 3);
}

int sif_write(const struct sif *sif, int fd, struct err *e)
{
	struct descriptor d[SIF_DESCRIPTORS] = {0};
	const struct sif_object *last = &sif->objects[sif->count - 1];
	struct header h = {
		.launch = "#!/usr/bin/env run-singularity\n",
		.magic = "SIF_MAGIC",
		.version = "01",
		.created = sif->created,
		.modified = sif->created,
		.descriptors_free = SIF_DESCRIPTORS - (int64_t)sif->count,
		.descriptors_total = SIF_DESCRIPTORS,
		.descriptors_offset = DESCRIPTORS_OFFSET,
		.descriptors_size = sizeof(d),
		.data_offset = SIF_DATA_OFFSET,
		.data_size =
			(int64_t)(last->offset + last->size) - SIF_DATA_OFFSET,
	};

	memcpy(h.arch, arch_code(sif->architecture), sizeof(h.arch));
	memcpy(h.uuid, sif->uuid, sizeof(h.uuid));
	for (size_t i = 0; i < SIF_DESCRIPTORS; i++)
		d[i].group = GROUP_NONE;
	for (size_t i = 0; i < sif->count; i++)
		descriptor_fill(&d[i], sif, &sif->objects[i]);
	if (pwrite(fd, &h, sizeof(h), 0) != sizeof(h) ||
	    pwrite(fd, d, sizeof(d), DESCRIPTORS_OFFSET) != sizeof(d))
		return err_sys(e, errno ? -errno : -EIO, "SIF header");
	return 0;
}

static int bad(struct err *e, const char *why)
{
	return err_set(e, -EBADMSG, "no SIF file that can be used: %s", why);
}

/* Takes a used descriptor that lies between `low` and the file's end. */
static int object_take(struct sif *sif, const struct descriptor *d, int64_t low,
		       int64_t file_size, struct err *e)
{
	struct sif_object *o = &sif->objects[sif->count];

	if (d->offset < low || d->size < 0 || d->offset > file_size ||
	    d->size > file_size - d->offset)
		return bad(e, "an object lies outside of the file");
	for (size_t i = 0; i < sif->count; i++)
		if ((uint64_t)d->offset <
			    sif->objects[i].offset + sif->objects[i].size &&
		    sif->objects[i].offset < (uint64_t)(d->offset + d->size))
			return bad(e, "two objects overlap");
	if (sif->count == SIF_DESCRIPTORS)
		return bad(e, "too many objects");
	if (!memchr(d->name, '\0', sizeof(d->name)))
		return bad(e, "an object's name has no end");
	o->type = d->type;
	o->id = d->id;
	o->offset = (uint64_t)d->offset;
	o->size = (uint64_t)d->size;
	memcpy(o->name, d->name, sizeof(o->name));
	sif->count++;
	return 0;
}

int sif_read(struct sif *sif, int fd, struct err *e)
{
	struct header h;
	struct descriptor d;
	struct stat st;
	int ret = 0;

	*sif = (struct sif){0};
	if (fstat(fd, &st) < 0)
		return err_sys(e, -errno, "SIF file");
	if (pread(fd, &h, sizeof(h), 0) != sizeof(h) ||
	    memcmp(h.magic, "SIF_MAGIC", 10) != 0)
		return bad(e, "it does not begin as one");
	if (memcmp(h.version, "01", 3) != 0)
		return bad(e, "another version of the format");
	if (h.descriptors_total < 0 || h.descriptors_total > 65536 ||
	    h.descriptors_offset < (int64_t)sizeof(h) ||
	    h.descriptors_offset > st.st_size ||
	    h.descriptors_total * (int64_t)sizeof(d) >
		    st.st_size - h.descriptors_offset)
		return bad(e, "its descriptors lie outside of the file");
	memcpy(sif->uuid, h.uuid, sizeof(sif->uuid));
	strcpy(sif->architecture, arch_name(h.arch));
	sif->created = h.created;
	for (int64_t i = 0; i < h.descriptors_total && ret == 0; i++) {
		off_t at = h.descriptors_offset + i * (int64_t)sizeof(d);

		if (pread(fd, &d, sizeof(d), at) != sizeof(d))
			return bad(e, "it ends too early");
		if (d.used)
			ret = object_take(sif, &d,
					  h.descriptors_offset +
						  h.descriptors_total *
							  (int64_t)sizeof(d),
					  st.st_size, e);
	}
	return ret;
}
