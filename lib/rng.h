/* Seeded pseudo-random numbers for data, orders and offsets: splitmix64
 * (Steele, Lea, Flood 2014). Reproducible on every machine; not for secrets. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct rng {
	uint64_t state;
};

static inline uint64_t rng_next(struct rng *r)
{
	uint64_t z = (r->state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* Uniform in [0, n), n > 0, without modulo bias (rejection). */
uint64_t rng_below(struct rng *r, uint64_t n);

/* A seed for the stream `index` of `seed`: independent of its neighbours. */
uint64_t rng_mix(uint64_t seed, uint64_t index);

/* Fisher-Yates; order[0..n) is permuted in place. */
void rng_shuffle(struct rng *r, size_t *order, size_t n);
