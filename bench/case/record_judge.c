/* Whether a sample is to be trusted, and the proof of a cold read. See record.h
 * and bounds.h. */
#include <stdio.h>
#include <string.h>

#include "bounds.h"
#include "record.h"

static double number_of(const json_t *o, const char *key)
{
	return json_number_value(json_object_get(o, key));
}

void record_cold(json_t *r, const char *source, uint64_t read_bytes)
{
	json_t *cold = json_object_get(r, "cold");
	double bytes = number_of(r, "bytes");

	if (!cold) {
		cold = json_object();
		json_object_set_new(r, "cold", cold);
	}
	json_object_set_new(cold, "source", json_string(source));
	if (strcmp(source, "none") == 0) {
		json_object_set_new(cold, "read_bytes", json_null());
		json_object_set_new(cold, "ratio", json_null());
		return;
	}
	record_set_count(cold, "read_bytes", read_bytes);
	json_object_set_new(
		cold, "ratio",
		json_real(bytes > 0 ? (double)read_bytes / bytes : 0));
}

void record_cold_more(json_t *r, const char *key, uint64_t bytes)
{
	json_t *cold = json_object_get(r, "cold");

	if (cold)
		record_set_count(cold, key, bytes);
}

static json_int_t count_of(const json_t *r, const char *key)
{
	return json_integer_value(json_object_get(r, key));
}

static void not_cold(json_t *r, double share, const char *what)
{
	char why[160];

	snprintf(why, sizeof(why), "cache was not cold: %.1f %% of the %s",
		 100 * share, what);
	record_fail(r, "invalid", why);
}

static void others_read(json_t *r, double bytes, const char *what)
{
	char why[200];

	snprintf(why, sizeof(why),
		 "others were reading: %.0f bytes %s, so it is not shown that "
		 "the cache was cold",
		 bytes, what);
	record_fail(r, "invalid", why);
}

static void judge_cold(json_t *r)
{
	const json_t *cold = json_object_get(r, "cold");
	const json_t *ratio = json_object_get(cold, "ratio");
	const char *cache = json_string_value(json_object_get(r, "cache"));
	double bytes = number_of(r, "bytes");
	double read = number_of(cold, "read_bytes");
	double others = number_of(cold, "others_bytes");
	double resident = number_of(cold, "resident_bytes");

	if (!cache || strcmp(cache, "cold") != 0)
		return;
	if (resident > COLD_RESIDENT_MAX * bytes)
		not_cold(r, resident / bytes,
			 "data was in the page cache before the read");
	else if (!json_is_number(ratio))
		record_fail(r, "invalid",
			    "cache was not shown to be cold: nothing counts "
			    "what the servers read from disk");
	else if (read < COLD_RATIO_MIN * bytes)
		not_cold(r, read / bytes, "bytes came from disk");
	else if (read > COLD_RATIO_MAX * bytes + COLD_SLACK_BYTES)
		others_read(r, read, "came from disk");
	else if (others > COLD_OTHERS_MAX * bytes ||
		 read - others < COLD_RATIO_MIN * bytes)
		others_read(r, others,
			    "in the same time, at the rate before or after");
}

/* "BEFORE x ms BETWEEN y ms": a field that may be so large, of that window. */
static void judge_field(json_t *r, const char *name, double most_ns,
			json_int_t window_ns, const char *before,
			const char *between)
{
	json_int_t ns = count_of(r, name);
	char why[160];

	if ((double)ns <= most_ns)
		return;
	snprintf(why, sizeof(why), "%s %.3f ms%s %.3f ms", before,
		 (double)ns / 1e6, between, (double)window_ns / 1e6);
	record_fail(r, "invalid", why);
}

/* Of clients on several hosts the window is only as exact as the knowledge of
 * their clocks; a clock may be set, or slewed by much, while it times. */
static void judge_times(json_t *r, json_int_t window_ns)
{
	double window = (double)window_ns;

	judge_field(r, "clock_error_ns", CLOCK_ERROR_MAX * window, window_ns,
		    "the clients' clocks are known to",
		    " only; all of them took");
	judge_field(r, "clock_drift_ns",
		    CLOCK_DRIFT_MAX * window + CLOCK_DRIFT_SLACK_NS, window_ns,
		    "the clock jumped: two clocks of the host moved",
		    " apart in a window of");
	judge_field(r, "job_skew_ns", JOB_SKEW_MAX * window, window_ns,
		    "the jobs began up to", " apart; all of them took");
}

void record_judge(json_t *r)
{
	const char *status = json_string_value(json_object_get(r, "status"));
	json_int_t ns = count_of(r, "io_ns") + count_of(r, "sync_ns");

	if (!status || strcmp(status, "ok") != 0 ||
	    !json_object_get(r, "io_ns"))
		return;
	if (ns <= 0) {
		record_fail(r, "invalid", "the clock did not advance");
		return;
	}
	json_object_set_new(
		r, "throughput_Bps",
		json_real((double)count_of(r, "bytes") * 1e9 / (double)ns));
	judge_cold(r);
	judge_times(r, ns);
}
