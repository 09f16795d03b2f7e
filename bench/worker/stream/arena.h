/* The memory of operations: what a write hands over first is made before the
 * clock starts (ready); everything else uses a ring of buffers again and
 * again. */
#pragma once

#include <stddef.h>

#include "err.h"
#include "case/order.h"
#include "case/pattern.h"

/* A piece of memory for one operation; pieces are reused oldest first. */
struct piece {
	unsigned char *buf;
	struct piece *next;
};

struct arena {
	size_t block_bytes;
	unsigned char *base; /* the ring: depth + about 1 MiB of blocks */
	size_t bytes;
	struct piece *pieces;
	struct piece *head, *tail;

	unsigned char *ready; /* the blocks of a pass's first operations */
	size_t ready_bytes;
	uint64_t ready_count;
};

int arena_open(struct arena *a, size_t block_bytes, unsigned depth,
	       struct err *e);

/* Makes room for the first count blocks of a pass, or as many as are in
 * most_bytes; none without memory: then they are made when they are written.
 * How many. */
uint64_t arena_ready(struct arena *a, uint64_t count, uint64_t most_bytes);

/* The i-th of these; i < ready_count. */
static inline unsigned char *arena_block(const struct arena *a, uint64_t i)
{
	return a->ready + i * a->block_bytes;
}

struct piece *arena_take(struct arena *a);
void arena_give(struct arena *a, struct piece *piece);
void arena_close(struct arena *a);

/* Memory that clients on this host may use for blocks made ready, each: an
 * eighth of what is available, at most 4 GiB. */
uint64_t arena_budget(unsigned clients);
