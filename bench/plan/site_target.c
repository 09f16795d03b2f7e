/* A section [target NAME] of the site file: the driver or engine, its own keys,
 * and those that any target may have. See site.h. */
#include "site_target.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "case/placeholder.h"

/* Keys that any target may have, whatever its driver. */
static const char *const common_keys[] = {
	"driver",  "launch",   "worker", "drop",  "disk_reads", "cut",
	"restore", "cut_kind", "keep",	 "limit", "role"};

/* What loses its memory in a power cut. */
static const char *const cut_kinds[] = {"process", "guest", "device",
					"machine"};

/* Appends ", word" to a bounded list for a message. */
static void list_add(char *list, size_t size, const char *word)
{
	size_t n = strlen(list);

	snprintf(list + n, size - n, "%s%s", n ? ", " : "", word);
}

/* The driver's own key. NULL: it has none of that name. */
static const struct storage_key *key_find(const struct site_target *t,
					  const char *name)
{
	for (const struct storage_key *k = t->keys; k && k->name; k++)
		if (strcmp(k->name, name) == 0)
			return k;
	return NULL;
}

static bool key_allowed(const struct site_target *t, const char *key)
{
	for (size_t i = 0; i < ARRAY_SIZE(common_keys); i++)
		if (strcmp(common_keys[i], key) == 0)
			return true;
	return !t->keys || key_find(t, key);
}

static int key_unknown(struct conf *conf, const struct site_target *t,
		       const struct conf_entry *at, struct err *e)
{
	char allowed[400] = "";

	for (size_t i = 0; i < ARRAY_SIZE(common_keys); i++)
		list_add(allowed, sizeof(allowed), common_keys[i]);
	for (const struct storage_key *k = t->keys; k->name; k++)
		list_add(allowed, sizeof(allowed), k->name);
	return conf_error(conf, at, e,
			  "unknown key %s for driver %s; allowed: %s", at->key,
			  t->driver, allowed);
}

static int driver_unknown(struct conf *conf, const struct conf_entry *at,
			  struct err *e)
{
	char allowed[400] = "";

	for (size_t i = 0; storage_drivers[i]; i++)
		list_add(allowed, sizeof(allowed), storage_drivers[i]->name);
	for (size_t i = 0; storage_missing[i].name; i++)
		list_add(allowed, sizeof(allowed), storage_missing[i].name);
	for (const struct engine *g = engines; g->name; g++)
		list_add(allowed, sizeof(allowed), g->name);
	return conf_error(conf, at, e, "unknown driver %s; allowed: %s",
			  at->value, allowed);
}

static int driver_set(struct conf *conf, struct site_target *t,
		      const struct conf_entry *section, struct err *e)
{
	struct conf_entry *at = conf_get(conf, section->section, "driver");

	if (!at)
		return conf_error(conf, section, e, "target %s has no driver",
				  t->name);
	t->driver = at->value;
	t->ops = storage_find(at->value);
	t->engine = engine_find(at->value);
	t->keys = t->ops ? t->ops->keys : t->engine ? t->engine->keys : NULL;
	if (t->keys)
		return 0;
	for (size_t i = 0; storage_missing[i].name; i++)
		if (strcmp(storage_missing[i].name, at->value) == 0)
			t->missing = storage_missing[i].reason;
	return t->missing ? 0 : driver_unknown(conf, at, e);
}

/* A comma-separated list of words as a JSON array. */
static json_t *words_json(const char *text)
{
	cleanup_free char *copy = strdup(text);
	json_t *list = json_array();
	char *rest = copy;
	char *word;

	while (copy && (word = strsep(&rest, ", ")))
		if (*word)
			json_array_append_new(list, json_string(word));
	return list;
}

/* Ranks are spread by what starts them, so there is one such launch. */
static int launch_check(struct conf *conf, struct site_target *t,
			const struct conf_entry *at, struct err *e)
{
	size_t len;
	const char *odd = placeholder_unknown(at->value, &len);

	if (odd)
		return conf_error(
			conf, at, e,
			"unknown %.*s in %s; allowed: " PLACEHOLDER_NAMES,
			(int)len, odd, at->key);
	t->ranked = placeholder_has(at->value, "{clients}");
	t->spread = placeholder_has(at->value, "{nodes}");
	if (t->spread && !t->ranked)
		return conf_error(conf, at, e,
				  "%s has {nodes} without {clients}", at->key);
	if (t->ranked && strcmp(at->key, "launch") != 0)
		return conf_error(conf, at, e,
				  "%s has {clients}; allowed in launch alone",
				  at->key);
	return 0;
}

/* launch, or launch.1, launch.2 and so on without a gap. */
static int launches_set(struct conf *conf, struct site_target *t,
			const char *section, struct err *e)
{
	struct conf_entry *one = conf_get(conf, section, "launch");
	struct conf_entry *first = conf_get(conf, section, "launch.1");
	int r = conf_text(conf, section, "launch", &t->launches[0], e);

	if (r == 0 && one && first)
		return conf_error(conf, first, e,
				  "target %s has launch and launch.1", t->name);
	if (r == 0 && one)
		r = launch_check(conf, t, one, e);
	while (r == 0 && !one && t->nodes < LAUNCHES_MAX) {
		struct conf_entry *at;
		char key[24];

		snprintf(key, sizeof(key), "launch.%u", t->nodes + 1);
		at = conf_get(conf, section, key);
		if (!at)
			break;
		r = launch_check(conf, t, at, e);
		if (r == 0)
			r = conf_text(conf, section, key,
				      &t->launches[t->nodes++], e);
	}
	t->nodes = t->nodes ? t->nodes : 1;
	return r;
}

