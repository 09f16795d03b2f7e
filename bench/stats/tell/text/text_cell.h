/* What the tables of the summary for people share: the text of one cell, a
 * table's first column, what its numbers are of. */
#pragma once

#include <stdio.h>

#include "stats/tell/grid.h"
#include "stats/read/cell.h"

/* What the numbers of a table are of; zero-initialised. */
struct text_tally {
	size_t cells;	    /* with a number */
	size_t least, most; /* n of these */
	size_t by_session, pooled;
};

void text_tally_add(struct text_tally *t, const struct cell *c);

/* "median [95 % interval], n = 5-7", "median, n = 2", "median [95 % interval],
 * n = 6 sessions", "median [95 % interval within sessions], n = 12" */
void text_tally_print(const struct text_tally *t, FILE *out);

/* A cell's median with its interval; count: with n where it has none. */
int text_value(struct grid *g, size_t row, size_t col, const struct cell *c,
	       bool count, struct err *e);

/* A text's place in a list, to which it is added when it is not there. */
size_t builds_place(const char **list, size_t *count, const char *text);

/* A grid's first column. */
int builds_labels(struct grid *g, const char *title, const char **rows,
		  size_t count, struct err *e);

/* Whether the cells are of the same build, home and cache. */
bool builds_same(const struct cell *a, const struct cell *b);
