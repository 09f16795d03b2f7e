/* In which order a pass touches the blocks of a file. */
#include "case/order.h"

#include <stdlib.h>

#include "cleanup.h"
#include "tap.h"

#define SAMPLE 16 /* blocks that a verification reads */

static const uint64_t sizes[] = {1,  2,	 3,    4,    5,	   15,	  16,	  17,
				 63, 64, 1000, 4096, 4097, 65537, 1 << 20};

/* How many blocks are not touched exactly once. */
static uint64_t wrong(const struct order *o)
{
	cleanup_free unsigned char *seen = calloc(o->blocks, 1);
	uint64_t bad = 0;

	for (uint64_t i = 0; i < o->blocks; i++) {
		uint64_t b = order_block(o, i);

		if (b < o->blocks && seen[b] < 2)
			seen[b]++;
	}
	for (uint64_t i = 0; i < o->blocks; i++)
		bad += seen[i] != 1;
	return bad;
}

static void test_once(uint64_t blocks)
{
	struct order o = {ORDER_SEQUENTIAL, blocks, 1};

	is_u64(wrong(&o), 0, "in sequence each of %llu blocks comes once",
	       (unsigned long long)blocks);
	o.kind = ORDER_RANDOM;
	for (o.seed = 0; o.seed < 3; o.seed++)
		is_u64(wrong(&o), 0,
		       "at random each of %llu blocks comes once, seed %llu",
		       (unsigned long long)blocks, (unsigned long long)o.seed);
}

static void test_sequence(void)
{
	const struct order o = {ORDER_SEQUENTIAL, 1000, 5};
	uint64_t bad = 0;

	for (uint64_t i = 0; i < o.blocks; i++)
		bad += order_block(&o, i) != i;
	is_u64(bad, 0, "a sequence goes 0, 1, 2, ...");
}

static void test_random(void)
{
	const struct order a = {ORDER_RANDOM, 4096, 1};
	const struct order b = {ORDER_RANDOM, 4096, 2};
	uint64_t fixed = 0, same = 0, next = 0;

	for (uint64_t i = 0; i < a.blocks; i++) {
		fixed += order_block(&a, i) == i;
		same += order_block(&a, i) == order_block(&b, i);
		next += i && order_block(&a, i) == order_block(&a, i - 1) + 1;
	}
	/* A random permutation has one of each on average. */
	ok(fixed < 20, "a random order leaves few blocks in place (%llu)",
	   (unsigned long long)fixed);
	ok(next < 20, "few neighbours stay neighbours (%llu)",
	   (unsigned long long)next);
	ok(same < 20, "another seed is another order (%llu alike)",
	   (unsigned long long)same);
	ok(order_block(&a, 77) == order_block(&a, 77),
	   "the same seed is the same order");
}

static void test_sample(uint64_t blocks)
{
	struct order o = {ORDER_SAMPLE, blocks, 3};

	is_u64(order_block(&o, 0), 0, "a sample of %llu has the first block",
	       (unsigned long long)blocks);
	if (blocks > 1)
		is_u64(order_block(&o, 1), blocks - 1, "then the last");
}

/* Files far beyond what fits memory: 2^50 blocks. */
static void test_huge(void)
{
	const struct order o = {ORDER_RANDOM, (UINT64_C(1) << 50) + 3, 9};
	bool inside = true;

	for (uint64_t i = 0; i < 100000; i++)
		inside = order_block(&o, i) < o.blocks && inside;
	ok(inside, "an order of 2^50 blocks stays inside");
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		test_once(sizes[i]);
		test_sample(sizes[i]);
	}
	test_sequence();
	test_random();
	test_huge();
	return done_testing();
}
