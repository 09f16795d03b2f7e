/* What each of a case's clients did, as columns: a thousand of them take some
 * sixty bytes each. See record.h. */
#include "record.h"

/* A host's place in the list of hosts; new ones are added. */
static json_t *host_place(json_t *hosts, json_t *places, const char *name)
{
	json_t *place = json_object_get(places, name);

	if (!place) {
		place = json_integer((json_int_t)json_array_size(hosts));
		json_object_set_new(places, name, place);
		json_array_append_new(hosts, json_string(name));
	}
	return json_incref(place);
}

/* A column of the clients' own fields. */
static json_t *column(json_t *const records[], unsigned count, const char *key)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < count; i++) {
		json_t *v = json_object_get(records[i], key);

		json_array_append_new(all, v ? json_incref(v) : json_null());
	}
	return all;
}

/* When each began or ended, from the first one's begin. */
static json_t *moments(json_t *const records[],
		       const struct clock_offset clocks[], unsigned count,
		       int64_t from_ns, bool end)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < count; i++) {
		const json_t *r = records[i];
		json_t *start = json_object_get(r, "start_at_ns");
		json_int_t at = json_integer_value(start);

		if (end)
			at += json_integer_value(json_object_get(r, "io_ns")) +
			      json_integer_value(json_object_get(r, "sync_ns"));
		json_array_append_new(
			all, start ? json_integer(at - clocks[i].ns - from_ns)
				   : json_null());
	}
	return all;
}

static json_t *slowest(json_t *const records[], unsigned count)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < count; i++) {
		json_t *v = json_object_get(
			json_object_get(records[i], "latency_ns"), "max");

		json_array_append_new(all, v ? json_incref(v) : json_null());
	}
	return all;
}

json_t *record_each(json_t *const records[], const struct clock_offset clocks[],
		    unsigned count, int64_t from_ns)
{
	json_t *each = json_object(), *hosts = json_array();
	json_t *host = json_array(), *offsets = json_array();
	json_t *errors = json_array();
	json_auto_t *places = json_object();

	for (unsigned i = 0; i < count; i++) {
		const char *name =
			json_string_value(json_object_get(records[i], "host"));

		json_array_append_new(host,
				      name ? host_place(hosts, places, name)
					   : json_null());
		json_array_append_new(offsets, json_integer(clocks[i].ns));
		json_array_append_new(
			errors, json_integer((json_int_t)clocks[i].error_ns));
	}
	json_object_set_new(each, "hosts", hosts);
	json_object_set_new(each, "host", host);
	json_object_set_new(each, "bytes", column(records, count, "bytes"));
	json_object_set_new(each, "start_ns",
			    moments(records, clocks, count, from_ns, false));
	json_object_set_new(each, "end_ns",
			    moments(records, clocks, count, from_ns, true));
	json_object_set_new(each, "sync_ns", column(records, count, "sync_ns"));
	json_object_set_new(each, "latency_max_ns", slowest(records, count));
	json_object_set_new(each, "clock_offset_ns", offsets);
	json_object_set_new(each, "clock_error_ns", errors);
	return each;
}
