/* One record of those of a case's clients. See record.h. */
#include "record.h"

#include <stdio.h>
#include <string.h>

#include "cleanup.h"

static const struct {
	const char *key;
	bool sum; /* else the largest */
} numbers[] = {{"bytes", true},	     {"open_ns", false},
	       {"close_ns", false},  {"cpu_user_ns", true},
	       {"cpu_sys_ns", true}, {"rss_peak_bytes", true}};

static json_int_t count_of(const json_t *r, const char *key)
{
	return json_integer_value(json_object_get(r, key));
}

static bool is_ok(const json_t *r)
{
	const char *s = json_string_value(json_object_get(r, "status"));

	return s && strcmp(s, "ok") == 0;
}

static json_int_t busy_ns(const json_t *r)
{
	return count_of(r, "io_ns") + count_of(r, "sync_ns");
}

static void gather(json_t *all, const json_t *r, const char *key, bool sum)
{
	json_int_t a = count_of(all, key), b = count_of(r, key);

	if (json_object_get(r, key))
		json_object_set_new(all, key,
				    json_integer(sum	 ? a + b
						 : a > b ? a
							 : b));
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
	/* record_cold() replaces it while the source is still needed. */
	json_auto_t *cold = json_incref(json_object_get(all, "cold"));
	const char *source = json_string_value(json_object_get(cold, "source"));
	json_int_t sum = 0;

	for (unsigned i = 0; i < count; i++)
		sum += count_of(json_object_get(records[i], "cold"),
				"read_bytes");
	if (source)
		record_cold(all, source, (uint64_t)sum);
}

static json_t *own_words(const json_t *r)
{
	static const char *const kept[] = {"host", "bytes", "io_ns", "sync_ns",
					   "latency_ns"};
	json_t *o = json_object();

	for (size_t i = 0; i < ARRAY_SIZE(kept); i++)
		if (json_object_get(r, kept[i]))
			json_object_set(o, kept[i],
					json_object_get(r, kept[i]));
	return o;
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

static void gather_one(json_t *all, const json_t *r)
{
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		gather(all, r, numbers[i].key, numbers[i].sum);
	if (busy_ns(r) > busy_ns(all)) {
		json_object_set(all, "io_ns", json_object_get(r, "io_ns"));
		json_object_set(all, "sync_ns", json_object_get(r, "sync_ns"));
	}
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
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		if (json_object_get(all, numbers[i].key))
			record_set_count(all, numbers[i].key, 0);
	return all;
}

json_t *record_gather(json_t *const records[], unsigned count)
{
	json_t *all, *each;
	bool missing = false;

	if (count == 1)
		return json_incref(records[0]);
	all = common_words(records, count);
	each = json_object();
	for (unsigned i = 0; i < count; i++) {
		const json_t *r = records[i];
		char who[16];

		snprintf(who, sizeof(who), "%u", i);
		json_object_set_new(each, who, own_words(r));
		missing = missing || !r;
		if (r && !is_ok(r))
			gather_failure(all, r, i);
		else if (r)
			gather_one(all, r);
		if (json_object_get(r, "foreign"))
			json_object_set_new(all, "foreign", json_true());
	}
	gather_cold(all, records, count);
	if (missing && is_ok(all))
		record_fail(all, "failed", "a client ended before the others");
	json_object_set_new(all, "each", each);
	return all;
}
