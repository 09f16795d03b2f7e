/* What follows from a cell's samples; see cells.h. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "cells.h"
#include "stats/math/rank.h"

#define LEVEL 0.95

static int compare_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* The order in which the study tells them; others follow by name. */
static unsigned op_place(const char *op)
{
	static const char *const order[] = {"write", "append",	  "create",
					    "read",  "randwrite", "randread"};
	unsigned i = 0;

	while (i < ARRAY_SIZE(order) && strcmp(order[i], op) != 0)
		i++;
	return i;
}

static int cell_compare(const void *a, const void *b)
{
	const struct cell *x = *(struct cell *const *)a;
	const struct cell *y = *(struct cell *const *)b;
	int d;

	(void)((d = compare_u64(op_place(x->op), op_place(y->op))) ||
	       (d = strcmp(x->op, y->op)) || (d = strcmp(x->cache, y->cache)) ||
	       (d = strcmp(x->variant, y->variant)) ||
	       (d = compare_u64(x->size_bytes, y->size_bytes)) ||
	       (d = compare_u64(x->block_bytes, y->block_bytes)) ||
	       (d = compare_u64(x->depth, y->depth)) ||
	       (d = compare_u64(x->jobs, y->jobs)) ||
	       (d = (int)x->is_limit - (int)y->is_limit) ||
	       (d = strcmp(x->target, y->target)));
	return d;
}

static int point_compare(const void *a, const void *b)
{
	const struct point *x = a;
	const struct point *y = b;
	int d;

	(void)((d = compare_u64(x->run, y->run)) ||
	       (d = compare_u64(x->session, y->session)) ||
	       (d = compare_u64(x->block, y->block)) ||
	       (d = compare_u64(x->position, y->position)) ||
	       (d = compare_u64(x->line, y->line)));
	return d;
}

static int series_compare(const void *a, const void *b)
{
	return point_compare(&((const struct series_kept *)a)->point,
			     &((const struct series_kept *)b)->point);
}

int cells_sort(struct cells *c, struct err *e)
{
	size_t n = 0;

	c->sorted = calloc(c->count + 1, sizeof(struct cell *));
	if (!c->sorted)
		return err_sys(e, -ENOMEM, "sort the cells");
	for (size_t i = 0; i < c->room; i++) {
		struct cell *cell = c->table[i];

		if (!cell)
			continue;
		c->sorted[n++] = cell;
		/* no ok samples: no array, which qsort must not see */
		if (cell->ok)
			qsort(cell->points, cell->ok, sizeof(struct point),
			      point_compare);
		if (cell->series_count)
			qsort(cell->series, cell->series_count,
			      sizeof(*cell->series), series_compare);
	}
	qsort(c->sorted, n, sizeof(struct cell *), cell_compare);
	return 0;
}

/* Of a cause; NaN where there is none. */
static double cause_median(const struct cell *cell, enum cause k,
			   double *scratch)
{
	size_t n = 0;

	for (size_t i = 0; cell->build && i < cell->ok; i++)
		if (!isnan(cell->points[i].causes[k]))
			scratch[n++] = cell->points[i].causes[k];
	rank_sort(scratch, n);
	return n ? rank_median(scratch, n) : NAN;
}

/* Sorted values of one member of the points that is not NaN. */
static size_t gather(const struct cell *cell, size_t member, double *out)
{
	size_t n = 0;

	for (size_t i = 0; i < cell->ok; i++) {
		double v;

		memcpy(&v, (const char *)&cell->points[i] + member, sizeof(v));
		if (!isnan(v))
			out[n++] = v;
	}
	rank_sort(out, n);
	return n;
}

static struct estimate estimate(const double *sorted, size_t n)
{
	struct estimate est = {.n = n};
	struct ranks ranks;

	if (n == 0)
		return est;
	est.median = rank_median_log(sorted, n);
	est.min = sorted[0];
	est.max = sorted[n - 1];
	if (rank_interval(n, LEVEL, &ranks)) {
		est.interval = true;
		est.lo = sorted[ranks.lower - 1];
		est.hi = sorted[ranks.upper - 1];
		est.coverage = ranks.coverage;
	}
	return est;
}

