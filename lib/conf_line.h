/* The lines of an INI file, for conf.c alone. */
#pragma once

#include <stdio.h>

#include "conf.h"

int conf_lines_read(struct conf *c, FILE *f, conf_is_command *is_command,
		    struct err *e);

/* conf.c's, for whoever reads: an entry without marking it, and a new one.
 * False without memory. */
struct conf_entry *conf_find(const struct conf *c, const char *section,
			     const char *key);
bool conf_add(struct conf *c, const char *section, const char *key,
	      const char *value, int line);
