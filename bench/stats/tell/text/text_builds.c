/* See text_builds.h. */
#include "text_builds.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "stats/study/text_effects.h"
#include "text_cell.h"

struct page {
	FILE *out;
	size_t width;
	bool begun; /* a blank line before the next table */
};

/* Cells of some builds, laid out as rows and columns of texts that each has. */
struct sheet {
	struct cell **cells;
	size_t count;
	const char **rows, **cols;
	size_t row_count, col_count;
};

static bool same_home(const struct cell *a, const struct cell *b)
{
	return strcmp(a->cache, b->cache) == 0 && strcmp(a->home, b->home) == 0;
}

static void sheet_close(struct sheet *s)
{
	free(s->cells);
	free(s->rows);
	free(s->cols);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The cells like `first`; a row for each target, a column for each build. */
static int sheet_open(struct sheet *s, const struct cells *cells,
		      const struct cell *first,
		      bool (*like)(const struct cell *, const struct cell *),
		      struct err *e)
{
	*s = (struct sheet){
		.cells = calloc(cells->count, sizeof(*s->cells)),
		.rows = calloc(cells->count, sizeof(*s->rows)),
		.cols = calloc(cells->count, sizeof(*s->cols)),
	};
	if (!s->cells || !s->rows || !s->cols)
		return err_sys(e, -ENOMEM, "lay out a table");
	for (size_t i = 0; i < cells->count; i++) {
		struct cell *c = cells->sorted[i];

		if (!c->build || !like(first, c))
			continue;
		s->cells[s->count++] = c;
		builds_place(s->rows, &s->row_count, c->target);
		builds_place(s->cols, &s->col_count, c->build);
	}
	qsort(s->rows, s->row_count, sizeof(*s->rows), by_name);
	return 0;
}

static FILE *page_next(struct page *page)
{
	if (page->begun)
		fputc('\n', page->out);
	page->begun = true;
	return page->out;
}

static void times_title(const struct sheet *s, const struct text_tally *tally,
			FILE *out)
{
	const struct cell *c = s->cells[0];

	fprintf(out, "build%s%s: seconds, ", *c->cache ? "-" : "", c->cache);
	text_tally_print(tally, out);
	fprintf(out, ", home %s\n", c->home);
}

/* How long: a row for each engine, a column for each build. */
static int times_print(struct sheet *s, struct page *page, struct err *e)
{
	FILE *out = page_next(page);
	struct text_tally tally = {0};
	struct grid g;
	int ret = grid_init(&g, s->row_count + 1, s->col_count + 1, 1, e);

	for (size_t i = 0; i < s->count; i++)
		text_tally_add(&tally, s->cells[i]);
	times_title(s, &tally, out);
	if (ret == 0)
		ret = builds_labels(&g, "engine", s->rows, s->row_count, e);
	for (size_t i = 0; i < s->col_count && ret == 0; i++)
		ret = grid_set(&g, 0, i + 1, NULL, s->cols[i], e);
	for (size_t i = 0; i < s->count && ret == 0; i++)
		ret = text_value(&g,
				 builds_place(s->rows, &s->row_count,
					      s->cells[i]->target) +
					 1,
				 builds_place(s->cols, &s->col_count,
					      s->cells[i]->build) +
					 1,
				 s->cells[i], tally.least != tally.most, e);
	if (ret == 0) {
		grid_print(&g, page->width, out);
	}
	grid_free(&g);
	return ret;
}

enum { OK = 1, NOT_OK, FIRST_CAUSE };

static int causes_row(struct grid *g, size_t row, const struct cell *c,
		      struct err *e)
{
	char text[64];
	int ret;

	snprintf(text, sizeof(text), "%zu", c->ok);
	ret = grid_set(g, row, OK, text, NULL, e);
	snprintf(text, sizeof(text), "%zu", c->failed + c->invalid);
	if (ret == 0)
		ret = grid_set(g, row, NOT_OK, text, NULL, e);
	for (enum cause k = 0; k < CAUSES && ret == 0; k++)
		ret = grid_set(g, row, FIRST_CAUSE + k,
			       cause_text(k, c->causes[k], text, sizeof(text)),
			       NULL, e);
	return ret;
}

/* What the times of one build are made of. */
static int causes_print(struct sheet *s, struct page *page, struct err *e)
{
	FILE *out = page_next(page);
	const struct cell *c = s->cells[0];
	struct grid g;
	int ret = grid_init(&g, s->row_count + 1, FIRST_CAUSE + CAUSES, 1, e);

	if (ret == 0)
		ret = builds_labels(&g, "engine", s->rows, s->row_count, e);
	if (ret == 0)
		ret = grid_set(&g, 0, OK, "ok", NULL, e);
	if (ret == 0)
		ret = grid_set(&g, 0, NOT_OK, "not ok", NULL, e);
	for (enum cause k = 0; k < CAUSES && ret == 0; k++)
		ret = grid_set(&g, 0, FIRST_CAUSE + k, cause_infos[k].title,
			       NULL, e);
	for (size_t i = 0; i < s->count && ret == 0; i++)
		ret = causes_row(&g, i + 1, s->cells[i], e);
	if (ret == 0) {
		fprintf(out,
			"causes: build%s%s %s, medians; CPU: its processes; "
			"idle: none of them ran, at least\n",
			*c->cache ? "-" : "", c->cache, c->variant);
		grid_print(&g, page->width, out);
	}
	grid_free(&g);
	return ret;
}

/* A sheet for each set of cells that are alike. */
static int sheets_print(struct page *page, const struct cells *cells,
			bool (*like)(const struct cell *, const struct cell *),
			int (*print)(struct sheet *, struct page *,
				     struct err *),
			struct err *e)
{
	int ret = 0;

	for (size_t i = 0; i < cells->count && ret == 0; i++) {
		const struct cell *c = cells->sorted[i];
		struct sheet s;
		size_t k = 0;

		while (k < i &&
		       !(cells->sorted[k]->build && like(cells->sorted[k], c)))
			k++;
		if (!c->build || k < i)
			continue;
		ret = sheet_open(&s, cells, c, like, e);
		if (ret == 0)
			ret = print(&s, page, e);
		sheet_close(&s);
	}
	return ret;
}

int builds_print(const struct cells *cells, size_t width, FILE *out,
		 struct err *e)
{
	struct page page = {.out = out, .width = width};
	struct effects effects;
	int ret = sheets_print(&page, cells, same_home, times_print, e);

	if (ret == 0)
		ret = sheets_print(&page, cells, builds_same, causes_print, e);
	if (ret == 0)
		ret = effects_find(&effects, cells, e);
	if (ret < 0)
		return ret;
	if (effects.count)
		ret = effects_print(&effects, width, out, e);
	effects_free(&effects);
	return ret;
}
