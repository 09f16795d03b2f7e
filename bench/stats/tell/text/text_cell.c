/* See text_cell.h. */
#include "text_cell.h"

#include <string.h>

#include "stats/tell/fmt.h"
#include "stats/math/rank.h"

void text_tally_add(struct text_tally *t, const struct cell *c)
{
	size_t n = c->value.n;

	if (c->state > CELL_FEW)
		return;
	t->least = t->cells == 0 || n < t->least ? n : t->least;
	t->most = n > t->most ? n : t->most;
	t->cells++;
	t->by_session += c->value.by_session;
	t->pooled += estimate_pooled(&c->value);
}

void text_tally_print(const struct text_tally *t, FILE *out)
{
	fputs(t->most > 0 && t->most < RANK_MIN_N ? "median"
	      : t->pooled ? "median [95 % interval within sessions]"
			  : "median [95 % interval]",
	      out);
	if (t->cells && t->least == t->most)
		fprintf(out, ", n = %zu", t->most);
	else if (t->cells)
		fprintf(out, ", n = %zu-%zu", t->least, t->most);
	if (t->cells && t->by_session == t->cells)
		fputs(" sessions", out);
}

int text_value(struct grid *g, size_t row, size_t col, const struct cell *c,
	       bool count, struct err *e)
{
	char head[FMT_MAX], tail[2 * FMT_MAX] = "";
	double scale = c ? c->unit.scale : 1;
	double shown = c ? c->value.median / scale : 0;
	int d = fmt_decimals(shown);

	if (!c)
		return grid_set(g, row, col, "-", NULL, e);
	if (c->state > CELL_FEW)
		return grid_set(g, row, col, NULL,
				c->state == CELL_FAILED ? "failed" : "invalid",
				e);
	snprintf(head, sizeof(head), "%.*f", d, shown);
	if (c->state == CELL_GOOD)
		snprintf(tail, sizeof(tail), " [%.*f-%.*f]", d,
			 c->value.lo / scale, d, c->value.hi / scale);
	else if (count)
		snprintf(tail, sizeof(tail), " (n=%zu)", c->value.n);
	return grid_set(g, row, col, head, tail, e);
}

size_t builds_place(const char **list, size_t *count, const char *text)
{
	size_t i = 0;

	while (i < *count && strcmp(list[i], text) != 0)
		i++;
	if (i == *count)
		list[(*count)++] = text;
	return i;
}

bool builds_same(const struct cell *a, const struct cell *b)
{
	return strcmp(a->cache, b->cache) == 0 &&
	       strcmp(a->variant, b->variant) == 0;
}

int builds_labels(struct grid *g, const char *title, const char **rows,
		  size_t count, struct err *e)
{
	int ret = grid_set(g, 0, 0, NULL, title, e);

	for (size_t i = 0; i < count && ret == 0; i++)
		ret = grid_set(g, i + 1, 0, NULL, rows[i], e);
	return ret;
}
