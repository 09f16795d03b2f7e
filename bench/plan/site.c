/* See site.h. */
#include "site.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"

/* What is handed to a shell, whole. */
static bool is_command(const char *section, const char *key)
{
	static const char *const words[] = {"launch", "drop",	 "disk_reads",
					    "cut",    "restore", "describe",
					    "renew"};

	(void)section;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcmp(words[i], key) == 0)
			return true;
	return strncmp(key, "launch.", strlen("launch.")) == 0;
}

static int limits_check(const struct site *s, struct err *e)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct site_target *t = &s->targets[i];
		struct conf_entry at = {.line = t->line};
		const json_t *name;
		size_t k;

		json_array_foreach (t->limits, k, name)
			if (!site_find(s, json_string_value(name)))
				return conf_error(s->conf, &at, e,
						  "target %s: limit %s is no "
						  "target of this file",
						  t->name,
						  json_string_value(name));
	}
	return 0;
}

static int target_add(struct site *s, const struct conf_entry *section,
		      struct err *e)
{
	struct site_target *t =
		reallocarray(s->targets, s->count + 1, sizeof(*t));

	if (!t)
		return err_sys(e, -ENOMEM, "read %s", s->conf->path);
	s->targets = t;
	return site_target_read(&t[s->count++], s->conf, section, e);
}

static int site_read(struct site *s, struct err *e)
{
	int r;

	if ((r = conf_text(s->conf, "site", "name", &s->name, e)) < 0 ||
	    (r = conf_text(s->conf, "site", "describe", &s->describe, e)) < 0 ||
	    (r = conf_text(s->conf, "site", "renew", &s->renew, e)) < 0)
		return r;
	if (!s->name)
		return conf_error(s->conf, NULL, e,
				  "no name in a section [site]");
	for (size_t i = 0; i < s->conf->count; i++) {
		const struct conf_entry *at = &s->conf->entries[i];

		if (at->key || strcmp(at->section, "site") == 0)
			continue;
		if (strncmp(at->section, "target ", 7) != 0)
			return conf_error(s->conf, at, e,
					  "unknown section [%s]; allowed: "
					  "[site], [target NAME]",
					  at->section);
		r = target_add(s, at, e);
		if (r < 0)
			return r;
	}
	if (conf_unused(s->conf))
		return conf_error(s->conf, conf_unused(s->conf), e,
				  "unknown key %s in [site]; allowed: name, "
				  "describe, renew",
				  conf_unused(s->conf)->key);
	if (s->count == 0)
		return conf_error(s->conf, NULL, e, "no [target NAME]");
	return limits_check(s, e);
}

int site_load(struct site **out, const char *path, struct err *e)
{
	struct site *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return err_sys(e, -ENOMEM, "read %s", path);
	r = conf_load(&s->conf, path, is_command, e);
	if (r == 0)
		r = site_read(s, e);
	if (r < 0) {
		site_free(s);
		return r;
	}
	*out = s;
	return 0;
}

void site_free(struct site *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->count; i++)
		site_target_free(&s->targets[i]);
	free(s->targets);
	free(s->name);
	free(s->describe);
	free(s->renew);
	conf_free(s->conf);
	free(s);
}

const struct site_target *site_find(const struct site *s, const char *name)
{
	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->targets[i].name, name) == 0)
			return &s->targets[i];
	return NULL;
}

static void text_set(json_t *o, const char *key, const char *text)
{
	if (text)
		json_object_set_new(o, key, json_string(text));
}

static void launches_set(json_t *o, const struct site_target *t)
{
	char key[24];

	if (t->nodes <= 1)
		text_set(o, "launch", t->launches[0]);
	for (unsigned i = 0; t->nodes > 1 && i < t->nodes; i++) {
		snprintf(key, sizeof(key), "launch.%u", i + 1);
		text_set(o, key, t->launches[i]);
	}
}

json_t *site_targets_json(const struct site *s)
{
	json_t *all = json_object();

	for (size_t i = 0; i < s->count; i++) {
		const struct site_target *t = &s->targets[i];
		json_t *o =
			json_pack("{ss sO sO}", "driver", t->driver, "options",
				  t->options, "limits", t->limits);

		if (t->is_limit)
			json_object_set_new(o, "role", json_string("limit"));
		if (t->keep)
			json_object_set_new(o, "keep", json_true());
		if (t->cut)
			json_object_set_new(o, "cut_kind",
					    json_string(t->cut_kind));
		if (t->nodes > 1)
			json_object_set_new(o, "nodes",
					    json_integer((json_int_t)t->nodes));
		launches_set(o, t);
		text_set(o, "worker", t->worker);
		text_set(o, "drop", t->drop);
		text_set(o, "disk_reads", t->disk_reads);
		text_set(o, "cut", t->cut);
		text_set(o, "restore", t->restore);
		json_object_set_new(all, t->name, o);
	}
	return all;
}
