/* The records of a case's clients as one: what is a sum, what is the slowest,
 * whose clock counts, and what is left when some have failed. Also how long it
 * takes for ten thousand, which is only told. */
#include "case/record.h"

#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "tap.h"
#include "units.h"

/* What a client measured, on its clock, in nanoseconds. */
struct client {
	const char *host;
	json_int_t start, io, sync, latency;
	struct clock_offset clock;
};

static json_t *record(const struct client *c, json_int_t bytes)
{
	return json_pack(
		"{ss ss ss s[] ss sI sI sI sI sI sI sI sI sb s{sI sI}}",
		"record", "sample", "case", "t/write", "status", "ok",
		"reasons", "host", c->host, "bytes", bytes, "start_at_ns",
		c->start + (json_int_t)c->clock.ns, "io_ns", c->io, "sync_ns",
		c->sync, "open_ns", c->io / 2, "close_ns", (json_int_t)7,
		"cpu_user_ns", (json_int_t)100, "client", (json_int_t)3,
		"verified", true, "latency_ns", "p50", c->latency / 2, "max",
		c->latency);
}

static json_int_t count(const json_t *r, const char *key)
{
	return json_integer_value(json_object_get(r, key));
}

static json_int_t at(const json_t *each, const char *key, size_t i)
{
	const json_t *v = json_array_get(json_object_get(each, key), i);

	return json_is_integer(v) ? json_integer_value(v) : -1;
}

static const char *reason(const json_t *r, size_t i)
{
	return json_string_value(
		json_array_get(json_object_get(r, "reasons"), i));
}

/* The second began 50 later than the first and ended last of all; by its own
 * clock it was an hour earlier. */
static const struct client three[] = {
	{"a", 1000000, 500, 100, 40, {0, 0}},
	{"b", 1000050, 600, 50, 90, {-INT64_C(3600000000000), 9}},
	{"a", 1000010, 400, 200, 10, {5000, 3}},
};

static void test_window(void)
{
	struct clock_offset clocks[ARRAY_SIZE(three)];
	json_t *records[ARRAY_SIZE(three)];
	json_auto_t *all = NULL;
	const json_t *each;

	for (size_t i = 0; i < ARRAY_SIZE(three); i++) {
		records[i] = record(&three[i], 1000);
		clocks[i] = three[i].clock;
	}
	all = record_gather(records, clocks, ARRAY_SIZE(three));
	each = json_object_get(all, "each");
	is_int(count(all, "bytes"), 3000, "bytes are a sum");
	is_int(count(all, "cpu_user_ns"), 300, "and so is processor time");
	is_int(count(all, "open_ns"), 300, "the slowest open counts");
	is_int(count(json_object_get(all, "latency_ns"), "max"), 90,
	       "and the slowest operation");
	is_int(count(all, "io_ns"), 650,
	       "from the first start to the last operation's end");
	is_int(count(all, "sync_ns"), 50, "from there to the last sync's end");
	is_int(count(all, "last_done_ns"), 700, "the last is done then");
	is_int(count(all, "first_done_ns"), 600, "the first before");
	is_int(count(all, "start_skew_ns"), 50, "the starts lie so far apart");
	is_int(count(all, "clock_error_ns"), 9,
	       "as far as the clocks are known");
	ok(!json_object_get(all, "client") &&
		   !json_object_get(all, "start_at_ns"),
	   "what is one client's own is gone");
	ok(at(each, "start_ns", 0) == 0 && at(each, "start_ns", 1) == 50 &&
		   at(each, "end_ns", 1) == 700 && at(each, "end_ns", 2) == 610,
	   "each one's start and end are on one clock");
	ok(at(each, "host", 0) == 0 && at(each, "host", 1) == 1 &&
		   at(each, "host", 2) == 0 &&
		   json_array_size(json_object_get(each, "hosts")) == 2,
	   "a host is named once");
	ok(at(each, "bytes", 2) == 1000 && at(each, "sync_ns", 2) == 200 &&
		   at(each, "latency_max_ns", 1) == 90 &&
		   at(each, "clock_offset_ns", 2) == 5000 &&
		   at(each, "clock_error_ns", 1) == 9,
	   "its bytes, sync, slowest operation and clock are there");
	for (size_t i = 0; i < ARRAY_SIZE(three); i++)
		json_decref(records[i]);
}

static void test_judged(void)
{
	static const struct {
		json_int_t error, window;
		const char *status;
	} errors[] = {{0, 1, "ok"},
		      {50, 1000, "ok"},
		      {51, 1000, "invalid"},
		      {INT64_MAX, 1000, "invalid"}};

	for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
		json_auto_t *r =
			json_pack("{ss s[] sI sI sI sI}", "status", "ok",
				  "reasons", "bytes", (json_int_t)10, "io_ns",
				  errors[i].window, "sync_ns", (json_int_t)0,
				  "clock_error_ns", errors[i].error);

		record_judge(r);
		is_str(json_string_value(json_object_get(r, "status")),
		       errors[i].status, "clocks known to %lld of %lld: %s",
		       (long long)errors[i].error, (long long)errors[i].window,
		       errors[i].status);
	}
}

