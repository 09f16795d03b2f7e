/* The data that is written and checked: what is wrong with it is found, no
 * sector is there twice, and it follows from seed and place alone. */
#include "case/pattern.h"

#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "rng.h"
#include "tap.h"

#define BLOCK 65536u
#define AT (UINT64_C(7) << 40) /* a place beyond 32 bits */

static const struct pattern data = {.seed = 0x123456789abcdefu};
static const struct pattern zeros = {.zero = true};
static unsigned char buf[BLOCK + 512];

static size_t check(const struct pattern *p, bool full)
{
	return pattern_check(p, buf, BLOCK, AT, full);
}

/* Turns one bit over, checks, and turns it back. */
static size_t check_flipped(const struct pattern *p, size_t at, unsigned bit)
{
	size_t good;

	buf[at] ^= (unsigned char)(1u << bit);
	good = check(p, true);
	buf[at] ^= (unsigned char)(1u << bit);
	return good;
}

static void test_corruption(const struct pattern *p, const char *what)
{
	struct rng r = {11};
	unsigned missed = 0;

	pattern_fill(p, buf, BLOCK, AT);
	is_u64(check(p, false), BLOCK, "%s data looks good", what);
	is_u64(check(p, true), BLOCK, "%s data is good", what);
	for (size_t i = 0; i < BLOCK; i += 7) {
		size_t sector = i / PATTERN_SECTOR * PATTERN_SECTOR;

		missed += check_flipped(p, i, (unsigned)rng_below(&r, 8)) !=
			  sector;
	}
	is_u64(missed, 0, "%s: every flipped bit is found, with its sector",
	       what);
}

/* Data at another place, of another file, and none at all. */
static void test_places(void)
{
	struct pattern other = {.seed = data.seed + 1};

	pattern_fill(&data, buf, BLOCK, AT);
	is_u64(pattern_check(&data, buf, BLOCK, AT + BLOCK, false), 0,
	       "data of another place is found by its first sector");
	is_u64(pattern_check(&other, buf, BLOCK, AT, false), 0,
	       "and so is data of another file");
	memmove(buf + 9 * PATTERN_PAGE, buf + 5 * PATTERN_PAGE, PATTERN_PAGE);
	is_u64(check(&data, false), 9 * PATTERN_PAGE,
	       "a page at the place of another is found");
	pattern_fill(&data, buf, BLOCK, AT);
	memset(buf + 3 * PATTERN_PAGE, 0, PATTERN_PAGE);
	is_u64(check(&data, false), 3 * PATTERN_PAGE, "a hole is found");
}

/* The same bytes, in whatever pieces they are made. */
static void test_pieces(void)
{
	static const size_t lengths[] = {1,   8,    511,  512,
					 513, 1500, 4096, 47008};
	static unsigned char whole[4 * BLOCK], parts[4 * BLOCK];

	for (unsigned i = 0; i < ARRAY_SIZE(lengths); i++) {
		size_t n = lengths[i], bad = 0;

		pattern_fill(&data, whole, sizeof(whole), AT);
		for (size_t at = 0; at < sizeof(parts); at += n) {
			size_t len = sizeof(parts) - at;

			len = len < n ? len : n;
			pattern_fill(&data, parts + at, len, AT + at);
			bad += pattern_check(&data, whole + at, len, AT + at,
					     true) != len;
			bad += pattern_check(&data, whole + at, len, AT + at,
					     false) != len;
		}
		ok(memcmp(whole, parts, sizeof(whole)) == 0,
		   "blocks of %zu bytes have the bytes of the whole", n);
		is_u64(bad, 0, "and each of them is found good");
	}
}

static int sector_compare(const void *a, const void *b)
{
	return memcmp(a, b, PATTERN_SECTOR);
}

/* Two files of 16 MiB, sorted by sectors. */
static void test_dedup(void)
{
	const size_t bytes = 16u << 20, sectors = 2 * bytes / PATTERN_SECTOR;
	unsigned char *all = malloc(2 * bytes);
	size_t same = 0, zero_bytes = 0, words = 0;
	struct pattern other = {.seed = data.seed + 1};

	if (!all)
		exit(1);
	pattern_fill(&data, all, bytes, 0);
	pattern_fill(&other, all + bytes, bytes, 0);
	for (size_t i = 0; i < 2 * bytes; i++)
		zero_bytes += all[i] == 0;
	ok(zero_bytes > 2 * bytes / 256 * 98 / 100 &&
		   zero_bytes < 2 * bytes / 256 * 102 / 100,
	   "one byte in 256 is 0 (%zu of %zu)", zero_bytes, 2 * bytes);
	qsort(all, sectors, PATTERN_SECTOR, sector_compare);
	for (size_t i = 1; i < sectors; i++) {
		const unsigned char *s = all + i * PATTERN_SECTOR;

		same += sector_compare(s - PATTERN_SECTOR, s) == 0;
		words += memcmp(s - PATTERN_SECTOR + 8, s + 8, 8) == 0;
	}
	is_u64(same, 0, "no two sectors of two files are equal");
	ok(words < 3, "nor begin alike after their first word");
	free(all);
}

/* With or without vector units: another machine may read them. */
static void test_known(void)
{
	const struct pattern one = {.seed = 1};
	uint64_t sum = 0;

	pattern_fill(&one, buf, BLOCK, 0);
	for (size_t i = 0; i < BLOCK; i += 8) {
		uint64_t word;

		memcpy(&word, buf + i, sizeof(word));
		sum = sum * 31 + word;
	}
	is_u64(sum, UINT64_C(15582460846142074234),
	       "seed 1 gives the bytes that it gives everywhere");
}

int main(void)
{
	test_corruption(&data, "random");
	test_corruption(&zeros, "zero");
	test_places();
	test_pieces();
	test_dedup();
	test_known();
	return done_testing();
}
