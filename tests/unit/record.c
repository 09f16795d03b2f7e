/* Samples: when a number counts, and when it is not printed. */
#include "case/record.h"

#include <stdlib.h>

#include "cleanup.h"
#include "tap.h"

/* A measured sample as a worker has it before it is judged. */
static json_t *sample(const char *cache, json_int_t bytes, json_int_t io_ns,
		      json_int_t sync_ns)
{
	return json_pack("{ss ss s[] ss? sI sI sI}", "record", "sample",
			 "status", "ok", "reasons", "cache", cache, "bytes",
			 bytes, "io_ns", io_ns, "sync_ns", sync_ns);
}

static const char *text(const json_t *r, const char *key)
{
	return json_string_value(json_object_get(r, key));
}

static const char *reason(const json_t *r, size_t i)
{
	return json_string_value(
		json_array_get(json_object_get(r, "reasons"), i));
}

static double speed(const json_t *r)
{
	return json_number_value(json_object_get(r, "throughput_Bps"));
}

static const struct {
	json_int_t bytes, io_ns, sync_ns;
	double speed;
} speeds[] = {
	{1000000, 1000000000, 0, 1e6},
	{1000000, 500000000, 500000000, 1e6},
	{67108864, 100000000, 35000000, 67108864 / 0.135},
	{1, 0, 1, 1e9},
	{INT64_C(1) << 62, 1000, 0, 0x1p62 * 1e6},
};

static void test_speed(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(speeds); i++) {
		json_auto_t *r = sample(NULL, speeds[i].bytes, speeds[i].io_ns,
					speeds[i].sync_ns);

		record_judge(r);
		is_str(text(r, "status"), "ok", "a good sample stays ok");
		is_real(speed(r), speeds[i].speed, 1e-12,
			"%lld bytes in %lld + %lld ns are %g B/s",
			(long long)speeds[i].bytes, (long long)speeds[i].io_ns,
			(long long)speeds[i].sync_ns, speeds[i].speed);
	}
}

static void test_clock(void)
{
	json_auto_t *r = sample(NULL, 4096, 0, 0);

	record_judge(r);
	is_str(text(r, "status"), "invalid", "no time is no measurement");
	is_str(reason(r, 0), "the clock did not advance", "and says so");
	ok(!json_object_get(r, "throughput_Bps"), "and has no throughput");
}

#define NOT_SHOWN                                                              \
	"cache was not shown to be cold: nothing counts what the servers "     \
	"read from disk"

/* source NULL: nothing was said of the disk. Of 1000000 bytes. */
static const struct {
	const char *name, *cache, *source;
	uint64_t read_bytes;
	const char *status, *reason;
	uint64_t others, resident;
} colds[] = {
	{"all read from disk", "cold", "command", 1000000, "ok", NULL, 0, 0},
	{"more than all", "cold", "worker", 1234567, "ok", NULL, 0, 0},
	{"95 %", "cold", "command", 950000, "ok", NULL, 0, 0},
	{"just below 95 %", "cold", "command", 949999, "invalid",
	 "cache was not cold: 95.0 % of the bytes came from disk", 0, 0},
	{"94 %", "cold", "worker", 940000, "invalid",
	 "cache was not cold: 94.0 % of the bytes came from disk", 0, 0},
	{"nothing from disk", "cold", "command", 0, "invalid",
	 "cache was not cold: 0.0 % of the bytes came from disk", 0, 0},
	{"no counter", "cold", "none", 0, "invalid", NOT_SHOWN, 0, 0},
	{"nothing said", "cold", NULL, 0, "invalid", NOT_SHOWN, 0, 0},
	{"more than readahead can be", "cold", "command", 20000000, "invalid",
	 "others were reading: 20000000 bytes came from disk, so it is not "
	 "shown that the cache was cold",
	 0, 0},
	{"others read a little beside it", "cold", "command", 1010000, "ok",
	 NULL, 50000, 0},
	{"others may have read it", "cold", "command", 1000000, "invalid",
	 "others were reading: 60000 bytes in the same time, at the rate "
	 "before "
	 "or after, so it is not shown that the cache was cold",
	 60000, 0},
	{"others read a lot beside it", "cold", "command", 2000000, "invalid",
	 "others were reading: 260000 bytes in the same time, at the rate "
	 "before or after, so it is not shown that the cache was cold",
	 260000, 0},
	{"some pages left in the cache", "cold", "worker", 1000000, "ok", NULL,
	 0, 50000},
	{"too many pages left in the cache", "cold", "worker", 1000000,
	 "invalid",
	 "cache was not cold: 5.0 % of the data was in the page cache before "
	 "the read",
	 0, 50001},
	{"all pages in the cache, and no counter", "cold", "none", 0, "invalid",
	 "cache was not cold: 100.0 % of the data was in the page cache before "
	 "the read",
	 0, 1000000},
	{"a warm read from memory", "warm", "command", 0, "ok", NULL, 0, 0},
	{"a warm read without a counter", "warm", "none", 0, "ok", NULL, 0, 0},
};

static void test_cold(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(colds); i++) {
		json_auto_t *r = sample(colds[i].cache, 1000000, 1000, 0);

		if (colds[i].source)
			record_cold(r, colds[i].source, colds[i].read_bytes);
		if (colds[i].others)
			record_cold_more(r, "others_bytes", colds[i].others);
		if (colds[i].resident)
			record_cold_more(r, "resident_bytes",
					 colds[i].resident);
		record_judge(r);
		is_str(text(r, "status"), colds[i].status, "%s: it is %s",
		       colds[i].name, colds[i].status);
		is_str(reason(r, 0), colds[i].reason, "%s: %s", colds[i].name,
		       colds[i].reason ? "with the reason"
				       : "with no reason given");
		is_int(json_object_get(r, "throughput_Bps") != NULL,
		       colds[i].reason == NULL, "%s: %s", colds[i].name,
		       colds[i].reason ? "without a throughput"
				       : "with a throughput");
	}
}

