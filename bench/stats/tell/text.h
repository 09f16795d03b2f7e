/* The summary for people: one table an operation, what proves it, and a list
 * of what is wrong. At most 100 columns wide. */
#pragma once

#include <stdio.h>

#include "grid.h"
#include "stats/read/runs.h"

int text_print(const struct runs *runs, FILE *out, struct err *e);

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
