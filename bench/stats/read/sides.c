/* See sides.h. */
#include "sides.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "stats/math/rank.h"

/* Cuts :TARGET off, unless there is a folder of that very name. */
static int target_cut(struct side *s, char *dir, bool first, struct err *e)
{
	char *colon = access(dir, F_OK) == 0 ? NULL : strrchr(dir, ':');

	if (colon)
		*colon++ = '\0';
	if (!first && strcmp(colon ? colon : "", s->target ? s->target : ""))
		return err_set(e, -EINVAL,
			       "read %s: its folders do not name the same "
			       "target",
			       s->text);
	if (!colon || !first)
		return 0;
	s->target = strdup(colon);
	return s->target ? 0 : err_sys(e, -ENOMEM, "read %s", s->text);
}

static int dirs_split(struct side *s, char *copy, char **dirs, size_t *count,
		      struct err *e)
{
	char *word;

	while ((word = strsep(&copy, ","))) {
		int ret;

		if (!*word)
			return err_set(e, -EINVAL,
				       "read the command line: \"%s\" has an "
				       "empty name of a run folder",
				       s->text);
		ret = target_cut(s, word, *count == 0, e);
		if (ret < 0)
			return ret;
		dirs[(*count)++] = word;
	}
	return 0;
}

int side_read(struct side *s, const char *text, struct err *e)
{
	cleanup_free char *copy = strdup(text);
	cleanup_free char **dirs = calloc(strlen(text) + 1, sizeof(*dirs));
	size_t count = 0;
	int ret;

	s->text = text;
	if (!copy || !dirs)
		return err_sys(e, -ENOMEM, "read %s", text);
	ret = dirs_split(s, copy, dirs, &count, e);
	if (ret == 0)
		ret = runs_read(&s->runs, dirs, count, NULL, e);
	if (ret < 0 || !s->target)
		return ret;
	for (size_t i = 0; i < s->runs.cells.count; i++)
		if (side_name(s, s->runs.cells.sorted[i]))
			return 0;
	return err_set(e, -EINVAL, "read %s: there is no target %s", text,
		       s->target);
}

void side_free(struct side *s)
{
	free(s->target);
	runs_free(&s->runs);
	*s = (struct side){0};
}

const char *side_name(const struct side *s, const struct cell *cell)
{
	if (!s->target)
		return cell->name;
	return strcmp(cell->target, s->target) == 0 ? cell->suffix + 1 : NULL;
}

struct cell *side_find(const struct side *s, const char *name)
{
	const struct cells *cells = &s->runs.cells;
	cleanup_free char *full = NULL;

	if (!s->target)
		return cells_find(cells, name);
	if (asprintf(&full, "%s/%s", s->target, name) < 0) {
		full = NULL;
		return NULL;
	}
	return cells_find(cells, full);
}

size_t side_values(const struct cell *cell, bool by_session, double *out)
{
	const struct point *p = cell->points;
	size_t n = 0;

	for (size_t i = 0, k; i < cell->ok; i += k) {
		/* the session's samples, then their median in their place */
		k = by_session ? cell_session_count(cell, i) : 1;
		for (size_t j = 0; j < k; j++)
			out[n + j] = point_speed(cell, &p[i + j]);
		if (k > 1)
			rank_sort(out + n, k);
		out[n] = rank_median(out + n, k);
		n++;
	}
	rank_sort(out, n);
	return n;
}

void side_turn(const struct cell *cell, struct shift *s)
{
	if (cell->unit.time)
		shift_turn(s);
}

bool sides_by_session(const struct cell *base, const struct cell *new)
{
	return cell_sessions(base) > 1 && cell_sessions(new) > 1;
}

int sides_shift(struct shift *out, struct mw_cache *cache,
		const struct cell *base, const struct cell *new,
		bool by_session, struct err *e)
{
	cleanup_free double *x = calloc(base->ok, sizeof(*x));
	cleanup_free double *y = calloc(new->ok, sizeof(*y));
	size_t m, n;

	if (!x || !y)
		return err_sys(e, -ENOMEM, "compare %s", new->name);
	m = side_values(base, by_session, x);
	n = side_values(new, by_session, y);
	return shift_find(out, cache, x, m, y, n, e);
}
