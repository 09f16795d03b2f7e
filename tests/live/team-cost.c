/* What a team of ranks costs at its meetings, without a case: how long an
 * agreement takes, how far apart they begin, how long the first one takes to
 * gather and merge their records. Prints one line; provision/SCALE.md says
 * what came of it. Measures nothing else, and is no test.
 *   mpirun -n RANKS team-cost */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cleanup.h"
#include "case/record.h"
#include "worker/team.h"
#include "units.h"

#define ROUNDS 51

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static double median_ms(uint64_t *v)
{
	qsort(v, ROUNDS, sizeof(*v), by_size);
	return (double)v[ROUNDS / 2] / 1e6;
}

static void sleep_until(uint64_t at_ns)
{
	const struct timespec at = {.tv_sec = (time_t)(at_ns / 1000000000u),
				    .tv_nsec = (long)(at_ns % 1000000000u)};

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
}

/* As large as a worker's. */
static json_t *record(const struct team *t, uint64_t start_ns)
{
	char name[] = "target/write/64M/b64k/d1/j1/c1000n1",
	     target[] = "target", driver[] = "null",
	     object[] = "ie-bench.20261125T000000.s0.b0.p0";
	struct bench_case c = {.name = name,
			       .target = target,
			       .driver = driver,
			       .object = object,
			       .options = json_object(),
			       .op = bench_op_find("write"),
			       .size_bytes = 64 << 20,
			       .block_bytes = 65536,
			       .depth = 1,
			       .jobs = 1,
			       .clients = t->size,
			       .nodes = 1,
			       .client = t->rank};
	json_t *r = record_sample(&c);
	cleanup_free struct latency *l = calloc(1, sizeof(*l));

	json_decref(c.options);
	latency_add(l, 1000);
	record_latency(r, l);
	record_set_started(r);
	record_set_count(r, "start_at_ns", start_ns);
	for (size_t i = 0; i < 8; i++) {
		static const char *const keys[] = {
			"bytes",      "io_ns",	       "sync_ns",
			"open_ns",    "close_ns",      "cpu_user_ns",
			"cpu_sys_ns", "rss_peak_bytes"};

		record_set_count(r, keys[i], 1234567890);
	}
	return r;
}

int main(void)
{
	uint64_t agree_ns[ROUNDS], skew_ns[ROUNDS], gather_ns[ROUNDS];
	struct team t;
	struct err e;

	if (team_open(&t, &e) < 0)
		return 1;
	t.timeout_s = 30;
	for (unsigned i = 0; i < ROUNDS; i++) {
		uint64_t begin_ns, before, after;
		json_auto_t *all = NULL;

		team_agree(&t, 0, &e); /* from here on all are awake */
		before = now_ns();
		team_agree(&t, 0, &e);
		agree_ns[i] = now_ns() - before;
		if (team_start(&t, &begin_ns, &e) < 0)
			return 1;
		sleep_until(begin_ns);
		after = now_ns();
		team_agree(&t, 0, &e);
		before = now_ns();
		all = team_gather(&t, record(&t, after), NULL);
		gather_ns[i] = now_ns() - before;
		skew_ns[i] = (uint64_t)json_integer_value(
			json_object_get(all, "start_skew_ns"));
	}
	if (t.rank == 0)
		printf("%u ranks: agreement %.3f ms, start skew %.3f ms, "
		       "gathered and merged in %.3f ms\n",
		       t.size, median_ms(agree_ns), median_ms(skew_ns),
		       median_ms(gather_ns));
	team_close(&t);
	return 0;
}
