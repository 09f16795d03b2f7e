/* See latency.h. */
#include "latency.h"

#include <math.h>

#define SUB (1u << LATENCY_SUB_BITS)

static unsigned bucket_of(uint64_t ns)
{
	unsigned shift;

	if (ns < SUB)
		return (unsigned)ns;
	shift = 63u - (unsigned)__builtin_clzll(ns) - LATENCY_SUB_BITS;
	return ((shift + 1) << LATENCY_SUB_BITS) +
	       (unsigned)((ns >> shift) & (SUB - 1));
}

/* The largest value that falls into a bucket. */
static uint64_t bucket_top(unsigned b)
{
	unsigned shift;

	if (b < SUB)
		return b;
	shift = (b >> LATENCY_SUB_BITS) - 1;
	return (((uint64_t)(b & (SUB - 1)) + SUB + 1) << shift) - 1;
}

void latency_add(struct latency *l, uint64_t ns)
{
	l->counts[bucket_of(ns)]++;
	l->total++;
	if (ns > l->max_ns)
		l->max_ns = ns;
}

void latency_merge(struct latency *into, const struct latency *from)
{
	for (unsigned i = 0; i < LATENCY_BUCKETS; i++)
		into->counts[i] += from->counts[i];
	into->total += from->total;
	if (from->max_ns > into->max_ns)
		into->max_ns = from->max_ns;
}

uint64_t latency_percentile(const struct latency *l, double share)
{
	uint64_t rank = (uint64_t)ceil(share * (double)l->total);
	uint64_t seen = 0;

	for (unsigned i = 0; i < LATENCY_BUCKETS; i++) {
		seen += l->counts[i];
		if (seen >= rank && seen > 0) {
			uint64_t top = bucket_top(i);

			return top < l->max_ns ? top : l->max_ns;
		}
	}
	return 0;
}
