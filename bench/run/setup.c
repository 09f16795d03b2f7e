/* See setup.h. */
#include "setup.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "host.h"
#include "case/suite.h"

#define DIFFERENCES_SHOWN 3u

struct differences {
	char text[360];
	unsigned count;
	bool (*same)(const char *then, const char *now); /* NULL: equal */
};

static char *value_text(const json_t *v)
{
	if (!v)
		return strdup("absent");
	if (json_is_object(v))
		return strdup("there");
	if (json_is_string(v))
		return strdup(json_string_value(v));
	return json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT);
}

static void differ(struct differences *d, const char *path, const char *then,
		   const char *now)
{
	size_t n = strlen(d->text);

	if (d->count++ < DIFFERENCES_SHOWN)
		snprintf(d->text + n, sizeof(d->text) - n,
			 "%s%s was %.60s, is %.60s", n ? "; " : "", path, then,
			 now);
}

static void json_differ(struct differences *d, const char *path,
			const json_t *then, const json_t *now)
{
	cleanup_free char *a = NULL;
	cleanup_free char *b = NULL;
	const char *key;
	json_t *v;
	char deeper[160];

	if (json_equal(then, now))
		return;
	if (!json_is_object(then) || !json_is_object(now)) {
		a = value_text(then);
		b = value_text(now);
		if (a && b && d->same && d->same(a, b))
			return;
		differ(d, path, a ? a : "?", b ? b : "?");
		return;
	}
	json_object_foreach ((json_t *)then, key, v) {
		snprintf(deeper, sizeof(deeper), "%s.%s", path, key);
		json_differ(d, deeper, v, json_object_get(now, key));
	}
	json_object_foreach ((json_t *)now, key, v) {
		snprintf(deeper, sizeof(deeper), "%s.%s", path, key);
		if (!json_object_get(then, key))
			json_differ(d, deeper, NULL, v);
	}
}

static int differences_tell(const struct differences *d, struct err *e)
{
	char more[40] = "";

	if (d->count == 0)
		return 0;
	if (d->count > DIFFERENCES_SHOWN)
		snprintf(more, sizeof(more), "; and %u more",
			 d->count - DIFFERENCES_SHOWN);
	return err_set(e, -EINVAL, "it began on another setup: %s%s", d->text,
		       more);
}

/* The end of a port number at `at`: five digits after '=' or ':'. */
static const char *port_end(const char *text, const char *at)
{
	const char *end = at;

	if (at == text || (at[-1] != '=' && at[-1] != ':'))
		return NULL;
	while (isdigit((unsigned char)*end))
		end++;
	return end - at == 5 ? end : NULL;
}

static bool same_but_ports(const char *then, const char *now)
{
	const char *a = then, *b = now;

	while (*a && *b) {
		const char *a_end = port_end(then, a);
		const char *b_end = port_end(now, b);

		if (a_end && b_end) {
			a = a_end;
			b = b_end;
		} else if (*a++ != *b++) {
			return false;
		}
	}
	return *a == *b;
}

int setup_check(const json_t *run, const struct site *s, bool fresh,
		struct err *e)
{
	static const char *const host_keys[] = {"hostname", "kernel", "machine",
						"os", "cpu"};
	const json_t *host_then = json_object_get(run, "host");
	struct differences d = {.text = ""};
	json_auto_t *host = host_describe();
	json_auto_t *versions = host_versions();
	json_auto_t *targets = site_targets_json(s);
	char path[64];

	for (size_t i = 0; i < ARRAY_SIZE(host_keys); i++) {
		snprintf(path, sizeof(path), "host.%s", host_keys[i]);
		json_differ(&d, path, json_object_get(host_then, host_keys[i]),
			    json_object_get(host, host_keys[i]));
	}
	json_differ(&d, "versions", json_object_get(run, "versions"), versions);
	d.same = fresh ? same_but_ports : NULL;
	json_differ(&d, "targets", json_object_get(run, "targets"), targets);
	return differences_tell(&d, e);
}

/* Of a storage's own words, those that name the object are its sample's. */
static json_t *store_words(const json_t *record, bool other_storage)
{
	static const char *const of_engine[] = {"storage_driver", "backing_fs",
						"engine_version", "runtime",
						"isolation"};
	json_t *words = json_object();

	json_object_update(words, json_object_get(record, "store"));
	for (size_t i = 0; i < ARRAY_SIZE(of_engine); i++)
		if (json_object_get(record, of_engine[i]))
			json_object_set(words, of_engine[i],
					json_object_get(record, of_engine[i]));
	json_object_del(words, "image");
	if (json_object_get(words, "fstype"))
		json_object_del(words, "path"); /* of the object; the target's
						 * own is among its keys */
	if (other_storage)
		json_object_del(words, "fsid");
	return words;
}

int setup_store_check(const struct site_target *t, const json_t *then,
		      const json_t *now, bool other_storage, struct err *e)
{
	struct differences d = {.text = ""};
	json_auto_t *a = store_words(then, other_storage);
	json_auto_t *b = store_words(now, other_storage);

	json_differ(&d, t->name, a, b);
	return differences_tell(&d, e);
}
