/* ie-stats history: change points over many runs, as text and as JSON. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "stats/args.h"
#include "stats/commands.h"
#include "stats/tell/grid.h"
#include "stats/compare/history.h"
#include "stats/tell/values.h"
#include "stats/tell/words.h"

static size_t change_count(const struct history *h)
{
	size_t n = 0;

	for (size_t i = 0; i < h->count; i++)
		n += h->cells[i].change_count;
	return n;
}

enum { CELL, RUN, STARTED, CHANGE, SPAN, P, BEFORE, AFTER, COLUMNS };

static int row_set(struct grid *g, size_t row, const struct cell *cell,
		   const struct cell_change *c, struct err *e)
{
	struct shift shift = c->shift;
	char text[COLUMNS][WORDS_MAX];
	int ret = 0;

	side_turn(cell, &shift);
	snprintf(text[CELL], WORDS_MAX, "%s", cell->name);
	snprintf(text[RUN], WORDS_MAX, "%s", run_text(c->first->run, "run_id"));
	if (c->first->session)
		snprintf(text[RUN] + strlen(text[RUN]), 32, ", session %u",
			 c->first->session);
	snprintf(text[STARTED], WORDS_MAX, "%s",
		 run_text(c->first->run, "started"));
	words_change(shift.shift, text[CHANGE]);
	words_span(&shift.at95, text[SPAN]);
	words_p(c->p, text[P]);
	snprintf(text[BEFORE], WORDS_MAX, "%zu", c->shift.m);
	snprintf(text[AFTER], WORDS_MAX, "%zu", c->shift.n);
	for (unsigned i = 0; i < COLUMNS && ret == 0; i++)
		ret = i < CHANGE ? grid_set(g, row, i, NULL, text[i], e)
				 : grid_set(g, row, i, text[i], NULL, e);
	return ret;
}

static int changes_print(const struct history *h, FILE *out, struct err *e)
{
	static const char *const titles[COLUMNS] = {
		"cell", "first run after", "started", "change", "95 % interval",
		"p",	"before",	   "after"};
	struct grid g;
	size_t row = 1;
	int ret = grid_init(&g, change_count(h) + 1, COLUMNS, 1, e);

	for (unsigned i = 0; i < COLUMNS && ret == 0; i++)
		ret = i < CHANGE ? grid_set(&g, 0, i, NULL, titles[i], e)
				 : grid_set(&g, 0, i, titles[i], NULL, e);
	for (size_t i = 0; i < h->count; i++)
		for (size_t k = 0; k < h->cells[i].change_count && ret == 0;
		     k++)
			ret = row_set(&g, row++, h->cells[i].cell,
				      &h->cells[i].changes[k], e);
	if (ret == 0)
		grid_print(&g, 10000, out);
	grid_free(&g);
	return ret;
}

static int history_text(const struct history *h, FILE *out, struct err *e)
{
	size_t changes = change_count(h);
	int ret = 0;

	fprintf(out, "%zu runs, %zu cells with a speed\n", h->runs.count,
		h->count);
	runs_differences(&h->runs, out);
	fputc('\n', out);
	if (changes) {
		ret = changes_print(h, out, e);
		fputc('\n', out);
	}
	fprintf(out,
		"%zu change%s (at %.3g over all cells: p <= %.2g in each)\n",
		changes, changes == 1 ? "" : "s", HISTORY_LEVEL, h->level);
	if (h->too_few)
		fprintf(out,
			"%zu cell%s fewer than %zu sessions, too few for any "
			"change to be found\n",
			h->too_few, h->too_few == 1 ? " has" : "s have",
			h->least);
	return ret;
}

static void change_json(const struct cell *cell, const struct cell_change *c,
			FILE *out)
{
	struct shift shift = c->shift;
	const struct span *s = &shift.at95;
	struct value v[10];
	size_t n = 0;

	side_turn(cell, &shift);
	v[n++] = value_text("run_id", run_text(c->first->run, "run_id"));
	v[n++] = value_text("started", run_text(c->first->run, "started"));
	v[n++] = value_count("session", c->first->session);
	v[n++] = value_rounded("ratio", exp(shift.shift));
	v[n++] = value_rounded("lo", s->known ? exp(s->lo) : NAN);
	v[n++] = value_rounded("hi", s->known ? exp(s->hi) : NAN);
	v[n++] = value_rounded("coverage", s->known ? s->coverage : NAN);
	v[n++] = value_rounded("p", c->p);
	v[n++] = value_count("before", shift.m);
	v[n++] = value_count("after", shift.n);
	values_json(v, n, out);
}

static void moment_json(const struct cell *cell, const struct moment *m,
			FILE *out)
{
	const struct value v[] = {
		value_text("run_id", run_text(m->run, "run_id")),
		value_count("session", m->session),
		value_rounded("median", speed_value(cell, m->value)),
	};

	values_json(v, ARRAY_SIZE(v), out);
}

static void cell_json(const struct cell_history *c, FILE *out)
{
	fputs("{\"cell\":", out);
	values_json_text(c->cell->name, out);
	fprintf(out, ",\"unit\":\"%s\",\"sessions\":[", c->cell->unit.name);
	for (size_t k = 0; k < c->count; k++) {
		fputs(k ? ",\n " : "\n ", out);
		moment_json(c->cell, &c->moments[k], out);
	}
	fputs("],\"changes\":[", out);
	for (size_t k = 0; k < c->change_count; k++) {
		fputs(k ? ",\n " : "\n ", out);
		change_json(c->cell, &c->changes[k], out);
	}
	fputs("]}", out);
}

static int history_json(const struct history *h, FILE *out, struct err *e)
{
	(void)e;
	fprintf(out,
		"{\"schema\":\"ie-stats-history/1\",\"level\":%.17g,"
		"\"least\":%zu,\"too_few\":%zu,\n\"cells\":[",
		h->level, h->least, h->too_few);
	for (size_t i = 0; i < h->count; i++) {
		fputs(i ? ",\n" : "\n", out);
		cell_json(&h->cells[i], out);
	}
	fputs("]}\n", out);
	return 0;
}

int cmd_history(int argc, char **argv, struct err *e)
{
	const char *format = "text";
	const struct arg_option options[] = {{"--format", &format},
					     {.name = NULL}};
	struct history h = {.count = 0};
	size_t dirs;
	int ret = args_read(argc, argv, options, &dirs, e);

	if (ret < 0)
		return ret;
	if (strcmp(format, "text") != 0 && strcmp(format, "json") != 0)
		return err_set(e, -EINVAL,
			       "read the command line: --format is %s: it can "
			       "be text or json",
			       format);
	ret = runs_read(&h.runs, argv, dirs, NULL, e);
	if (ret == 0)
		ret = history_find(&h, e);
	if (ret == 0)
		ret = *format == 't' ? history_text(&h, stdout, e)
				     : history_json(&h, stdout, e);
	history_free(&h);
	return ret;
}
