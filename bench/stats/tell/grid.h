/* A table of text, aligned in columns; one too wide for the page is split,
 * with its first columns repeated. Knows nothing of what it shows. */
#pragma once

#include <stdio.h>

#include "err.h"

struct grid {
	size_t rows, cols; /* row 0 is the header */
	size_t labels;	   /* the first columns, repeated when it is split */
	size_t bar;	   /* column that has a bar before it; 0: none */
	struct grid_width *widths; /* set by grid_print() */
	char **text; /* [rows * cols][2]: right-aligned head, left-aligned
			tail; NULL: empty */
};

int grid_init(struct grid *g, size_t rows, size_t cols, size_t labels,
	      struct err *e);

/* Copies; head and tail may be NULL. */
int grid_set(struct grid *g, size_t row, size_t col, const char *head,
	     const char *tail, struct err *e);

void grid_print(struct grid *g, size_t width, FILE *out);
void grid_free(struct grid *g);