/* What a worker says besides. */
static const char rest[] =
	"{\"kind\":\"storage\",\"target\":\"shared\",\"driver\":\"posix\","
	"\"op\":\"write\",\"cache\":null,\"size_bytes\":1073741824,"
	"\"block_bytes\":1048576,\"ops\":1024,\"depth\":1,\"jobs\":1,"
	"\"data\":\"random\",\"verify\":\"sample\",\"clients\":10000,"
	"\"nodes\":1,\"timeout_s\":120,\"seed\":3746218746123478123,"
	"\"session\":0,\"block\":5,\"position\":17,"
	"\"object\":\"ie-bench.20261125T101500.s0.b5.p17\","
	"\"started\":\"2026-11-25T10:15:00Z\",\"cpu_sys_ns\":123456789,"
	"\"rss_peak_bytes\":12345678,\"store\":{\"path\":"
	"\"/mnt/shared/ie-bench.20261125T101500.s0.b5.p17.c1\","
	"\"fstype\":\"ceph\",\"direct\":false}}";

/* As they come from ranks: text, which is part of the work. */
static void reread(json_t **record)
{
	cleanup_free char *text = json_dumps(*record, JSON_COMPACT);

	json_decref(*record);
	*record = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
}

/* SIZE clients of which every `fails`th has failed and every `gone`th gave no
 * record; how long it took from their text. */
static json_t *crowd(unsigned size, unsigned fails, unsigned gone,
		     double *took_s)
{
	json_t **records = calloc(size, sizeof(json_t *));
	json_auto_t *more = json_loads(rest, 0, NULL);
	struct clock_offset *clocks = calloc(size, sizeof(*clocks));
	uint64_t before;
	json_t *all;

	for (unsigned i = 0; i < size; i++) {
		char host[16];
		struct client c = {host,
				   INT64_C(1000000000000) + i,
				   INT64_C(20000000000) + i * 1000,
				   300000000,
				   5000000 + i,
				   {(int64_t)i * 1000, 20000}};

		snprintf(host, sizeof(host), "node%u", i / 16);
		clocks[i] = c.clock;
		if (gone && i % gone == 1)
			continue;
		records[i] = record(&c, 1 << 30);
		json_object_update(records[i], more);
		if (fails && i % fails == 0)
			record_fail(records[i], "failed", "no space");
	}
	before = now_ns();
	for (unsigned i = 0; took_s && i < size; i++)
		reread(&records[i]);
	all = record_gather(records, clocks, size);
	if (took_s)
		*took_s = (double)(now_ns() - before) / 1e9;
	for (unsigned i = 0; i < size; i++)
		json_decref(records[i]);
	free(records);
	free(clocks);
	return all;
}

static void test_failures(void)
{
	json_auto_t *some = crowd(30, 20, 0, NULL);
	json_auto_t *many = crowd(1000, 2, 0, NULL);
	json_auto_t *gone = crowd(30, 0, 20, NULL);
	const json_t *each = json_object_get(some, "each");

	is_str(json_string_value(json_object_get(some, "status")), "failed",
	       "one failure fails the case");
	is_str(reason(some, 0), "client 0: no space", "with who and why");
	is_str(reason(some, 1), "client 20: no space", "each of them");
	ok(!json_object_get(some, "throughput_Bps"), "there is no speed");
	ok(at(each, "start_ns", 20) >= 0 && at(each, "start_ns", 21) > 0,
	   "what the others did is kept");
	is_int((long)json_array_size(json_object_get(many, "reasons")), 9,
	       "of many reasons some are kept");
	is_str(reason(many, 8), "and 492 more clients", "and their number");
	is_str(reason(gone, 0), "a client ended before the others",
	       "one that gave no record fails the case, too");
	ok(json_is_null(json_array_get(
		   json_object_get(json_object_get(gone, "each"), "bytes"), 1)),
	   "its place is empty");
}

static void test_crowd(void)
{
	static const unsigned sizes[] = {1000, 10000};

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		double took_s;
		json_auto_t *all = crowd(sizes[i], 0, 0, &took_s);
		cleanup_free char *text = json_dumps(all, JSON_COMPACT);
		size_t bytes = strlen(text);

		is_int(count(all, "bytes"), (json_int_t)sizes[i] << 30,
		       "the bytes of %u clients", sizes[i]);
		ok(bytes < sizes[i] * 120u,
		   "%u clients are one line of less than 120 bytes each",
		   sizes[i]);
		printf("# %u clients: read and merged in %.3f s, %zu bytes\n",
		       sizes[i], took_s, bytes);
	}
}

static void test_one(void)
{
	json_t *one = record(&three[0], 10);
	json_auto_t *same =
		record_gather(&one, &(struct clock_offset){0, 0}, 1);

	ok(same == one, "the record of one client stays as it is");
	json_decref(one);
}

static void test_clock(void)
{
	struct clock_offset o = CLOCK_UNKNOWN;

	clock_round(&o, 1000, 5060, 1100);
	ok(o.ns == 4010 && o.error_ns == 51,
	   "an offset is taken at the middle, and half the way is its error");
	clock_round(&o, 2000, 6100, 2400);
	ok(o.ns == 4010, "a slower answer says less");
	clock_round(&o, 3000, 7015, 3010);
	ok(o.ns == 4010 && o.error_ns == 6, "a quicker one more");
	clock_round(&o, 9000, 4, 9002);
	ok(o.ns == -8997 && o.error_ns == 2, "the other may be behind");
	ok(clock_id() != 0 && clock_id() == clock_id() && !(clock_id() >> 63),
	   "this clock has a name");
}

int main(void)
{
	test_window();
	test_judged();
	test_failures();
	test_crowd();
	test_one();
	test_clock();
	return done_testing();
}
