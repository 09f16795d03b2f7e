/* A figure of a report as inline SVG: a row for each thing, with its median,
 * its interval and its samples on one logarithmic axis. Colours come from the
 * page's style (classes row, limit, span, mid, dot, axis), so that it can be
 * light or dark. Knows nothing of what it shows. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct figure_row {
	const char *label;
	bool gray;	    /* a limit */
	double mid, lo, hi; /* lo, hi NaN: no interval */
	const double *dots; /* with a step of `step` bytes */
	size_t count, step;
	double scale; /* of the dots */
};

/* Rows without a mid (NaN) keep their place, empty. All else is > 0. */
void figure_print(const struct figure_row *rows, size_t count,
		  const char *title, const char *axis, FILE *out);
