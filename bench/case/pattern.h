/* The data that is written and checked: a byte follows from the seed of its
 * file and its place there, and from nothing else, so whoever knows those can
 * check any byte, however it was written. No two sectors of 512 bytes are
 * equal, in one file or in two, and none can be compressed. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PATTERN_SECTOR 512u
#define PATTERN_PAGE 4096u

struct pattern {
	uint64_t seed;
	bool zero; /* data = zero: every byte 0 */
};

/* Makes the bytes of [offset, offset + len); some 10 GB/s. */
void pattern_fill(const struct pattern *p, unsigned char *buf, size_t len,
		  uint64_t offset);

/* Checks what was read from there: the first eight bytes of a sector in every
 * page, or with `full` every byte. Returns the number of bytes before the
 * first sector that is not right: len when all are. */
size_t pattern_check(const struct pattern *p, const unsigned char *buf,
		     size_t len, uint64_t offset, bool full);
