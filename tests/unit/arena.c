/* The memory of operations. */
#include "worker/stream/arena.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "cleanup.h"
#include "tap.h"

static void test_ring(size_t block, unsigned depth)
{
	struct piece *first;
	struct arena a;
	struct err e;
	unsigned n = 0;

	if (arena_open(&a, block, depth, &e) < 0)
		exit(1);
	for (struct piece *p = a.head; p; p = p->next) {
		if ((uintptr_t)p->buf % 4096 != 0)
			break;
		n++;
	}
	ok(n >= depth + 1 && n * block >= (1u << 20),
	   "%u buffers of %zu bytes, each on a page, for depth %u", n, block,
	   depth);
	first = arena_take(&a);
	arena_give(&a, first);
	while (a.head != first)
		arena_take(&a);
	ok(arena_take(&a) == first && !a.head && !a.tail,
	   "a buffer that is given back is taken last");
	arena_close(&a);
	arena_close(&a);
	ok(!a.base, "it can be closed twice");
}

static void test_ready(void)
{
	struct arena a;
	struct err e;

	if (arena_open(&a, 47008, 1, &e) < 0)
		exit(1);
	is_u64(arena_ready(&a, 10, 1 << 20), 10, "all blocks of a small file");
	ok(arena_block(&a, 9) == a.ready + 9 * 47008, "one after the other");
	is_u64(arena_ready(&a, 100, 1 << 20), 22,
	       "of a large one those that there is room for");
	is_u64(arena_ready(&a, 100, UINT64_C(1) << 62), 100, "or all");
	is_u64(arena_ready(&a, UINT64_C(1) << 50, UINT64_MAX), 0,
	       "none where memory does not do");
	arena_close(&a);
}

int main(void)
{
	struct arena a;
	struct err e = {""};

	test_ring(65536, 1);
	test_ring(4096, 16);
	test_ring(47008, 4);
	test_ring(8u << 20, 2);
	test_ready();
	ok(arena_budget(4) > 0 && arena_budget(4) < arena_budget(1),
	   "clients of one host share what there is");
	is_int(arena_open(&a, (size_t)1 << 46, 1000, &e), -ENOMEM,
	       "too much memory is said, not taken");
	arena_close(&a);
	return done_testing();
}
