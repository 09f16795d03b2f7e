/* See record.h. */
#include "record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cleanup.h"
#include "utf8.h"

json_t *record_sample(const struct bench_case *c)
{
	json_t *r = json_pack("{ss ss s[]}", "record", "sample", "status", "ok",
			      "reasons");
	json_t *fields = case_to_json(c);
	char host[256] = "";

	json_object_update(r, fields);
	json_decref(fields);
	/* The run record holds each target's options once. */
	json_object_del(r, "options");
	gethostname(host, sizeof(host) - 1);
	json_object_set_new(r, "host", json_string(host));
	return r;
}

static bool text_is(const json_t *r, const char *key, const char *want)
{
	const char *got = json_string_value(json_object_get(r, key));

	return got && strcmp(got, want) == 0;
}

bool record_is_of(const json_t *r, const struct bench_case *c)
{
	return text_is(r, "record", "sample") && text_is(r, "case", c->name) &&
	       text_is(r, "object", c->object) &&
	       json_is_array(json_object_get(r, "reasons")) &&
	       (text_is(r, "status", "failed") || text_is(r, "status", "ok") ||
		text_is(r, "status", "invalid"));
}

void record_set_count(json_t *r, const char *key, uint64_t v)
{
	json_object_set_new(r, key, json_integer((json_int_t)v));
}

void record_set_started(json_t *r)
{
	time_t t = time(NULL);
	struct tm tm;
	char text[32];

	gmtime_r(&t, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	json_object_set_new(r, "started", json_string(text));
}

void record_latency(json_t *r, const struct latency *l)
{
	static const struct {
		const char *key;
		double share;
	} points[] = {
		{"p50", 0.50}, {"p90", 0.90}, {"p99", 0.99}, {"p999", 0.999}};
	json_t *o = json_object();

	for (size_t i = 0; i < ARRAY_SIZE(points); i++)
		record_set_count(o, points[i].key,
				 latency_percentile(l, points[i].share));
	record_set_count(o, "max", l->max_ns);
	json_object_set_new(r, "latency_ns", o);
}

void record_series(json_t *r, const struct series *s)
{
	json_t *o = json_object(), *bytes = json_array();

	record_set_count(o, "step_ns", s->step_ns);
	for (unsigned i = 0; i < s->used; i++)
		json_array_append_new(bytes,
				      json_integer((json_int_t)s->bytes[i]));
	json_object_set_new(o, "bytes", bytes);
	json_object_set_new(r, "series", o);
}

/* A program's last words can be any bytes; JSON's strings are UTF-8, and a
 * terminal is better not told everything. */
void record_reason(json_t *r, const char *reason)
{
	cleanup_free char *copy = strdup(reason);

	if (!copy)
		return;
	utf8_scrub(copy);
	json_array_append_new(json_object_get(r, "reasons"), json_string(copy));
}

void record_fail(json_t *r, const char *status, const char *reason)
{
	json_object_set_new(r, "status", json_string(status));
	record_reason(r, reason);
	json_object_del(r, "throughput_Bps");
}

void record_print(const json_t *r)
{
	cleanup_free char *text = json_dumps(r, JSON_COMPACT);

	printf("%s\n", text ? text : "{}");
	fflush(stdout);
}
