/* See section.h. */
#include "section.h"

#include <errno.h>
#include <string.h>

#include "cleanup.h"
#include "units.h"

static int value_error(const struct section *s, const struct conf_entry *at,
		       const char *allowed, struct err *e)
{
	return conf_error(s->plan->conf, at, e, "%s = %s: allowed: %s", at->key,
			  at->value, allowed);
}

static int parse_count(const char *word, uint64_t *out)
{
	return count_parse(word, 1, 1u << 20, out);
}

static int parse_cache(const char *word, uint64_t *out)
{
	*out = strcmp(word, "cold") == 0 ? CACHE_COLD : CACHE_WARM;
	return *out == CACHE_COLD || strcmp(word, "warm") == 0 ? 0 : -EINVAL;
}

/* Words separated by blanks or commas; fallback when the key is absent. */
static int axis_read(struct section *s, const char *key, const char *fallback,
		     int (*parse)(const char *, uint64_t *),
		     const char *allowed, struct axis *axis, struct err *e)
{
	struct conf_entry *at = conf_get(s->plan->conf, s->name, key);
	cleanup_free char *copy = strdup(at ? at->value : fallback);
	char *rest = copy;
	char *word;

	while (copy && (word = strsep(&rest, ", "))) {
		if (!*word)
			continue;
		if (axis->count == LIST_MAX)
			return conf_error(s->plan->conf, at, e,
					  "%s has more than %d values", key,
					  LIST_MAX);
		if (parse(word, &axis->values[axis->count++]) < 0)
			return conf_error(s->plan->conf, at ? at : s->at, e,
					  "%s = %s: allowed: %s", key, word,
					  allowed);
	}
	if (axis->count == 0)
		return conf_error(s->plan->conf, at ? at : s->at, e,
				  "[%s] needs %s: %s", s->name, key, allowed);
	return 0;
}

static int op_read(struct section *s, struct err *e)
{
	struct conf_entry *at = conf_get(s->plan->conf, s->name, "op");
	char allowed[128] = "";

	s->op = at ? bench_op_find(at->value) : NULL;
	if (s->op)
		return 0;
	for (const struct bench_op *op = bench_ops; op->name; op++) {
		size_t n = strlen(allowed);

		snprintf(allowed + n, sizeof(allowed) - n, "%s%s",
			 n ? ", " : "", op->name);
	}
	if (at)
		return value_error(s, at, allowed, e);
	return conf_error(s->plan->conf, s->at, e, "[%s] needs op: %s", s->name,
			  allowed);
}

static int cache_read(struct section *s, struct err *e)
{
	struct conf_entry *at = conf_get(s->plan->conf, s->name, "cache");

	if (s->op->kind == OP_READ)
		return axis_read(s, "cache", "", parse_cache, "cold, warm",
				 &s->cache, e);
	if (at)
		return conf_error(s->plan->conf, at, e,
				  "cache is for reads; op is %s", s->op->name);
	s->cache = (struct axis){{CACHE_NONE}, 1};
	return 0;
}

static int flag_read(struct section *s, const char *key, const char *no,
		     const char *yes, bool *out, struct err *e)
{
	struct conf_entry *at = conf_get(s->plan->conf, s->name, key);
	char allowed[64];

	if (!at || strcmp(at->value, no) == 0)
		return 0;
	*out = strcmp(at->value, yes) == 0;
	snprintf(allowed, sizeof(allowed), "%s, %s", no, yes);
	return *out ? 0 : value_error(s, at, allowed, e);
}

int section_read(struct section *s, struct err *e)
{
	const char *size = "sizes like 64k, 128M, 4G";
	struct conf_entry *ops = conf_get(s->plan->conf, s->name, "ops");
	int r;

	if ((r = op_read(s, e)) < 0 || (r = cache_read(s, e)) < 0 ||
	    (r = axis_read(s, "sizes", "", size_parse, size, &s->sizes, e)) <
		    0 ||
	    (r = axis_read(s, "block", "64k", size_parse, size, &s->block, e)) <
		    0 ||
	    (r = axis_read(s, "depth", "1", parse_count, "counts", &s->depth,
			   e)) < 0 ||
	    (r = axis_read(s, "jobs", "1", parse_count, "counts", &s->jobs,
			   e)) < 0 ||
	    (r = axis_read(s, "clients", s->op->play ? "2" : "1", parse_count,
			   "counts", &s->clients, e)) < 0 ||
	    (r = axis_read(s, "nodes", "1", parse_count, "counts", &s->nodes,
			   e)) < 0 ||
	    (r = flag_read(s, "folder", "own", "shared", &s->one_folder, e)) <
		    0 ||
	    (r = flag_read(s, "file", "own", "shared", &s->one_file, e)) < 0 ||
	    (r = flag_read(s, "reads", "own", "next", &s->next, e)) < 0 ||
	    (r = flag_read(s, "lock", "none", "flock", &s->flock, e)) < 0 ||
	    (r = flag_read(s, "data", "random", "zero", &s->zero, e)) < 0 ||
	    (r = flag_read(s, "verify", "sample", "all", &s->verify_all, e)) <
		    0 ||
	    (r = flag_read(s, "series", "no", "yes", &s->series, e)) < 0)
		return r;
	if (ops && count_parse(ops->value, 1, INT64_MAX, &s->ops) < 0)
		return value_error(s, ops, "a count of operations", e);
	return 0;
}
