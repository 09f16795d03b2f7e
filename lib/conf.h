/* INI files as a list of entries that remember their line.
 *
 *	[section]
 *	key = value ; a comment, after a blank
 *	key = a value that goes on
 *		on lines that are indented deeper than their key
 *	# a comment, and so is a line that begins with a semicolon
 *
 * A command (see conf_load()) is the whole rest of its line: neither ';' nor
 * '#' begins a comment in it, nor at the start of an indented line of it.
 * Nothing here knows which keys there are. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

struct conf_entry {
	char *section; /* as written: "storage quick" */
	char *key;     /* NULL: the line that opened the section */
	char *value;   /* NULL with key */
	int line;
	bool used; /* set by conf_get(); conf_unused() finds the rest */
};

struct conf {
	char *path;
	struct conf_entry *entries; /* those of a section follow its own */
	size_t count;
	void *index; /* of section and key: see tsearch(3) */
};

/* Whether a key of that section holds a command. */
typedef bool conf_is_command(const char *section, const char *key);

/* Reads a file; is_command may be NULL. -errno with "PATH:LINE: why" when it
 * cannot be read or a line is none of an INI file. */
int conf_load(struct conf **out, const char *path, conf_is_command *is_command,
	      struct err *e);
void conf_free(struct conf *c);

/* The entry of a key, marked used; NULL when absent. */
struct conf_entry *conf_get(struct conf *c, const char *section,
			    const char *key);

/* The first entry nobody asked for, or NULL. */
const struct conf_entry *conf_unused(const struct conf *c);

/* A key's value into *out, which stays NULL without the key. -EINVAL for an
 * empty one. */
int conf_text(struct conf *c, const char *section, const char *key, char **out,
	      struct err *e);

/* For whoever reads a file: an entry without marking it, and a new one; false
 * without memory. */
struct conf_entry *conf_find(const struct conf *c, const char *section,
			     const char *key);
bool conf_add(struct conf *c, const char *section, const char *key,
	      const char *value, int line);

/* -EINVAL with "PATH:LINE: " and the message. */
int conf_error(const struct conf *c, const struct conf_entry *at, struct err *e,
	       const char *fmt, ...) __attribute__((format(printf, 4, 5)));
