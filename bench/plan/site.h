/* The site file: which targets there are and how each is reached.
 * Read whole and checked before anything is started. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "conf.h"
#include "site_target.h"

struct site {
	struct conf *conf;
	char *name;
	char *describe; /* command printing a JSON object, or NULL */
	char *renew;	/* command that makes a fresh cluster or fresh mounts,
			 * run before every session but the first, or NULL */
	struct site_target *targets;
	size_t count;
};

/* -EINVAL with "FILE:LINE: what, and what is allowed". */
int site_load(struct site **out, const char *path, struct err *e);
void site_free(struct site *s);

const struct site_target *site_find(const struct site *s, const char *name);

/* {"NAME": {"driver": …, "options": …}, …} for the run record: every key. */
json_t *site_targets_json(const struct site *s);
