/* ie-bench list, ie-bench describe: what there is to measure with. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "ie-bench.h"
#include "command.h"
#include "run/host.h"
#include "image/engine.h"
#include "storage/storage.h"

/* The only argument that both take. -EINVAL for anything else. */
static int json_flag(int argc, char **argv, struct err *e)
{
	if (argc == 1)
		return 0;
	if (argc == 2 && strcmp(argv[1], "--json") == 0)
		return 1;
	return err_set(e, -EINVAL, "%s: unexpected %s; allowed: --json",
		       argv[0], argv[argc > 2 ? 2 : 1]);
}

static json_t *keys_json(const struct storage_key *k)
{
	json_t *keys = json_array();

	for (; k->name; k++)
		json_array_append_new(keys, json_pack("{ss sb ss}", "name",
						      k->name, "required",
						      k->kind == KEY_REQUIRED,
						      "help", k->help));
	return keys;
}

static json_t *caps_json(const struct storage_ops *ops)
{
	static const struct {
		unsigned cap;
		const char *word;
	} words[] = {
		{STORAGE_ASYNC, "async"},
		{STORAGE_NO_DATA, "no-data"},
		{STORAGE_FRESH_IS_COLD, "fresh-is-cold"},
	};
	json_t *caps = json_array();

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (ops->caps & words[i].cap)
			json_array_append_new(caps, json_string(words[i].word));
	if (ops->drop_caches)
		json_array_append_new(caps, json_string("drop-caches"));
	if (ops->reads_disk)
		json_array_append_new(caps, json_string("own-cold-proof"));
	return caps;
}

static json_t *driver_json(const struct storage_ops *ops)
{
	char version[128];
	const char *text;
	struct err e = {.msg = ""};
	bool usable = !ops->usable || ops->usable(&e) == 0;
	json_t *d = json_pack(
		"{ss ss ss sb sb ss so so ss}", "name", ops->name, "kind",
		"storage", "summary", ops->summary, "built", true, "usable",
		usable, "why_not", e.msg, "caps", caps_json(ops), "keys",
		keys_json(ops->keys), "durability", ops->durability);

	text = ops->version ? ops->version(version, sizeof(version)) : NULL;
	json_object_set_new(d, "version",
			    text ? json_string(text) : json_null());
	return d;
}

static json_t *engine_json(const struct engine *engine)
{
	struct err e = {.msg = ""};
	bool usable = engine_usable(engine, &e) == 0;

	return json_pack("{ss ss ss sb sb ss ss so}", "name", engine->name,
			 "kind", "image", "summary", engine->summary, "built",
			 true, "usable", usable, "why_not", e.msg,
			 "storage_driver", engine->storage, "keys",
			 keys_json(engine->keys));
}

static json_t *drivers_json(void)
{
	json_t *all = json_array();

	for (size_t i = 0; storage_drivers[i]; i++)
		json_array_append_new(all, driver_json(storage_drivers[i]));
	for (size_t i = 0; storage_missing[i].name; i++)
		json_array_append_new(all,
				      json_pack("{ss ss sb sb ss}", "name",
						storage_missing[i].name, "kind",
						"storage", "built", false,
						"usable", false, "why_not",
						storage_missing[i].reason));
	for (const struct engine *g = engines; g->name; g++)
		json_array_append_new(all, engine_json(g));
	return all;
}

static const char *text_of(const json_t *o, const char *key)
{
	const char *v = json_string_value(json_object_get(o, key));

	return v ? v : "";
}

static void driver_print(const json_t *d)
{
	const json_t *key;
	size_t i;

	if (!json_is_true(json_object_get(d, "usable"))) {
		printf("%-8s not usable here: %s\n", text_of(d, "name"),
		       text_of(d, "why_not"));
		return;
	}
	printf("%-8s %s%s%s%s\n", text_of(d, "name"), text_of(d, "summary"),
	       *text_of(d, "version") ? " (" : "", text_of(d, "version"),
	       *text_of(d, "version") ? ")" : "");
	if (*text_of(d, "durability"))
		printf("         flush: %s\n", text_of(d, "durability"));
	json_array_foreach (json_object_get(d, "keys"), i, key)
		printf("         %s%s: %s\n", text_of(key, "name"),
		       json_is_true(json_object_get(key, "required"))
			       ? " (required)"
			       : "",
		       text_of(key, "help"));
}

static int json_print(json_t *j)
{
	cleanup_free char *text = json_dumps(j, JSON_INDENT(2));

	json_decref(j);
	printf("%s\n", text ? text : "null");
	return text ? EXIT_DONE : EXIT_FAILED;
}

int cmd_list(int argc, char **argv, struct err *e)
{
	int as_json = json_flag(argc, argv, e);
	const json_t *d;
	json_t *all;
	size_t i;

	if (as_json < 0)
		return as_json;
	all = drivers_json();
	if (as_json)
		return json_print(all);
	json_array_foreach (all, i, d)
		driver_print(d);
	json_decref(all);
	return EXIT_DONE;
}

/* {a: {b: 1}} as "a.b  1" lines. */
static void flat_print(const char *prefix, const json_t *j)
{
	cleanup_free char *text = NULL;
	const char *key;
	json_t *value;
	char name[200];
	size_t i;

	json_object_foreach ((json_t *)j, key, value) {
		snprintf(name, sizeof(name), "%s%s%s", prefix,
			 *prefix ? "." : "", key);
		flat_print(name, value);
	}
	json_array_foreach (j, i, value) {
		snprintf(name, sizeof(name), "%s.%zu", prefix, i);
		flat_print(name, value);
	}
	if (json_is_object(j) || json_is_array(j))
		return;
	text = json_dumps(j, JSON_ENCODE_ANY);
	printf("%-24s %s\n", prefix,
	       json_is_string(j) ? json_string_value(j) : text);
}

int cmd_describe(int argc, char **argv, struct err *e)
{
	int as_json = json_flag(argc, argv, e);
	json_t *all;

	if (as_json < 0)
		return as_json;
	all = json_pack("{so so}", "host", host_describe(), "versions",
			host_versions());
	if (as_json)
		return json_print(all);
	flat_print("", all);
	json_decref(all);
	return EXIT_DONE;
}
