/* Pseudo-random numbers: reproducible, in range, and a fair shuffle. */
#include "rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "tap.h"

#define SHUFFLES 60000

/* The first outputs of splitmix64 for a seed, as published with it. */
static const struct {
	uint64_t seed, out[3];
} known[] = {
	{0, {0xe220a8397b1dcdafu, 0x6e789e6aa1b965f4u, 0x06c45d188009454fu}},
	{1234567,
	 {6457827717110365317u, 3203168211198807973u, 9817491932198370423u}},
};

static void test_known(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		struct rng r = {known[i].seed};
		bool same = true;

		for (size_t k = 0; k < 3; k++)
			same = rng_next(&r) == known[i].out[k] && same;
		ok(same, "seed %llu gives splitmix64's published numbers",
		   (unsigned long long)known[i].seed);
	}
}

static void test_below(void)
{
	static const uint64_t limits[] = {
		1, 2, 3, 10, 1000, (UINT64_C(1) << 63) + 1, UINT64_MAX};

	for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
		struct rng r = {i};
		bool inside = true;

		for (int k = 0; k < 10000; k++)
			inside = rng_below(&r, limits[i]) < limits[i] && inside;
		ok(inside, "10000 numbers below %llu are below it",
		   (unsigned long long)limits[i]);
	}
}

static void test_mix(void)
{
	ok(rng_mix(1, 2) == rng_mix(1, 2), "a stream's seed is reproducible");
	ok(rng_mix(1, 2) != rng_mix(1, 3) && rng_mix(1, 2) != rng_mix(2, 2) &&
		   rng_mix(1, 2) != rng_mix(2, 1),
	   "neighbouring streams have other seeds");
}

static bool is_permutation(const size_t *order, size_t n)
{
	cleanup_free bool *seen = calloc(n + 1, sizeof(*seen));

	for (size_t i = 0; i < n; i++) {
		if (order[i] >= n || seen[order[i]])
			return false;
		seen[order[i]] = true;
	}
	return true;
}

static size_t *shuffled(uint64_t seed, size_t n)
{
	size_t *order = calloc(n + 1, sizeof(*order));
	struct rng r = {seed};

	for (size_t i = 0; i < n; i++)
		order[i] = i;
	rng_shuffle(&r, order, n);
	return order;
}

static void test_shuffle(void)
{
	static const size_t sizes[] = {0, 1, 2, 3, 60, 4097};

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		size_t n = sizes[i];
		cleanup_free size_t *a = shuffled(7, n);
		cleanup_free size_t *b = shuffled(7, n);
		cleanup_free size_t *c = shuffled(8, n);

		ok(is_permutation(a, n), "a shuffle of %zu is a permutation",
		   n);
		ok(memcmp(a, b, n * sizeof(*a)) == 0,
		   "the same seed shuffles %zu in the same way", n);
		if (n >= 60)
			ok(memcmp(a, c, n * sizeof(*a)) != 0,
			   "another seed shuffles %zu in another way", n);
	}
}

/* Each of the six orders of three: within five standard deviations. */
static void test_fair(void)
{
	const double p = 1.0 / 6;
	const double sd = sqrt(SHUFFLES * p * (1 - p));
	unsigned counts[27] = {0};
	bool fair = true;

	for (uint64_t k = 0; k < SHUFFLES; k++) {
		cleanup_free size_t *o = shuffled(k, 3);

		counts[o[0] * 9 + o[1] * 3 + o[2]]++;
	}
	for (size_t i = 0; i < 27; i++)
		if (counts[i])
			fair = fabs(counts[i] - SHUFFLES * p) < 5 * sd && fair;
	ok(fair, "every order of three comes equally often");
}

int main(void)
{
	test_known();
	test_below();
	test_mix();
	test_shuffle();
	test_fair();
	return done_testing();
}