static int keep_set(struct conf *conf, struct site_target *t,
		    const char *section, struct err *e)
{
	struct conf_entry *at = conf_get(conf, section, "keep");

	t->keep = at && strcmp(at->value, "yes") == 0;
	if (!at || t->keep || strcmp(at->value, "no") == 0)
		return 0;
	return conf_error(conf, at, e, "keep = %s; allowed: yes, no",
			  at->value);
}

/* A cut that nothing brings back from would end the run. */
static int cut_set(struct conf *conf, struct site_target *t,
		   const char *section, struct err *e)
{
	struct conf_entry *cut = conf_get(conf, section, "cut");
	struct conf_entry *kind = conf_get(conf, section, "cut_kind");
	char allowed[64] = "";
	int r;

	if ((r = conf_text(conf, section, "cut", &t->cut, e)) < 0 ||
	    (r = conf_text(conf, section, "restore", &t->restore, e)) < 0)
		return r;
	for (size_t i = 0; i < ARRAY_SIZE(cut_kinds); i++) {
		if (kind && strcmp(kind->value, cut_kinds[i]) == 0)
			t->cut_kind = cut_kinds[i];
		list_add(allowed, sizeof(allowed), cut_kinds[i]);
	}
	if (kind && !t->cut_kind)
		return conf_error(conf, kind, e, "cut_kind = %s; allowed: %s",
				  kind->value, allowed);
	if (t->cut && (!t->restore || !kind))
		return conf_error(conf, cut, e,
				  "cut needs restore and cut_kind (%s)",
				  allowed);
	return 0;
}

static int common_set(struct conf *conf, struct site_target *t,
		      const char *section, struct err *e)
{
	struct conf_entry *role = conf_get(conf, section, "role");
	struct conf_entry *limit = conf_get(conf, section, "limit");
	int r;

	if ((r = launches_set(conf, t, section, e)) < 0 ||
	    (r = keep_set(conf, t, section, e)) < 0 ||
	    (r = cut_set(conf, t, section, e)) < 0 ||
	    (r = conf_text(conf, section, "worker", &t->worker, e)) < 0 ||
	    (r = conf_text(conf, section, "drop", &t->drop, e)) < 0 ||
	    (r = conf_text(conf, section, "disk_reads", &t->disk_reads, e)) < 0)
		return r;
	if (role && strcmp(role->value, "limit") != 0)
		return conf_error(conf, role, e,
				  "unknown role %s; allowed: limit",
				  role->value);
	t->is_limit = role != NULL;
	t->limits = words_json(limit ? limit->value : "");
	return t->limits ? 0 : err_sys(e, -ENOMEM, "read %s", conf->path);
}

static int value_check(struct conf *conf, const struct site_target *t,
		       const struct conf_entry *at, struct err *e)
{
	const struct storage_key *k = key_find(t, at->key);

	if (!k || k->kind != KEY_FLAG || strcmp(at->value, "yes") == 0 ||
	    strcmp(at->value, "no") == 0)
		return 0;
	return conf_error(conf, at, e, "%s = %s; allowed: yes, no", at->key,
			  at->value);
}

static int options_set(struct conf *conf, struct site_target *t,
		       const struct conf_entry *section, struct err *e)
{
	int r;

	t->options = json_object();
	for (size_t i = (size_t)(section - conf->entries) + 1;
	     i < conf->count && conf->entries[i].key; i++) {
		struct conf_entry *at = &conf->entries[i];

		if (at->used)
			continue;
		if (!key_allowed(t, at->key))
			return key_unknown(conf, t, at, e);
		r = value_check(conf, t, at, e);
		if (r < 0)
			return r;
		at->used = true;
		json_object_set_new(t->options, at->key,
				    json_string(at->value));
	}
	for (const struct storage_key *k = t->keys; k && k->name; k++)
		if (k->kind == KEY_REQUIRED &&
		    !json_object_get(t->options, k->name))
			return conf_error(conf, section, e,
					  "target %s: driver %s needs %s: %s",
					  t->name, t->driver, k->name, k->help);
	return 0;
}

/* Target names become parts of case names, files and LaTeX macros. */
static bool name_ok(const char *name)
{
	static const char ok[] = "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

	return *name && strspn(name, ok) == strlen(name) && name[0] != '.' &&
	       name[0] != '-';
}

int site_target_read(struct site_target *t, struct conf *conf,
		     const struct conf_entry *section, struct err *e)
{
	const char *name = section->section + strlen("target ");
	int r;

	*t = (struct site_target){.line = section->line};
	if (!name_ok(name))
		return conf_error(conf, section, e,
				  "target name %s: letters, digits, - _ and . "
				  "only",
				  name);
	t->name = strdup(name);
	if (!t->name)
		return err_sys(e, -ENOMEM, "read %s", conf->path);
	r = driver_set(conf, t, section, e);
	if (r == 0)
		r = common_set(conf, t, section->section, e);
	return r < 0 ? r : options_set(conf, t, section, e);
}

void site_target_free(struct site_target *t)
{
	free(t->name);
	for (size_t k = 0; k < LAUNCHES_MAX; k++)
		free(t->launches[k]);
	free(t->worker);
	free(t->drop);
	free(t->disk_reads);
	free(t->cut);
	free(t->restore);
	json_decref(t->options);
	json_decref(t->limits);
}