static void test_skew(void)
{
	static const struct {
		uint64_t skew_ns;
		const char *status, *reason;
	} skews[] = {
		{0, "ok", NULL},
		{50000, "ok", NULL},
		{50001, "invalid",
		 "the jobs began up to 0.050 ms apart; all of them took 1.000 "
		 "ms"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(skews); i++) {
		json_auto_t *r = sample(NULL, 4096, 1000000, 0);

		record_set_count(r, "job_skew_ns", skews[i].skew_ns);
		record_judge(r);
		is_str(text(r, "status"), skews[i].status,
		       "jobs that begin %llu ns apart of 1 ms are %s",
		       (unsigned long long)skews[i].skew_ns, skews[i].status);
		is_str(reason(r, 0), skews[i].reason, "with the reason");
	}
}

static void test_drift(void)
{
	static const struct {
		uint64_t drift_ns;
		const char *status, *reason;
	} drifts[] = {
		{0, "ok", NULL},
		{150000, "ok", NULL},
		{150001, "invalid",
		 "the clock jumped: two clocks of the host moved 0.150 ms "
		 "apart in a window of 1.000 ms"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(drifts); i++) {
		json_auto_t *r = sample(NULL, 4096, 1000000, 0);

		record_set_count(r, "clock_drift_ns", drifts[i].drift_ns);
		record_judge(r);
		is_str(text(r, "status"), drifts[i].status,
		       "clocks that part by %llu ns in 1 ms are %s",
		       (unsigned long long)drifts[i].drift_ns,
		       drifts[i].status);
		is_str(reason(r, 0), drifts[i].reason, "with the reason");
	}
}

static void test_cold_fields(void)
{
	json_auto_t *r = sample("cold", 1000, 1, 1);
	const json_t *cold;

	record_cold(r, "none", 77);
	cold = json_object_get(r, "cold");
	ok(json_is_null(json_object_get(cold, "read_bytes")) &&
		   json_is_null(json_object_get(cold, "ratio")),
	   "without a source there is no number");
	record_cold(r, "command", 970);
	cold = json_object_get(r, "cold");
	is_str(text(cold, "source"), "command", "a later source takes over");
	is_real(json_number_value(json_object_get(cold, "ratio")), 0.97, 1e-12,
		"the ratio is read bytes by bytes");
}

static void test_failed(void)
{
	json_auto_t *r = sample("cold", 1000, 1, 1);

	record_judge(r);
	record_fail(r, "failed", "first");
	record_fail(r, "failed", "second");
	record_cold(r, "command", 1000);
	record_judge(r);
	is_str(text(r, "status"), "failed", "what failed stays failed");
	ok(!json_object_get(r, "throughput_Bps"), "it has no throughput");
	ok(json_array_size(json_object_get(r, "reasons")) == 3,
	   "every reason is kept");
	is_str(reason(r, 1), "first", "in the order in which they came");
}

static void test_unmeasured(void)
{
	json_auto_t *r = json_pack("{ss s[]}", "status", "ok", "reasons");

	record_judge(r);
	ok(!json_object_get(r, "throughput_Bps"),
	   "what was not timed has no throughput");
}

/* Last words of a program can be any bytes. */
static void test_bytes(void)
{
	json_auto_t *r = sample(NULL, 1, 1, 1);

	record_fail(r, "failed", "caf\xe9 \x01 \xc3\xa9");
	is_str(reason(r, 0), "caf? ? ??",
	       "a reason that is no UTF-8 is kept as far as it is");
}

static void test_fields(void)
{
	char name[] = "t/write/4k/b4k/d1/j1", target[] = "t", driver[] = "null";
	struct bench_case c = {.name = name,
			       .target = target,
			       .driver = driver,
			       .options = json_pack("{ss}", "key", "v"),
			       .op = bench_op_find("write"),
			       .size_bytes = 4096,
			       .block_bytes = 4096,
			       .depth = 1,
			       .jobs = 1};
	json_auto_t *r = record_sample(&c);
	cleanup_free struct latency *l = calloc(1, sizeof(*l));

	json_decref(c.options);
	ok(strcmp(text(r, "record"), "sample") == 0 &&
		   strcmp(text(r, "kind"), "storage") == 0 &&
		   strcmp(text(r, "status"), "ok") == 0 &&
		   strcmp(text(r, "case"), name) == 0 && text(r, "host"),
	   "a sample begins with its case");
	ok(!json_object_get(r, "options"), "without the target's options");
	ok(json_is_null(json_object_get(r, "cache")), "a write has no cache");
	record_set_started(r);
	is_u64(strlen(text(r, "started")), 20, "the start is a UTC time");
	latency_add(l, 3);
	latency_add(l, 5);
	record_latency(r, l);
	is_int(json_integer_value(json_object_get(
		       json_object_get(r, "latency_ns"), "p50")),
	       3, "percentiles are in it");
	is_int(json_integer_value(json_object_get(
		       json_object_get(r, "latency_ns"), "max")),
	       5, "and the longest");
}

int main(void)
{
	test_speed();
	test_clock();
	test_cold();
	test_cold_fields();
	test_skew();
	test_drift();
	test_failed();
	test_unmeasured();
	test_bytes();
	test_fields();
	return done_testing();
}
