/* The latency histogram against sorted data. */
#include "case/latency.h"

#include <stdlib.h>

#include "cleanup.h"
#include "rng.h"
#include "tap.h"

#define N 20000
#define ERROR_MAX 0.016

static const double shares[] = {0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1};

/* Small and large, narrow and wide: 2^from .. 2^to nanoseconds. */
static const struct {
	const char *name;
	double from, to;
} shapes[] = {
	{"a null driver's", 4, 8},	 {"a disk's", 13, 27},
	{"a stalled server's", 10, 36},	 {"equal", 20, 20},
	{"impossibly long", 60, 63.999},
};

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static double uniform(struct rng *r)
{
	return (double)(rng_next(r) >> 11) / (double)(UINT64_C(1) << 53);
}

static void test_shape(size_t k)
{
	cleanup_free struct latency *l = calloc(1, sizeof(*l));
	cleanup_free uint64_t *v = calloc(N, sizeof(*v));
	struct rng r = {k};

	for (size_t i = 0; i < N; i++) {
		v[i] = (uint64_t)exp2(shapes[k].from +
				      uniform(&r) *
					      (shapes[k].to - shapes[k].from));
		latency_add(l, v[i]);
	}
	qsort(v, N, sizeof(*v), compare);
	for (size_t i = 0; i < ARRAY_SIZE(shares); i++) {
		size_t rank = (size_t)ceil(shares[i] * N);
		double truth = (double)v[rank - 1];
		double got = (double)latency_percentile(l, shares[i]);

		ok(got >= truth && got <= truth * (1 + ERROR_MAX),
		   "p%g of %s latencies is at most 1.6 %% too long",
		   shares[i] * 100, shapes[k].name);
	}
	is_u64(l->max_ns, v[N - 1], "the longest of %s latencies is exact",
	       shapes[k].name);
	is_u64(l->total, N, "all of %s latencies are counted", shapes[k].name);
}

/* One sample is every percentile, exactly. */
static void test_single(uint64_t ns)
{
	cleanup_free struct latency *l = calloc(1, sizeof(*l));

	latency_add(l, ns);
	ok(latency_percentile(l, 0.5) == ns && latency_percentile(l, 1) == ns &&
		   l->max_ns == ns,
	   "a single latency of %llu ns is exact", (unsigned long long)ns);
}

static void test_merge(void)
{
	cleanup_free struct latency *a = calloc(1, sizeof(*a));
	cleanup_free struct latency *b = calloc(1, sizeof(*b));
	cleanup_free struct latency *all = calloc(1, sizeof(*all));
	struct rng r = {1};

	for (size_t i = 0; i < N; i++) {
		uint64_t ns = rng_next(&r) >> (20 + rng_below(&r, 40));

		latency_add(i % 3 ? a : b, ns);
		latency_add(all, ns);
	}
	latency_merge(a, b);
	ok(memcmp(a, all, sizeof(*a)) == 0,
	   "two merged histograms are the histogram of all");
}

static void test_none(void)
{
	cleanup_free struct latency *l = calloc(1, sizeof(*l));

	is_u64(latency_percentile(l, 0.99), 0, "no samples have no percentile");
	latency_add(l, 5);
	is_u64(latency_percentile(l, 1e-9), 5,
	       "the smallest share is the "
	       "smallest sample");
}

int main(void)
{
	for (size_t k = 0; k < ARRAY_SIZE(shapes); k++)
		test_shape(k);
	for (unsigned bits = 0; bits < 64; bits++) {
		uint64_t ns = UINT64_C(1) << bits;

		test_single(ns - 1);
		test_single(ns);
	}
	test_single(UINT64_MAX);
	test_merge();
	test_none();
	return done_testing();
}
