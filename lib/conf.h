/* INI files as a list of entries that remember their line, on top of inih.
 * A value continues on lines that start with a blank; ';' after a blank and
 * '#' or ';' at a line's start begin comments. inih takes 199 characters a
 * line; a longer one is an error here, never cut. */
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
	struct conf_entry *entries;
	size_t count;
};

/* Reads a file. -errno with "PATH:LINE: why" when it cannot be read, is no
 * INI file, has a value that is no UTF-8, a key twice in one section or a
 * section twice. */
int conf_load(struct conf **out, const char *path, struct err *e);
void conf_free(struct conf *c);

/* The entry of a key, marked used; NULL when absent. */
struct conf_entry *conf_get(struct conf *c, const char *section,
			    const char *key);

/* The first entry nobody asked for, or NULL. */
const struct conf_entry *conf_unused(const struct conf *c);

/* -EINVAL with "PATH:LINE: " and the message. */
int conf_error(const struct conf *c, const struct conf_entry *at, struct err *e,
	       const char *fmt, ...) __attribute__((format(printf, 4, 5)));
