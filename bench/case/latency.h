/* Latency histogram, log-linear: 64 buckets an octave, so a percentile is at
 * most 1.6 % above the true value. Fixed memory at any number of samples. */
#pragma once

#include <stdint.h>

#define LATENCY_SUB_BITS 6
#define LATENCY_BUCKETS ((64 - LATENCY_SUB_BITS + 1) << LATENCY_SUB_BITS)

struct latency {
	uint64_t counts[LATENCY_BUCKETS];
	uint64_t total;
	uint64_t max_ns;
};

void latency_add(struct latency *l, uint64_t ns);
void latency_merge(struct latency *into, const struct latency *from);

/* The smallest bucket bound that at least share (0..1] of the samples do not
 * exceed, in nanoseconds; 0 when there are none. */
uint64_t latency_percentile(const struct latency *l, double share);
