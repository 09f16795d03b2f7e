/* See text.h. The table of proof is in proof.c, the notes are in notes.c. */
#include "text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "stats/tell/grid.h"
#include "notes.h"
#include "proof.h"
#include "text_builds.h"
#include "text_cell.h"
#include "stats/tell/words.h"
#include "units.h"

#define PAGE_WIDTH 100

/* The dimensions that a row of a table can have. */
enum { ROW_SIZE, ROW_BLOCK, ROW_DEPTH, ROW_JOBS, ROW_DIMS };

/* A table under construction: consecutive cells of one operation. */
struct sheet {
	const struct cells *cells;
	struct cell *const *first;
	size_t count;
	struct cell **rows;    /* a cell of each row */
	struct cell **targets; /* a cell of each target; limits last */
	size_t row_count, target_count, limit_count;
	bool varies[ROW_DIMS];
	struct text_tally tally;
};

static uint64_t dimension(const struct cell *c, int dim)
{
	const uint64_t values[ROW_DIMS] = {c->size_bytes, c->block_bytes,
					   c->depth, c->jobs};

	return values[dim];
}

static bool same_table(const struct cell *a, const struct cell *b)
{
	return strcmp(a->op, b->op) == 0 && strcmp(a->cache, b->cache) == 0 &&
	       strcmp(a->variant, b->variant) == 0;
}

static int target_compare(const void *a, const void *b)
{
	const struct cell *x = *(struct cell *const *)a;
	const struct cell *y = *(struct cell *const *)b;
	int d = (int)x->is_limit - (int)y->is_limit;

	return d ? d : strcmp(x->target, y->target);
}

static int sheet_open(struct sheet *s, struct err *e)
{
	s->rows = calloc(s->count, sizeof(struct cell *));
	s->targets = calloc(s->count, sizeof(struct cell *));
	if (!s->rows || !s->targets)
		return err_sys(e, -ENOMEM, "lay out a table");
	for (size_t i = 0; i < s->count; i++) {
		struct cell *c = s->first[i];

		text_tally_add(&s->tally, c);
		if (s->row_count == 0 ||
		    strcmp(s->rows[s->row_count - 1]->suffix, c->suffix) != 0)
			s->rows[s->row_count++] = c;
		for (int d = ROW_BLOCK; d < ROW_DIMS; d++)
			s->varies[d] |=
				dimension(c, d) != dimension(s->first[0], d);
		s->targets[i] = c;
	}
	qsort(s->targets, s->count, sizeof(struct cell *), target_compare);
	for (size_t i = 0; i < s->count; i++) {
		struct cell *c = s->targets[i];
		size_t n = s->target_count;

		if (n && strcmp(s->targets[n - 1]->target, c->target) == 0)
			continue;
		s->targets[s->target_count++] = c;
		s->limit_count += c->is_limit;
	}
	return 0;
}

static void sheet_close(struct sheet *s)
{
	free(s->rows);
	free(s->targets);
}

static void title_print(const struct sheet *s, FILE *out)
{
	const struct cell *c = s->first[0];
	char block[SIZE_TEXT_MAX];

	fprintf(out, "%s%s%s: MB/s (10^6 bytes/s), ", c->op,
		*c->cache ? "-" : "", c->cache);
	text_tally_print(&s->tally, out);
	if (!s->varies[ROW_BLOCK])
		fprintf(out, ", %s blocks", size_format(c->block_bytes, block));
	if (!s->varies[ROW_DEPTH])
		fprintf(out, ", depth %" PRIu64, c->depth);
	if (!s->varies[ROW_JOBS])
		fprintf(out, ", %" PRIu64 " job%s", c->jobs,
			c->jobs == 1 ? "" : "s");
	if (*c->variant)
		fprintf(out, ", %s", c->variant);
	fputc('\n', out);
}

