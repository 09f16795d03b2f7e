/* See pattern.h. A sector is 64 words. The first is the sector's number,
 * scrambled by a bijection, so no two of a file are equal; the others are
 * eight streams of xorshift64 (Marsaglia 2003) that begin at the sector's own
 * key. Random enough that nothing compresses it, and no more than that. */
#include "pattern.h"

#include <string.h>
#include <sys/param.h>

#include "rng.h"

#define LANES 4u /* of a vector; two of them */
#define WORDS (PATTERN_SECTOR / sizeof(uint64_t))
#define SCRAMBLE UINT64_C(0x9fb21c651e98df25) /* odd */

typedef uint64_t lanes __attribute__((vector_size(LANES * sizeof(uint64_t))));

static uint64_t first_word(uint64_t seed, uint64_t sector)
{
	return (sector ^ seed) * SCRAMBLE ^ seed;
}

/* Sectors from `sector` on; buf need not be aligned. */
static inline __attribute__((always_inline)) void
sectors_make(uint64_t seed, unsigned char *buf, size_t count, uint64_t sector)
{
	const lanes a_apart = {
		UINT64_C(0x2545f4914f6cdd1d), UINT64_C(0x9e3779b97f4a7c15),
		UINT64_C(0xbf58476d1ce4e5b9), UINT64_C(0x94d049bb133111eb)};
	const lanes b_apart = {
		UINT64_C(0xd6e8feb86659fd93), UINT64_C(0xc2b2ae3d27d4eb4f),
		UINT64_C(0x165667b19e3779f9), UINT64_C(0xff51afd7ed558ccd)};

	for (size_t i = 0; i < count; i++, buf += PATTERN_SECTOR) {
		uint64_t first = first_word(seed, sector + i);
		uint64_t key = rng_mix(seed, sector + i);
		lanes a = a_apart ^ key, b = b_apart ^ key;

		for (size_t k = 0; k < WORDS / LANES / 2; k++) {
			a ^= a << 13;
			b ^= b << 13;
			a ^= a >> 7;
			b ^= b >> 7;
			a ^= a << 17;
			b ^= b << 17;
			memcpy(buf + 2 * k * sizeof(a), &a, sizeof(a));
			memcpy(buf + (2 * k + 1) * sizeof(b), &b, sizeof(b));
		}
		memcpy(buf, &first, sizeof(first));
	}
}

#ifdef __x86_64__
static __attribute__((target("avx2"))) void
sectors_avx2(uint64_t seed, unsigned char *buf, size_t count, uint64_t sector)
{
	sectors_make(seed, buf, count, sector);
}
#endif

static void sectors(uint64_t seed, unsigned char *buf, size_t count,
		    uint64_t sector)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx2")) {
		sectors_avx2(seed, buf, count, sector);
		return;
	}
#endif
	sectors_make(seed, buf, count, sector);
}

void pattern_fill(const struct pattern *p, unsigned char *buf, size_t len,
		  uint64_t offset)
{
	unsigned char whole[PATTERN_SECTOR];

	if (p->zero) {
		memset(buf, 0, len);
		return;
	}
	while (len) {
		size_t skip = offset % PATTERN_SECTOR;
		size_t n = len / PATTERN_SECTOR * PATTERN_SECTOR;

		if (skip == 0 && n) {
			sectors(p->seed, buf, n / PATTERN_SECTOR,
				offset / PATTERN_SECTOR);
		} else { /* a part of one */
			n = MIN(PATTERN_SECTOR - skip, len);
			sectors(p->seed, whole, 1, offset / PATTERN_SECTOR);
			memcpy(buf, whole + skip, n);
		}
		buf += n;
		len -= n;
		offset += n;
	}
}

/* Bytes before the first sector of [offset, offset + len) that is wrong. */
static size_t check_full(const struct pattern *p, const unsigned char *buf,
			 size_t len, uint64_t offset)
{
	unsigned char expected[16 * PATTERN_SECTOR];
	size_t done = 0;

	while (done < len) {
		size_t skip = (offset + done) % PATTERN_SECTOR;
		size_t n = MIN(sizeof(expected) - skip, len - done);

		pattern_fill(p, expected, n, offset + done);
		if (memcmp(buf + done, expected, n) != 0)
			break;
		done += n;
	}
	while (done < len) { /* which of these it is */
		size_t skip = (offset + done) % PATTERN_SECTOR;
		size_t n = MIN(PATTERN_SECTOR - skip, len - done);

		pattern_fill(p, expected, n, offset + done);
		if (memcmp(buf + done, expected, n) != 0)
			break;
		done += n;
	}
	return done;
}

size_t pattern_check(const struct pattern *p, const unsigned char *buf,
		     size_t len, uint64_t offset, bool full)
{
	size_t at = (PATTERN_SECTOR - offset % PATTERN_SECTOR) % PATTERN_SECTOR;
	uint64_t sector = (offset + at) / PATTERN_SECTOR;

	if (full || at + sizeof(uint64_t) > len)
		return check_full(p, buf, len, offset);
	for (; at + sizeof(uint64_t) <= len;
	     at += PATTERN_PAGE, sector += PATTERN_PAGE / PATTERN_SECTOR) {
		uint64_t word, want = p->zero ? 0 : first_word(p->seed, sector);

		memcpy(&word, buf + at, sizeof(word));
		if (word != want)
			return at;
	}
	return len;
}
