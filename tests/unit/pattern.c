/* The data that is written and checked: what is wrong with a page is found. */
#include "pattern.h"

#include <errno.h>
#include <stdlib.h>

#include "cleanup.h"
#include "rng.h"
#include "tap.h"

#define BLOCK 65536u
#define AT (UINT64_C(7) << 40) /* a place beyond 32 bits */

static const struct pattern data = {.seed = 0x123456789abcdefu};
static const struct pattern zeros = {.zero = true};

/* A block as it is written to AT. */
static unsigned char *block_make(struct arena *a, const struct pattern *p)
{
	struct err e;

	if (arena_open(a, BLOCK, 4, &e) < 0)
		exit(1);
	arena_fill(a, p);
	pattern_stamp(p, a->head->buf, BLOCK, AT);
	return a->head->buf;
}

static size_t check(const struct pattern *p, const unsigned char *buf,
		    bool full)
{
	return pattern_check(p, buf, BLOCK, AT, full);
}

/* Turns one bit over, checks, and turns it back. */
static size_t check_flipped(const struct pattern *p, unsigned char *buf,
			    size_t at, unsigned bit)
{
	size_t good;

	buf[at] ^= (unsigned char)(1u << bit);
	good = check(p, buf, true);
	buf[at] ^= (unsigned char)(1u << bit);
	return good;
}

static void test_corruption(const struct pattern *p, const char *what)
{
	struct rng r = {11};
	struct arena a;
	unsigned char *buf = block_make(&a, p);
	unsigned missed = 0;

	is_u64(check(p, buf, false), BLOCK, "%s data has good stamps", what);
	is_u64(check(p, buf, true), BLOCK, "%s data is good", what);
	for (size_t i = 0; i < PATTERN_PAGE; i++)
		missed += check_flipped(p, buf, PATTERN_PAGE + i,
					(unsigned)rng_below(&r, 8)) !=
			  PATTERN_PAGE;
	is_u64(missed, 0,
	       "a flipped bit in any byte of a page of %s data is "
	       "found",
	       what);
	missed = 0;
	for (unsigned i = 0; i < 2000; i++) {
		size_t at = rng_below(&r, BLOCK);

		missed +=
			check_flipped(p, buf, at, (unsigned)rng_below(&r, 8)) !=
			at / PATTERN_PAGE * PATTERN_PAGE;
	}
	is_u64(missed, 0,
	       "2000 flipped bits anywhere in %s data are found "
	       "at their page",
	       what);
	arena_close(&a);
}

/* What each check finds: the number of good bytes. */
static void test_stamps(void)
{
	const struct pattern other = {.seed = data.seed + 1};
	const struct pattern far = {.seed = data.seed ^ UINT64_C(1) << 40};
	unsigned char page[PATTERN_PAGE];
	struct arena a;
	unsigned char *buf = block_make(&a, &data);

	is_u64(pattern_check(&data, buf, BLOCK, AT + BLOCK, false), 0,
	       "a block at another place is found by its stamps");
	is_u64(pattern_check(&data, buf, BLOCK, AT ^ UINT64_C(1) << 40, false),
	       0, "even when the places are alike in 32 bits");
	is_u64(check(&other, buf, false), 0,
	       "another seed is found by the stamps");
	is_u64(check(&far, buf, true), 0,
	       "a seed that is alike in 32 bits is found by the full check");
	memcpy(page, buf + 5 * PATTERN_PAGE, PATTERN_PAGE);
	memcpy(buf + 9 * PATTERN_PAGE, page, PATTERN_PAGE);
	is_u64(check(&data, buf, false), 9 * PATTERN_PAGE,
	       "a misplaced page is found by its stamp");
	pattern_stamp(&data, buf, BLOCK, AT);
	is_u64(check(&data, buf, true), BLOCK,
	       "the same body may stand at any place");
	memset(buf + 3 * PATTERN_PAGE, 0, PATTERN_PAGE);
	is_u64(check(&data, buf, false), 3 * PATTERN_PAGE,
	       "a hole in the file is found by its stamp");
	arena_close(&a);
}

static void test_zero(void)
{
	cleanup_free unsigned char *buf = calloc(1, BLOCK);

	is_u64(check(&zeros, buf, true), BLOCK, "zeros are good zero data");
	is_u64(check(&data, buf, false), 0, "zeros are no random data");
	buf[2 * PATTERN_PAGE] = 1;
	is_u64(check(&zeros, buf, false), 2 * PATTERN_PAGE,
	       "the short check of zero data looks at each page's start");
	buf[2 * PATTERN_PAGE] = 0;
	pattern_stamp(&zeros, buf, BLOCK, AT);
	is_u64(check(&zeros, buf, true), BLOCK, "zero data has no stamps");
}

/* Pages of one arena must not repeat, or a store could fold them together. */
static int page_compare(const void *a, const void *b)
{
	return memcmp(a, b, PATTERN_PAGE);
}

static void test_arena(size_t block, unsigned depth)
{
	struct arena a;
	struct err e;
	struct piece *first;
	size_t pages, same = 0, n = 0;

	if (arena_open(&a, block, depth, &e) < 0)
		exit(1);
	arena_fill(&a, &data);
	ok(a.bytes >= block * (depth + 1) &&
		   a.bytes <= block * (depth + 1) + (1 << 20),
	   "blocks of %zu at depth %u take depth blocks and 1 MiB or one more",
	   block, depth);
	first = arena_take(&a);
	arena_give(&a, first);
	for (struct piece *p = a.head; p; p = p->next)
		n++;
	ok(a.tail == first && n == a.bytes / block,
	   "a piece that comes back is taken again last");
	pages = a.bytes / PATTERN_PAGE;
	qsort(a.base, pages, PATTERN_PAGE, page_compare);
	for (size_t i = 1; i < pages; i++)
		same += page_compare(a.base + (i - 1) * PATTERN_PAGE + 16,
				     a.base + i * PATTERN_PAGE + 16) == 0;
	is_u64(same, 0, "no two of its %zu pages are alike", pages);
	while (a.head)
		arena_take(&a);
	arena_give(&a, first);
	ok(arena_take(&a) == first && !a.head && !a.tail,
	   "all pieces can be taken and given back");
	arena_close(&a);
	arena_close(&a);
}

static void test_impossible(void)
{
	struct arena a;
	struct err e = {""};

	is_int(arena_open(&a, (size_t)1 << 46, 1000, &e), -ENOMEM,
	       "more memory than there is is an error");
	ok(strstr(e.msg, "allocate 1001 buffers"), "that says how much");
	arena_close(&a);
}

int main(void)
{
	test_corruption(&data, "random");
	test_corruption(&zeros, "zero");
	test_stamps();
	test_zero();
	test_arena(4096, 1);
	test_arena(65536, 1);
	test_arena(65536, 16);
	test_arena(4 << 20, 2);
	test_impossible();
	return done_testing();
}
