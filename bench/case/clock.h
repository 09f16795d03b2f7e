/* Clocks that differ: how far another process's monotonic clock is from ours,
 * found by asking it and taking the quickest of a few answers (Cristian 1989).
 * Times of two hosts are only compared through this. */
#pragma once

#include <stdint.h>

/* ns: what is added to our time to get the other's; it is within error_ns. */
struct clock_offset {
	int64_t ns;
	uint64_t error_ns;
};

#define CLOCK_UNKNOWN                                                          \
	{                                                                      \
		.ns = 0, .error_ns = INT64_MAX                                 \
	}
#define CLOCK_ROUNDS 10u

/* Equal in processes that have one monotonic clock: the same boot of the same
 * kernel, the same time namespace. 0: cannot tell. Fits 63 bits. */
uint64_t clock_id(void);

/* The same moment on two clocks of this host: the one that everything is timed
 * with, and one that nothing sets or slews (CLOCK_MONOTONIC_RAW). */
struct clock_pair {
	uint64_t ns, raw_ns;
};

void clock_pair_read(struct clock_pair *p);

/* How far the two have moved apart from a to b, in ns; 0 without the second. */
uint64_t clock_drift(const struct clock_pair *a, const struct clock_pair *b);

/* One question: asked and answered by our clock, what the other's said in
 * between. Keeps the answer with the smallest error. */
void clock_round(struct clock_offset *o, uint64_t asked_ns, uint64_t theirs_ns,
		 uint64_t answered_ns);
