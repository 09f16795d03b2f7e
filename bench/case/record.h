/* Records: what a sample holds and when it counts. The field dictionary is
 * results/README.md; `ie-stats check` holds records against it. */
#pragma once

#include <jansson.h>
#include <stdint.h>

#include "case.h"
#include "bounds.h"
#include "clock.h"
#include "latency.h"
#include "series.h"

#define RECORD_SCHEMA "ie-bench/1"

/* A sample with status ok and the case's own fields. */
json_t *record_sample(const struct bench_case *c);

/* True for a sample of this case that says how it ended. */
bool record_is_of(const json_t *r, const struct bench_case *c);

void record_set_count(json_t *r, const char *key, uint64_t v);
void record_set_started(json_t *r); /* now, UTC, ISO 8601 */
void record_latency(json_t *r, const struct latency *l);

/* Throughput over time. */
void record_series(json_t *r, const struct series *s);

/* Makes one record of those of a case's clients (count of them; NULL: it gave
 * none), whose clocks are so far from the one that counts. Bytes and CPU time
 * are sums, io_ns and sync_ns last from the first one's start to the last one's
 * end, latencies are those of the slowest. What each did is kept in "each". A
 * new reference. */
json_t *record_gather(json_t *const records[],
		      const struct clock_offset clocks[], unsigned count);

/* The columns of "each"; times are from from_ns. */
json_t *record_each(json_t *const records[], const struct clock_offset clocks[],
		    unsigned count, int64_t from_ns);

/* What the serving processes read from disk while the case was timed. */
void record_cold(json_t *r, const char *source, uint64_t read_bytes);

/* More about that: "resident_bytes" of the data that this host's page cache
 * held before, "others_bytes" that others read from the same disks meanwhile.
 */
void record_cold_more(json_t *r, const char *key, uint64_t bytes);

/* One more reason. Control characters become '?', and where it is no UTF-8
 * so do the bytes beyond ASCII. */
void record_reason(json_t *r, const char *reason);

/* status ("failed" or "invalid") and one more reason; no throughput then. */
void record_fail(json_t *r, const char *status, const char *reason);

/* Computes the throughput, unless the sample is not to be trusted: then it
 * is marked invalid with the reason. Last thing done to a sample. */
void record_judge(json_t *r);

/* One line on standard output. */
void record_print(const json_t *r);
