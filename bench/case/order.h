/* In which order a pass touches the blocks of a file. */
#pragma once

#include <stdint.h>

enum order_kind {
	ORDER_SEQUENTIAL, /* 0, 1, 2, ... */
	ORDER_RANDOM,	  /* a seeded permutation: every block once */
	ORDER_SAMPLE,	  /* the same, but the first and the last come first */
};

struct order {
	enum order_kind kind;
	uint64_t blocks; /* in the file */
	uint64_t seed;
};

/* The block at position i of the order. */
uint64_t order_block(const struct order *o, uint64_t i);
