/* The data that is written and checked: seeded, incompressible, and every
 * 4 KiB page says where it belongs. A page holds a stamp {offset, seed, body}
 * and 4080 pseudo-random bytes that follow from (seed, body), so any process
 * can check any page without knowing how it was written. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

#define PATTERN_PAGE 4096u

struct pattern {
	uint64_t seed;
	bool zero; /* data = zero: no stamps, every byte 0 */
};

/* A piece of memory for one operation; pieces are reused oldest first. */
struct piece {
	unsigned char *buf;
	struct piece *next;
};

/* depth + about 1 MiB of blocks, filled outside any timed window. More pieces
 * than depth, so that neighbouring blocks differ even at depth 1 and no
 * compression window below 1 MiB sees the same body twice. */
struct arena {
	unsigned char *base;
	size_t bytes;
	struct piece *pieces;
	struct piece *head, *tail;
};

int arena_open(struct arena *a, size_t block_bytes, unsigned depth,
	       struct err *e);
void arena_fill(struct arena *a, const struct pattern *p);
struct piece *arena_take(struct arena *a);
void arena_give(struct arena *a, struct piece *piece);
void arena_close(struct arena *a);

/* Stamps the pages of a filled buffer for its place in the file. */
void pattern_stamp(const struct pattern *p, unsigned char *buf, size_t len,
		   uint64_t offset);

/* Checks pages read back: the stamps only, or with `full` every byte.
 * Returns the number of good bytes: len when all are. */
size_t pattern_check(const struct pattern *p, const unsigned char *buf,
		     size_t len, uint64_t offset, bool full);
