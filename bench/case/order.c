/* See order.h. The permutation is a four-round Feistel network over the next
 * even power of two, walked until it falls inside (cycle walking: Black and
 * Rogaway 2002): no memory, at any file size. */
#include "order.h"

#include "rng.h"

static uint64_t feistel(uint64_t v, unsigned half_bits, uint64_t seed)
{
	uint64_t mask = (UINT64_C(1) << half_bits) - 1;
	uint64_t left = v >> half_bits, right = v & mask;

	for (unsigned round = 0; round < 4; round++) {
		struct rng r = {seed + round + (right << 8)};
		uint64_t t = left ^ (rng_next(&r) & mask);

		left = right;
		right = t;
	}
	return left << half_bits | right;
}

static uint64_t permute(const struct order *o, uint64_t i)
{
	unsigned half_bits = 1;

	while (half_bits < 31 && UINT64_C(1) << (2 * half_bits) < o->blocks)
		half_bits++;
	do {
		i = feistel(i, half_bits, o->seed);
	} while (i >= o->blocks);
	return i;
}

static uint64_t sample(const struct order *o, uint64_t i)
{
	const struct order between = {ORDER_RANDOM, o->blocks - 2, o->seed};

	if (i < 2)
		return i ? o->blocks - 1 : 0;
	return 1 + permute(&between, i - 2);
}

uint64_t order_block(const struct order *o, uint64_t i)
{
	switch (o->kind) {
	case ORDER_RANDOM:
		return permute(o, i);
	case ORDER_SAMPLE:
		return sample(o, i);
	case ORDER_SEQUENTIAL:
	default:
		return i;
	}
}
