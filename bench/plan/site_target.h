/* What site.c and site_target.c share. */
#pragma once

#include "site.h"

/* Adds the target of a section [target NAME]. -EINVAL with the line. */
int site_target_add(struct site *s, const struct conf_entry *section,
		    struct err *e);

/* A key's value into *out, which stays NULL without the key. -EINVAL for an
 * empty one. */
int site_text(struct site *s, const char *section, const char *key, char **out,
	      struct err *e);
