/* The summary for people: one table an operation, what proves it, and a list
 * of what is wrong. At most 100 columns wide. */
#pragma once

#include <stdio.h>

#include "stats/grid.h"
#include "stats/runs.h"

int text_print(const struct runs *runs, FILE *out, struct err *e);

/* "median [95 % interval], n = 5-7", "median, n = 2" */
void text_count(size_t least, size_t most, FILE *out);

/* A cell's median with its interval; count: with n where it has none. */
int text_value(struct grid *g, size_t row, size_t col, const struct cell *c,
	       bool count, struct err *e);
