/* The bytes of a tar stream, for tar_filter.c: reads and writes with a buffer,
 * and lets large files go from pipe to pipe without touching them. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "err.h"

#define TAR_BLOCK 512

struct tar_stream {
	int in, out;
	size_t in_at, in_len, out_len;
	char in_buffer[65536], out_buffer[65536];
};

/* Reads so many bytes; fails where the stream ends before. */
int tar_get(struct tar_stream *t, void *to, size_t n, struct err *e);
int tar_put(struct tar_stream *t, const void *from, size_t n, struct err *e);
/* Copies or, with keep not set, skips so many bytes. */
int tar_pass(struct tar_stream *t, uint64_t n, int keep, struct err *e);
int tar_flush(struct tar_stream *t, struct err *e);
/* Reads what follows the end, so that its writer is not cut off. */
int tar_drain(struct tar_stream *t, struct err *e);
