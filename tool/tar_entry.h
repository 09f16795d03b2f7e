/* One entry of a tar stream, for tar_filter.c: reads what its headers say, and
 * writes them again so that they say it in one way only. What goes on is what
 * was understood: no reader behind us can take it for something else. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "tar_stream.h"

struct tar_ustar {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12];
	char sum[8], type, link[100], magic[8], uname[32], gname[32];
	char major[8], minor[8], prefix[155], pad[12];
};
_Static_assert(sizeof(struct tar_ustar) == TAR_BLOCK, "as the format says");

/* One entry, with what the headers before its own say of it. */
struct tar_entry {
	struct tar_ustar h;
	char *records; /* pax records that go on with it, without the rest's */
	size_t records_len;
	char *path;
	bool long_path; /* the path is not the header's */
	bool has_size, has_uid, has_gid;
	uint64_t size, uid, gid;
};

/* Reads the next entry's headers; its bytes follow in the stream. 1: it is the
 * stream's end. */
int tar_entry_next(struct tar_stream *t, struct tar_entry *n, struct err *e);
/* Writes the headers: one of pax where it takes one, and the own. Owners are
 * shifted down by base; below it they become 0. */
int tar_entry_put(struct tar_stream *t, struct tar_entry *n, uint32_t base,
		  struct err *e);
void tar_entry_close(struct tar_entry *n);
/* Says that this is no tar stream of an exporter's. */
int tar_odd(struct err *e, const char *what);

static inline uint64_t tar_padding(uint64_t size)
{
	return (TAR_BLOCK - size % TAR_BLOCK) % TAR_BLOCK;
}
