/* One cell's identity: what its records say that it is. See cell.h. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "cell.h"
#include "units.h"

void cell_free(struct cell *cell)
{
	if (!cell)
		return;
	for (char **l = cell->limits; l && *l; l++)
		free(*l);
	free(cell->limits);
	free(cell->name);
	free(cell->target);
	free(cell->driver);
	free(cell->op);
	free(cell->cache);
	free(cell->build);
	free(cell->home);
	for (size_t i = 0; i < cell->ok; i++)
		free(cell->points[i].causes);
	free(cell->points);
	for (size_t i = 0; i < cell->series_count; i++)
		free(cell->series[i].bytes);
	free(cell->series);
	free(cell->failed_reason);
	free(cell->invalid_reason);
	free(cell->reason);
	free(cell);
}

static const char *cache_of(const struct record *r)
{
	const char *cache = record_text(r, F_CACHE);

	return strcmp(cache, "none") != 0 ? cache : "";
}

/* What follows the target in the name of a cell with these fields. */
static char *suffix_make(const struct cell *cell)
{
	char size[SIZE_TEXT_MAX], block[SIZE_TEXT_MAX];
	const char *dash = *cell->cache ? "-" : "";
	char *text;
	int n;

	if (cell->build)
		n = asprintf(&text, "/%s%s%s/%s/%s", cell->op, dash,
			     cell->cache, cell->build, cell->home);
	else
		n = asprintf(&text, "/%s%s%s/%s/b%s/d%" PRIu64 "/j%" PRIu64,
			     cell->op, dash, cell->cache,
			     size_format(cell->size_bytes, size),
			     size_format(cell->block_bytes, block), cell->depth,
			     cell->jobs);
	return n < 0 ? NULL : text;
}

/* The name must say what the fields say, or cells would mix units. */
static int variant_find(struct cell *cell, struct err *e)
{
	cleanup_free char *want = suffix_make(cell);
	const char *rest;
	size_t len;

	if (!want)
		return err_sys(e, -ENOMEM, "case");
	len = strlen(want);
	rest = cell->suffix + len;
	if (strncmp(cell->suffix, want, len) != 0 ||
	    (*rest && (cell->build || *rest != '/')))
		return err_set(e, -EINVAL,
			       "case \"%s\" is not what its fields say: %s%s",
			       cell->name, cell->target, want);
	if (cell->build)
		cell->variant = strchr(cell->suffix + 1, '/') + 1;
	else
		cell->variant = rest + (*rest == '/');
	return 0;
}

/* The last part of its folder, and how many stages at once: "small",
 * "multi-stage-j2"; NULL: no memory. */
static char *build_of(const struct record *r)
{
	const char *path = record_text(r, F_BUILD);
	const char *slash = strrchr(path, '/');
	uint64_t jobs = record_count(r, F_BUILD_JOBS);
	char *text;

	if (jobs <= 1)
		return strdup(slash ? slash + 1 : path);
	return asprintf(&text, "%s-j%" PRIu64, slash ? slash + 1 : path, jobs) <
			       0
		       ? NULL
		       : text;
}

/* NULL is none, as it is of storage. */
static bool text_same(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

static int image_fill(struct cell *cell, const struct record *r)
{
	cell->unit = (struct unit){"s", "s", 1, true};
	cell->build = build_of(r);
	cell->home = strdup(record_text(r, F_HOME));
	return cell->build && cell->home ? 0 : -ENOMEM;
}

static int limits_copy(struct cell *cell, const struct record *r)
{
	size_t n = 0;

	/* What bounds a build's time is not another target's time */
	while (r->kind == RECORD_STORAGE && record_item(r, F_LIMITS, n))
		n++;
	cell->limits = calloc(n + 1, sizeof(char *));
	if (!cell->limits)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		cell->limits[i] = strdup(record_item(r, F_LIMITS, i));
		if (!cell->limits[i])
			return -ENOMEM;
	}
	return 0;
}

int cell_fill(struct cell *cell, const struct record *r, struct err *e)
{
	cell->name = strdup(record_text(r, F_CASE));
	cell->target = strdup(record_text(r, F_TARGET));
	cell->driver = strdup(record_text(r, F_DRIVER));
	cell->op = strdup(record_text(r, F_OP));
	cell->cache = strdup(cache_of(r));
	cell->unit = (struct unit){"B/s", "MB/s", 1e6, false};
	if (!cell->name || !cell->target || !cell->driver || !cell->op ||
	    !cell->cache || limits_copy(cell, r) < 0 ||
	    (r->kind == RECORD_IMAGE && image_fill(cell, r) < 0))
		return err_sys(e, -ENOMEM, "case");
	cell->suffix = cell->name + strlen(cell->target);
	cell->size_bytes = record_count(r, F_SIZE);
	cell->block_bytes = record_count(r, F_BLOCK_SIZE);
	cell->depth = record_count(r, F_DEPTH);
	cell->jobs = record_count(r, cell->build ? F_BUILD_JOBS : F_JOBS);
	return variant_find(cell, e);
}

int cell_matches(const struct cell *cell, const struct record *r, struct err *e)
{
	cleanup_free char *build = build_of(r);
	const struct {
		enum field field;
		bool same;
	} checks[] = {
		{F_TARGET, strcmp(cell->target, record_text(r, F_TARGET)) == 0},
		{F_DRIVER, strcmp(cell->driver, record_text(r, F_DRIVER)) == 0},
		{F_OP, strcmp(cell->op, record_text(r, F_OP)) == 0},
		{F_CACHE, strcmp(cell->cache, cache_of(r)) == 0},
		{F_SIZE, cell->size_bytes == record_count(r, F_SIZE)},
		{F_BLOCK_SIZE,
		 cell->block_bytes == record_count(r, F_BLOCK_SIZE)},
		{F_DEPTH, cell->depth == record_count(r, F_DEPTH)},
		{F_JOBS, cell->build || cell->jobs == record_count(r, F_JOBS)},
		{F_KIND, !cell->build == (r->kind == RECORD_STORAGE)},
		{F_BUILD, text_same(cell->build, build)},
		{F_HOME, text_same(cell->home, record_text(r, F_HOME))},
	};

	for (size_t i = 0; i < ARRAY_SIZE(checks); i++)
		if (!checks[i].same)
			return err_set(e, -EINVAL,
				       "%s differs from earlier samples of "
				       "case %s",
				       schema_fields[checks[i].field].name,
				       cell->name);
	return 0;
}

size_t cell_session_count(const struct cell *cell, size_t first)
{
	const struct point *p = cell->points + first;
	size_t n = 1;

	while (first + n < cell->ok && point_same_session(p, p + n))
		n++;
	return n;
}

size_t cell_sessions(const struct cell *cell)
{
	size_t n = 0;

	for (size_t i = 0; i < cell->ok; i += cell_session_count(cell, i))
		n++;
	return n;
}

double point_speed(const struct cell *cell, const struct point *p)
{
	return cell->unit.time ? -log(p->value) : log(p->value);
}

double speed_value(const struct cell *cell, double speed)
{
	return exp(cell->unit.time ? -speed : speed);
}
