/* See history.h. */
#include "history.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "stats/math/rank.h"

/* The same records give the same answer, always. */
#define SEED UINT64_C(0x1e57a75)

/* A run, and when it began: texts are looked up once. */
struct start {
	const char *started, *id;
	size_t run;
};

static int by_start(const void *a, const void *b)
{
	const struct start *x = a, *y = b;
	int d = strcmp(x->started, y->started);

	return d ? d : strcmp(x->id, y->id);
}

/* The place in time of each run. */
static size_t *runs_order(const struct runs *runs)
{
	cleanup_free struct start *list = calloc(runs->count, sizeof(*list));
	size_t *place = calloc(runs->count, sizeof(*place));

	if (!list || !place) {
		free(place);
		return NULL;
	}
	for (size_t i = 0; i < runs->count; i++)
		list[i] = (struct start){run_text(&runs->list[i], "started"),
					 run_text(&runs->list[i], "run_id"), i};
	qsort(list, runs->count, sizeof(*list), by_start);
	for (size_t i = 0; i < runs->count; i++)
		place[list[i].run] = i;
	return place;
}

static int by_time(const void *a, const void *b)
{
	const struct moment *x = a, *y = b;

	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return (x->session > y->session) - (x->session < y->session);
}

static int moments_gather(struct cell_history *out, const struct runs *runs,
			  const size_t *place, const struct cell *cell,
			  struct err *e)
{
	cleanup_free double *x = calloc(cell->ok, sizeof(*x));
	const struct point *p = cell->points;

	out->cell = cell;
	out->moments = calloc(cell->ok, sizeof(*out->moments));
	if (!x || !out->moments)
		return err_sys(e, -ENOMEM, "gather %s", cell->name);
	for (size_t i = 0, n; i < cell->ok; i += n) {
		n = cell_session_count(cell, i);
		for (size_t k = 0; k < n; k++)
			x[k] = point_speed(cell, &p[i + k]);
		rank_sort(x, n);
		out->moments[out->count++] =
			(struct moment){&runs->list[p[i].run], place[p[i].run],
					p[i].session, rank_median(x, n)};
	}
	qsort(out->moments, out->count, sizeof(*out->moments), by_time);
	return 0;
}

/* From the part [from, at) to [at, to). */
static int change_size(struct cell_change *out, struct mw_cache *cache,
		       const double *x, size_t from, size_t at, size_t to,
		       struct err *e)
{
	cleanup_free double *both = calloc(to - from, sizeof(*both));

	if (!both)
		return err_sys(e, -ENOMEM, "measure a change");
	memcpy(both, x + from, (to - from) * sizeof(*both));
	rank_sort(both, at - from);
	rank_sort(both + (at - from), to - at);
	return shift_find(&out->shift, cache, both, at - from,
			  both + (at - from), to - at, e);
}

static int changes_find(struct cell_history *c, struct mw_cache *cache,
			double level, struct err *e)
{
	cleanup_free double *x = calloc(c->count, sizeof(*x));
	cleanup_free struct change_point *at = calloc(c->count, sizeof(*at));
	size_t n = 0;
	int ret;

	if (!x || !at)
		return err_sys(e, -ENOMEM, "look for changes");
	for (size_t i = 0; i < c->count; i++)
		x[i] = c->moments[i].value;
	ret = edivisive(x, c->count, level, SEED, at, &n, e);
	c->changes = calloc(n + 1, sizeof(*c->changes));
	if (!c->changes)
		return err_sys(e, -ENOMEM, "look for changes");
	for (size_t i = 0; i < n && ret == 0; i++) {
		struct cell_change *change = &c->changes[c->change_count++];

		change->first = &c->moments[at[i].at];
		change->p = at[i].p;
		ret = change_size(change, cache, x, i ? at[i - 1].at : 0,
				  at[i].at, i + 1 < n ? at[i + 1].at : c->count,
				  e);
	}
	return ret;
}

int history_find(struct history *h, struct err *e)
{
	const struct cells *cells = &h->runs.cells;
	struct mw_cache *cache = calloc(1, sizeof(*cache));
	cleanup_free size_t *place = runs_order(&h->runs);
	int ret = 0;

	h->cells = calloc(cells->count + 1, sizeof(*h->cells));
	if (!h->cells || !cache || !place)
		ret = err_sys(e, -ENOMEM, "look for changes");
	for (size_t i = 0; i < cells->count && ret == 0; i++)
		if (cells->sorted[i]->state <= CELL_FEW)
			ret = moments_gather(&h->cells[h->count++], &h->runs,
					     place, cells->sorted[i], e);
	h->level = HISTORY_LEVEL / (double)(h->count ? h->count : 1);
	h->least = 2 * mw_least_n(h->level);
	for (size_t i = 0; i < h->count && ret == 0; i++) {
		h->too_few += h->cells[i].count < h->least;
		ret = changes_find(&h->cells[i], cache, h->level, e);
	}
	if (cache)
		mw_cache_free(cache);
	free(cache);
	return ret;
}

void history_free(struct history *h)
{
	for (size_t i = 0; h->cells && i < h->count; i++) {
		free(h->cells[i].moments);
		free(h->cells[i].changes);
	}
	free(h->cells);
	runs_free(&h->runs);
	*h = (struct history){0};
}