static int labels_set(const struct sheet *s, struct grid *g, struct err *e)
{
	static const char *const names[] = {"size", "block", "depth", "jobs"};
	size_t col = 0;
	int ret = 0;

	for (int d = 0; d < ROW_DIMS; d++) {
		if (d != ROW_SIZE && !s->varies[d])
			continue;
		ret = grid_set(g, 0, col, names[d], NULL, e);
		for (size_t i = 0; i < s->row_count && ret == 0; i++) {
			uint64_t v = dimension(s->rows[i], d);
			char buf[SIZE_TEXT_MAX];

			if (d <= ROW_BLOCK)
				size_format(v, buf);
			else
				snprintf(buf, sizeof(buf), "%" PRIu64, v);
			ret = grid_set(g, i + 1, col, buf, NULL, e);
		}
		if (ret < 0)
			return ret;
		col++;
	}
	return 0;
}

static int column_set(const struct sheet *s, struct grid *g, size_t target,
		      size_t col, struct err *e)
{
	const struct cell *t = s->targets[target];
	cleanup_free char *title = NULL;
	int ret;

	if (asprintf(&title, "%s%s", t->target, t->is_limit ? " (limit)" : "") <
	    0) {
		title = NULL;
		return err_sys(e, -ENOMEM, "lay out a table");
	}
	ret = grid_set(g, 0, col, NULL, title, e);
	for (size_t i = 0; i < s->row_count && ret == 0; i++) {
		cleanup_free char *name = NULL;

		if (asprintf(&name, "%s%s", t->target, s->rows[i]->suffix) <
		    0) {
			name = NULL;
			return err_sys(e, -ENOMEM, "lay out a table");
		}
		ret = text_value(g, i + 1, col, cells_find(s->cells, name),
				 s->tally.least != s->tally.most, e);
	}
	return ret;
}

static int sheet_print(struct sheet *s, FILE *out, struct err *e)
{
	size_t labels = 1;
	struct grid g;
	int ret = sheet_open(s, e);

	if (ret < 0)
		return ret;
	for (int d = ROW_BLOCK; d < ROW_DIMS; d++)
		labels += s->varies[d];
	ret = grid_init(&g, s->row_count + 1, labels + s->target_count, labels,
			e);
	if (ret == 0)
		ret = labels_set(s, &g, e);
	for (size_t i = 0; i < s->target_count && ret == 0; i++)
		ret = column_set(s, &g, i, labels + i, e);
	if (ret == 0) {
		if (s->limit_count && s->limit_count < s->target_count)
			g.bar = labels + s->target_count - s->limit_count;
		title_print(s, out);
		grid_print(&g, PAGE_WIDTH, out);
		fputc('\n', out);
	}
	grid_free(&g);
	return ret;
}

static void runs_print(const struct runs *runs, FILE *out)
{
	words_runs("run ", runs, out);
	runs_differences(runs, out);
	fputc('\n', out);
}

int text_print(const struct runs *runs, FILE *out, struct err *e)
{
	const struct cells *cells = &runs->cells;
	size_t builds = 0;
	int ret = 0;

	runs_print(runs, out);
	for (size_t i = 0; i < cells->count && ret == 0;) {
		struct sheet s = {.cells = cells, .first = cells->sorted + i};

		if (cells->sorted[i]->build) {
			i++;
			builds++; /* text_builds.c */
			continue;
		}
		while (i < cells->count &&
		       same_table(s.first[0], cells->sorted[i])) {
			s.count++;
			i++;
		}
		ret = sheet_print(&s, out, e);
		sheet_close(&s);
	}
	if (ret == 0)
		ret = builds_print(cells, PAGE_WIDTH, out, e);
	if (ret == 0 && builds && builds < cells->count)
		fputc('\n', out);
	if (ret == 0)
		ret = survival_print(cells, PAGE_WIDTH, out, e);
	if (ret == 0)
		ret = proof_print(cells, PAGE_WIDTH, out, e);
	if (ret == 0)
		ret = notes_print(cells, out, e);
	return ret;
}
