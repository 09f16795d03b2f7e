/* See conf.h. */
#include "conf.h"

#include <errno.h>
#include <ini.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"

#define LINE_MAX_CHARS 198   /* inih's buffer of 200, newline and NUL */
#define SECTION_MAX_CHARS 49 /* inih cuts longer names silently */

struct loader {
	struct conf *conf;
	struct err *err;
	FILE *file;
	int line;
	bool indented; /* the line continues the one before */
	int status;    /* first failure: -errno, message in err */
};

static int line_error(struct loader *l, const char *why)
{
	if (l->status == 0)
		l->status = err_set(l->err, -EINVAL, "%s:%d: %s", l->conf->path,
				    l->line, why);
	return 0; /* what inih takes for failure */
}

static int entry_add(struct loader *l, const char *section, const char *key,
		     const char *value)
{
	struct conf *c = l->conf;
	struct conf_entry *grown;

	grown = reallocarray(c->entries, c->count + 1, sizeof(*grown));
	if (!grown)
		return line_error(l, "out of memory");
	c->entries = grown;
	grown += c->count;
	*grown = (struct conf_entry){
		.section = strdup(section),
		.key = key ? strdup(key) : NULL,
		.value = value ? strdup(value) : NULL,
		.line = l->line,
		.used = key == NULL,
	};
	c->count++;
	if (!grown->section || (key && !grown->key) || (value && !grown->value))
		return line_error(l, "out of memory");
	return 1;
}

static struct conf_entry *entry_find(struct conf *c, const char *section,
				     const char *key)
{
	for (size_t i = 0; i < c->count; i++) {
		struct conf_entry *e = &c->entries[i];

		if (strcmp(e->section, section) != 0)
			continue;
		if (key ? e->key && strcmp(e->key, key) == 0 : !e->key)
			return e;
	}
	return NULL;
}

/* inih reports no section without keys and cuts long names, so the reader
 * looks at section lines itself. */
static void section_line(struct loader *l, const char *text)
{
	const char *end = strchr(text, ']');
	char name[SECTION_MAX_CHARS + 1];
	size_t n;

	if (!end)
		return; /* inih says so */
	n = (size_t)(end - text - 1);
	if (n == 0 || n > SECTION_MAX_CHARS) {
		line_error(l, n ? "section name is too long"
				: "section without a name");
		return;
	}
	memcpy(name, text + 1, n);
	name[n] = '\0';
	if (entry_find(l->conf, name, NULL))
		line_error(l, "section stands twice");
	else
		entry_add(l, name, NULL, NULL);
}

static char *read_line(char *buf, int size, void *arg)
{
	struct loader *l = arg;
	size_t n;

	memset(buf, 1, (size_t)size); /* so that the last NUL is the end */
	if (l->status < 0)
		return NULL;
	if (!fgets(buf, size, l->file)) {
		if (ferror(l->file))
			l->status = err_sys(l->err, -errno, "read %s",
					    l->conf->path);
		return NULL;
	}
	l->line++;
	n = (size_t)((char *)memrchr(buf, '\0', (size_t)size) - buf);
	if (strlen(buf) != n) {
		line_error(l, "line holds a NUL character");
		return NULL;
	}
	if (strcspn(buf, "\n") > LINE_MAX_CHARS) {
		line_error(l, "line is longer than 198 characters; continue "
			      "it on a line that starts with a blank");
		return NULL;
	}
	l->indented = buf[0] == ' ' || buf[0] == '\t';
	if (buf[0] == '[')
		section_line(l, buf);
	return buf;
}

/* inih hands a continuation over as the same key once more. */
static int join_value(struct loader *l, struct conf_entry *e, const char *more)
{
	char *joined;

	if (asprintf(&joined, "%s %s", e->value, more) < 0)
		return line_error(l, "out of memory");
	free(e->value);
	e->value = joined;
	return 1;
}

static bool is_utf8(const char *text)
{
	json_t *s = json_string(text);

	json_decref(s);
	return s != NULL;
}

static int on_entry(void *arg, const char *section, const char *key,
		    const char *value)
{
	struct loader *l = arg;
	struct conf *c = l->conf;
	struct conf_entry *last = c->count ? &c->entries[c->count - 1] : NULL;
	struct conf_entry *old;

	if (!*section)
		return line_error(l, "key stands before any [section]");
	if (!is_utf8(value))
		return line_error(l, "value is no UTF-8");
	old = entry_find(c, section, key);
	if (!old)
		return entry_add(l, section, key, value);
	if (old == last && l->indented)
		return join_value(l, old, value);
	return line_error(l, "key stands twice in its section");
}

int conf_load(struct conf **out, const char *path, struct err *e)
{
	struct loader l = {.err = e};
	int bad;

	*out = NULL;
	l.conf = calloc(1, sizeof(*l.conf));
	if (!l.conf || !(l.conf->path = strdup(path))) {
		free(l.conf);
		return err_sys(e, -ENOMEM, "read %s", path);
	}
	l.file = fopen(path, "re");
	if (!l.file) {
		l.status = err_sys(e, -errno, "read %s", path);
	} else {
		bad = ini_parse_stream(read_line, &l, on_entry, &l);
		if (bad > 0 && (l.status == 0 || bad < l.line))
			l.status = err_set(e, -EINVAL,
					   "%s:%d: neither [section], "
					   "key = value nor a comment",
					   path, bad);
		fclose(l.file);
	}
	if (l.status < 0) {
		conf_free(l.conf);
		return l.status;
	}
	*out = l.conf;
	return 0;
}

void conf_free(struct conf *c)
{
	if (!c)
		return;
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
	struct conf_entry *e = entry_find(c, section, key);

	if (e)
		e->used = true;
	return e;
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
