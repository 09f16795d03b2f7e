/* See rng.h. */
#include "rng.h"

uint64_t rng_below(struct rng *r, uint64_t n)
{
	uint64_t limit = UINT64_MAX - UINT64_MAX % n;
	uint64_t v;

	do {
		v = rng_next(r);
	} while (v >= limit);
	return v % n;
}

uint64_t rng_mix(uint64_t seed, uint64_t index)
{
	struct rng r = {seed};

	r.state = rng_next(&r) ^ (index * 0xd1342543de82ef95u);
	return rng_next(&r);
}

void rng_shuffle(struct rng *r, size_t *order, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t j = (size_t)rng_below(r, i);
		size_t t = order[i - 1];

		order[i - 1] = order[j];
		order[j] = t;
	}
}
