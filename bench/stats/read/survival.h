/* What power cuts have left of the bytes of a cell, over all its samples, and
 * the verdict: a target keeps its word when every byte whose sync had returned
 * is there after every cut. */
#pragma once

#include <stdio.h>

#include "stats/tell/range.h"
#include "record_line.h"

struct survival {
	size_t cuts, kept;
	char kind[16];
	struct range intact, control; /* shares of what was written */
};

/* Nothing of a sample without a cut. */
void survival_add(struct survival *s, const struct record *r);

/* "kept its word, 6 of 6", "BROKE its word, kept 2 of 6". */
const char *survival_verdict(const struct survival *s, char *buf, size_t size);

struct cells;

/* A row for each cell with cuts; nothing without any. */
int survival_print(const struct cells *cells, size_t width, FILE *out,
		   struct err *e);
void survival_report(const struct cells *cells, FILE *out);
