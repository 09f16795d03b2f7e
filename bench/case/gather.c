/* One record of those of a case's clients. See record.h. */
#include "record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "cleanup.h"

#define REASONS_MAX 8u /* a thousand clients may fail of one cause */

static const struct {
	const char *key;
	bool sum; /* else the largest */
} numbers[] = {{"bytes", true},		{"open_ns", false},
	       {"close_ns", false},	{"cpu_user_ns", true},
	       {"cpu_sys_ns", true},	{"verified_bytes", true},
	       {"job_skew_ns", false},	{"clock_drift_ns", false},
	       {"rss_peak_bytes", true}};

/* When a client did what, on the clock of whoever gathers. */
struct times {
	int64_t start_ns, io_end_ns, end_ns;
};

/* The same of all of them together. */
struct window {
	struct times first, last;
	uint64_t error_ns; /* of the clock known least */
	bool any;
};

static json_int_t count_of(const json_t *r, const char *key)
{
	return json_integer_value(json_object_get(r, key));
}

static bool is_ok(const json_t *r)
{
	const char *s = json_string_value(json_object_get(r, "status"));

	return s && strcmp(s, "ok") == 0;
}

/* What was timed and went well. */
static bool times_read(const json_t *r, const struct clock_offset *clock,
		       struct times *t)
{
	if (!is_ok(r) || !json_object_get(r, "start_at_ns"))
		return false;
	t->start_ns = count_of(r, "start_at_ns") - clock->ns;
	t->io_end_ns = t->start_ns + count_of(r, "io_ns");
	t->end_ns = t->io_end_ns + count_of(r, "sync_ns");
	return true;
}

static void window_add(struct window *w, const struct times *t,
		       const struct clock_offset *clock)
{
	if (!w->any) {
		w->first = *t;
		w->last = *t;
		w->any = true;
	}
	w->first.start_ns = MIN(w->first.start_ns, t->start_ns);
	w->first.end_ns = MIN(w->first.end_ns, t->end_ns);
	w->last.start_ns = MAX(w->last.start_ns, t->start_ns);
	w->last.io_end_ns = MAX(w->last.io_end_ns, t->io_end_ns);
	w->last.end_ns = MAX(w->last.end_ns, t->end_ns);
	w->error_ns = MAX(w->error_ns, clock->error_ns);
}

static void window_record(const struct window *w, json_t *all)
{
	int64_t start = w->first.start_ns;

	if (!w->any)
		return;
	record_set_count(all, "io_ns", (uint64_t)(w->last.io_end_ns - start));
	record_set_count(all, "sync_ns",
			 (uint64_t)(w->last.end_ns - w->last.io_end_ns));
	record_set_count(all, "first_done_ns",
			 (uint64_t)(w->first.end_ns - start));
	record_set_count(all, "last_done_ns",
			 (uint64_t)(w->last.end_ns - start));
	record_set_count(all, "start_skew_ns",
			 (uint64_t)(w->last.start_ns - start));
	record_set_count(all, "clock_error_ns", w->error_ns);
}

static void gather(json_t *all, const json_t *r, const char *key, bool sum)
{
	json_int_t a = count_of(all, key), b = count_of(r, key);

	if (json_object_get(r, key))
		json_object_set_new(all, key,
				    json_integer(sum ? a + b : MAX(a, b)));
}

/* The percentiles of several clients cannot be known from each one's: the
 * worst of them is what no client exceeds. */
static void gather_latency(json_t *all, const json_t *r)
{
	json_t *worst = json_object_get(all, "latency_ns");
	const char *key;
	json_t *v;

	json_object_foreach (json_object_get(r, "latency_ns"), key, v)
		gather(worst, json_object_get(r, "latency_ns"), key, false);
}

/* What all of them have read, where each has counted that. */
static void gather_cold(json_t *all, json_t *const records[], unsigned count)
{
	json_t *cold = json_object_get(all, "cold");
	cleanup_free char *source = NULL;
	json_int_t sum = 0, resident = 0;

	if (!json_object_get(cold, "source"))
		return;
	source = strdup(json_string_value(json_object_get(cold, "source")));
	for (unsigned i = 0; i < count; i++) {
		const json_t *own = json_object_get(records[i], "cold");

		sum += count_of(own, "read_bytes");
		resident += count_of(own, "resident_bytes");
	}
	if (source)
		record_cold(all, source, (uint64_t)sum);
	if (json_object_get(cold, "resident_bytes"))
		record_cold_more(all, "resident_bytes", (uint64_t)resident);
}

/* Every client's reason, with who it was. */
static void gather_failure(json_t *all, const json_t *r, unsigned client)
{
	const json_t *reasons = json_object_get(r, "reasons");
	char why[1024];

	snprintf(why, sizeof(why), "client %u: %s", client,
		 json_string_value(json_array_get(reasons, 0)));
	record_fail(all, "failed", why);
}

static void gather_failures(json_t *all, json_t *const records[],
			    unsigned count)
{
	unsigned failed = 0, missing = 0;
	char more[64];

	for (unsigned i = 0; i < count; i++) {
		missing += !records[i];
		if (!records[i] || is_ok(records[i]))
			continue;
		if (failed++ < REASONS_MAX)
			gather_failure(all, records[i], i);
	}
	if (failed > REASONS_MAX) {
		snprintf(more, sizeof(more), "and %u more clients",
			 failed - REASONS_MAX);
		record_reason(all, more);
	}
	if (missing && !failed)
		record_fail(all, "failed", "a client ended before the others");
}

static void gather_one(json_t *all, const json_t *r)
{
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		gather(all, r, numbers[i].key, numbers[i].sum);
	if (json_is_false(json_object_get(r, "verified")))
		json_object_set_new(all, "verified", json_false());
	gather_latency(all, r);
}

/* The first one that there is; what is a client's own goes. */
static json_t *common_words(json_t *const records[], unsigned count)
{
	json_t *all = NULL;

	for (unsigned i = 0; !all && i < count; i++)
		all = json_deep_copy(records[i]);
	json_array_clear(json_object_get(all, "reasons"));
	json_object_del(all, "client");
	json_object_del(all, "start_at_ns");
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		if (json_object_get(all, numbers[i].key))
			record_set_count(all, numbers[i].key, 0);
	return all;
}

json_t *record_gather(json_t *const records[],
		      const struct clock_offset clocks[], unsigned count)
{
	struct window w = {.any = false};
	json_t *all;

	if (count == 1)
		return json_incref(records[0]);
	all = common_words(records, count);
	for (unsigned i = 0; i < count; i++) {
		struct times t;

		if (is_ok(records[i]))
			gather_one(all, records[i]);
		if (times_read(records[i], &clocks[i], &t))
			window_add(&w, &t, &clocks[i]);
		if (json_object_get(records[i], "foreign"))
			json_object_set_new(all, "foreign", json_true());
	}
	window_record(&w, all);
	gather_cold(all, records, count);
	gather_failures(all, records, count);
	if (w.any)
		json_object_set_new(
			all, "each",
			record_each(records, clocks, count, w.first.start_ns));
	return all;
}
