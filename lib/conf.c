/* See conf.h. The entries, and how they are found; a file is read in
 * conf_line.c. */
#include "conf.h"

#include <errno.h>
#include <search.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where an entry is: they move as their number grows. */
struct place {
	const char *section, *key; /* key NULL: the section itself */
	size_t at;
};

static int place_compare(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int r = strcmp(x->section, y->section);

	if (r != 0 || (!x->key && !y->key))
		return r;
	if (!x->key || !y->key)
		return x->key ? 1 : -1;
	return strcmp(x->key, y->key);
}

struct conf_entry *conf_find(const struct conf *c, const char *section,
			     const char *key)
{
	const struct place wanted = {section, key, 0};
	struct place **found = tfind(&wanted, &c->index, place_compare);

	return found ? &c->entries[(*found)->at] : NULL;
}

static bool entry_index(struct conf *c, size_t at)
{
	struct place *p = malloc(sizeof(*p));

	if (!p)
		return false;
	*p = (struct place){c->entries[at].section, c->entries[at].key, at};
	if (tsearch(p, &c->index, place_compare))
		return true;
	free(p);
	return false;
}

/* Room for twice as many whenever the count is a power of two. */
static bool entries_grow(struct conf *c)
{
	size_t room = c->count ? 2 * c->count : 1;
	void *grown;

	if (c->count & (c->count - 1))
		return true;
	grown = reallocarray(c->entries, room, sizeof(*c->entries));
	if (grown)
		c->entries = grown;
	return grown;
}

bool conf_add(struct conf *c, const char *section, const char *key,
	      const char *value, int line)
{
	struct conf_entry *entry;

	if (!entries_grow(c))
		return false;
	entry = &c->entries[c->count++];
	*entry = (struct conf_entry){
		.section = strdup(section),
		.key = key ? strdup(key) : NULL,
		.value = value ? strdup(value) : NULL,
		.line = line,
		.used = key == NULL,
	};
	return entry->section && (!key || entry->key) &&
	       (!value || entry->value) && entry_index(c, c->count - 1);
}

void conf_free(struct conf *c)
{
	if (!c)
		return;
	tdestroy(c->index, free);
	for (size_t i = 0; i < c->count; i++) {
		free(c->entries[i].section);
		free(c->entries[i].key);
		free(c->entries[i].value);
	}
	free(c->entries);
	free(c->path);
	free(c);
}

struct conf_entry *conf_get(struct conf *c, const char *section,
			    const char *key)
{
	struct conf_entry *entry = conf_find(c, section, key);

	if (entry)
		entry->used = true;
	return entry;
}

const struct conf_entry *conf_unused(const struct conf *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (!c->entries[i].used)
			return &c->entries[i];
	return NULL;
}

int conf_error(const struct conf *c, const struct conf_entry *at, struct err *e,
	       const char *fmt, ...)
{
	struct err why;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why.msg, sizeof(why.msg), fmt, ap);
	va_end(ap);
	return err_set(e, -EINVAL, "%s:%d: %s", c->path, at ? at->line : 1,
		       why.msg);
}

int conf_text(struct conf *c, const char *section, const char *key, char **out,
	      struct err *e)
{
	struct conf_entry *at = conf_get(c, section, key);

	if (!at)
		return 0;
	if (!*at->value)
		return conf_error(c, at, e, "%s is empty", key);
	*out = strdup(at->value);
	return *out ? 0 : err_sys(e, -ENOMEM, "read %s", c->path);
}
