/* See survival.h. */
#include "survival.h"

#include <string.h>

#include "cleanup.h"
#include "cells.h"
#include "stats/tell/grid.h"
#include "stats/tell/report/html.h"
#include "units.h"

static const struct {
	const char *name, *says;
} kinds[] = {
	{"process", "servers are killed: what they held in their own memory is "
		    "lost, what they gave to their kernel is not"},
	{"guest", "guests are killed with their page cache; their disk keeps "
		  "what it got, so a missing flush is not noticed"},
	{"device", "guests are killed, and their disk loses what it was not "
		   "told to flush"},
	{"machine", "machines lose their power"},
};

void survival_add(struct survival *s, const struct record *r)
{
	const struct scan_node *kept = r->fields[F_CUT_KEPT];

	if (!kept)
		return;
	if (s->cuts == 0)
		s->intact = s->control = RANGE_NONE;
	s->cuts++;
	s->kept += kept->type == SCAN_TRUE;
	snprintf(s->kind, sizeof(s->kind), "%s", record_text(r, F_CUT_KIND));
	range_add(&s->intact, record_real(r, F_CUT_INTACT) /
				      record_real(r, F_CUT_ACKNOWLEDGED));
	range_add(&s->control, record_real(r, F_CUT_CONTROL_INTACT) /
				       record_real(r, F_CUT_CONTROL));
}

const char *survival_verdict(const struct survival *s, char *buf, size_t size)
{
	snprintf(buf, size,
		 s->kept == s->cuts ? "kept its word, %zu of %zu"
				    : "BROKE its word, kept %zu of %zu",
		 s->kept, s->cuts);
	return buf;
}

enum { TARGET, SIZE, CUT, VERDICT, INTACT, CONTROL, COLUMNS };

static const char *const titles[COLUMNS] = {
	[TARGET] = "target", [SIZE] = "size",
	[CUT] = "cut",	     [VERDICT] = "verdict",
	[INTACT] = "intact", [CONTROL] = "never synced, intact",
};

#define TEXT_MAX 128

static void row_fill(const struct cell *c, char text[COLUMNS][TEXT_MAX])
{
	const struct survival *s = &c->survival;

	snprintf(text[TARGET], TEXT_MAX, "%s", c->target);
	size_format(c->size_bytes, text[SIZE]);
	snprintf(text[CUT], TEXT_MAX, "%s", s->kind);
	survival_verdict(s, text[VERDICT], TEXT_MAX);
	range_text(&s->intact, fmt_percent, text[INTACT], TEXT_MAX);
	range_text(&s->control, fmt_percent, text[CONTROL], TEXT_MAX);
}

static size_t cells_cut(const struct cells *cells)
{
	size_t n = 0;

	for (size_t i = 0; i < cells->count; i++)
		n += cells->sorted[i]->survival.cuts > 0;
	return n;
}

static int rows_set(struct grid *g, const struct cells *cells, struct err *e)
{
	size_t row = 0;
	int ret = 0;

	for (size_t k = 0; k < COLUMNS && ret == 0; k++)
		ret = grid_set(g, 0, k, NULL, titles[k], e);
	for (size_t i = 0; i < cells->count && ret == 0; i++) {
		char text[COLUMNS][TEXT_MAX];

		if (!cells->sorted[i]->survival.cuts)
			continue;
		row++;
		row_fill(cells->sorted[i], text);
		for (size_t k = 0; k < COLUMNS && ret == 0; k++)
			ret = grid_set(g, row, k, NULL, text[k], e);
	}
	return ret;
}

static bool kind_used(const struct cells *cells, const char *kind)
{
	for (size_t i = 0; i < cells->count; i++)
		if (cells->sorted[i]->survival.cuts &&
		    strcmp(cells->sorted[i]->survival.kind, kind) == 0)
			return true;
	return false;
}

int survival_print(const struct cells *cells, size_t width, FILE *out,
		   struct err *e)
{
	size_t n = cells_cut(cells);
	struct grid g;
	int ret;

	if (n == 0)
		return 0;
	ret = grid_init(&g, n + 1, COLUMNS, 1, e);
	if (ret == 0)
		ret = rows_set(&g, cells, e);
	if (ret == 0) {
		fputs("power cuts: what is left of bytes whose sync had "
		      "returned, and of others\n",
		      out);
		grid_print(&g, width, out);
		for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
			if (kind_used(cells, kinds[i].name))
				fprintf(out, "%s: %s\n", kinds[i].name,
					kinds[i].says);
		fputc('\n', out);
	}
	grid_free(&g);
	return ret;
}

void survival_report(const struct cells *cells, FILE *out)
{
	if (cells_cut(cells) == 0)
		return;
	fputs("<h2>Power cuts</h2>\n<p>The power goes the moment a sync has "
	      "returned. What is left of the bytes that it promised, and of a "
	      "control that was never synced: where that is left, too, the cut "
	      "took nothing that was on its way.</p>\n<div class=\"scroll\">"
	      "<table><thead><tr>",
	      out);
	for (size_t k = 0; k < COLUMNS; k++)
		html_element("th", titles[k], out);
	fputs("</tr></thead>\n<tbody>\n", out);
	for (size_t i = 0; i < cells->count; i++) {
		const struct survival *s = &cells->sorted[i]->survival;
		char text[COLUMNS][TEXT_MAX];

		if (!s->cuts)
			continue;
		row_fill(cells->sorted[i], text);
		fputs("<tr>", out);
		for (size_t k = 0; k < COLUMNS; k++)
			html_element(k == VERDICT && s->kept < s->cuts
					     ? "td class=\"bad\""
					     : "td",
				     text[k], out);
		fputs("</tr>\n", out);
	}
	fputs("</tbody></table></div>\n<ul>\n", out);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kind_used(cells, kinds[i].name)) {
			fprintf(out, "<li><i>%s</i>: ", kinds[i].name);
			html_text(kinds[i].says, out);
			fputs("</li>\n", out);
		}
	fputs("</ul>\n", out);
}