/* The sessions' medians take their samples' place. */
static size_t session_medians(const struct cell *cell, double *out)
{
	size_t n = 0;

	for (size_t i = 0, k; i < cell->ok; i += k) {
		k = cell_session_count(cell, i);
		for (size_t j = 0; j < k; j++)
			out[n + j] = cell->points[i + j].value;
		rank_sort(out + n, k);
		out[n] = rank_median_log(out + n, k);
		n++;
	}
	rank_sort(out, n);
	return n;
}

static void value_estimate(struct cell *cell, double *scratch)
{
	size_t n = gather(cell, offsetof(struct point, value), scratch);
	struct estimate of_samples = estimate(scratch, n);

	cell->value = of_samples;
	cell->value.sessions = cell_sessions(cell);
	if (cell->value.sessions < RANK_MIN_N)
		return;
	n = session_medians(cell, scratch);
	cell->value = estimate(scratch, n);
	cell->value.sessions = n;
	cell->value.by_session = true;
	cell->value.min = of_samples.min;
	cell->value.max = of_samples.max;
}

static void cell_estimate(struct cell *cell, double *scratch)
{
	size_t n;

	value_estimate(cell, scratch);
	n = gather(cell, offsetof(struct point, cold_ratio), scratch);
	cell->cold_ratio = n ? rank_median(scratch, n) : NAN;
	for (unsigned p = 0; p < PERCENTILES; p++) {
		n = gather(cell, offsetof(struct point, latency_ns[p]),
			   scratch);
		cell->latency_ns[p] =
			n && n == cell->ok ? rank_median_log(scratch, n) : NAN;
	}
	for (enum cause k = 0; k < CAUSES; k++)
		cell->causes[k] = cause_median(cell, k, scratch);
}

static int cell_judge(struct cells *c, struct cell *cell, struct err *e);

/* A faster-than-possible number is a broken measurement: the interval lies
 * above the limit's whole interval. */
static int limit_apply(struct cells *c, struct cell *cell, const char *target,
		       struct err *e)
{
	cleanup_free char *name = NULL;
	struct cell *limit;
	int ret;

	if (asprintf(&name, "%s%s", target, cell->suffix) < 0) {
		name = NULL;
		return err_sys(e, -ENOMEM, "case %s", cell->name);
	}
	limit = cells_find(c, name);
	if (!limit || limit->judging)
		return 0;
	ret = cell_judge(c, limit, e);
	if (ret < 0 || limit->state > CELL_FEW)
		return ret;
	if (!cell->limit || limit->value.median < cell->limit->value.median)
		cell->limit = limit;
	if (cell->state == CELL_GOOD && limit->value.interval &&
	    cell->value.lo > limit->value.hi) {
		cell->state = CELL_INVALID;
		if (asprintf(&cell->reason, "above its limit %s", target) < 0)
			return err_sys(e, -ENOMEM, "case %s", cell->name);
	}
	return 0;
}

static int cell_judge(struct cells *c, struct cell *cell, struct err *e)
{
	if (cell->judged)
		return 0;
	cell->judging = true;
	if (cell->value.n > 0) {
		cell->state = cell->value.interval ? CELL_GOOD : CELL_FEW;
	} else {
		const char *why = cell->invalid ? cell->invalid_reason
						: cell->failed_reason;

		cell->state = cell->invalid ? CELL_INVALID : CELL_FAILED;
		cell->reason = strdup(why);
		if (!cell->reason)
			return err_sys(e, -ENOMEM, "case %s", cell->name);
	}
	for (char **l = cell->limits; cell->value.n && *l; l++) {
		int ret = limit_apply(c, cell, *l, e);

		if (ret < 0)
			return ret;
	}
	if (cell->limit)
		cell->share = cell->value.median / cell->limit->value.median;
	cell->judging = false;
	cell->judged = true;
	return 0;
}

int cells_judge(struct cells *c, struct err *e)
{
	cleanup_free double *scratch = NULL;
	size_t most = 1;
	int ret = 0;

	for (size_t i = 0; i < c->count; i++)
		if (c->sorted[i]->ok > most)
			most = c->sorted[i]->ok;
	scratch = reallocarray(NULL, most, sizeof(double));
	if (!scratch)
		return err_sys(e, -ENOMEM, "judge the cells");
	for (size_t i = 0; i < c->count; i++)
		cell_estimate(c->sorted[i], scratch);
	for (size_t i = 0; i < c->count && ret == 0; i++)
		ret = cell_judge(c, c->sorted[i], e);
	return ret;
}
