/* A run, or runs put together, as one HTML file that needs nothing else:
 * style and figures are inside, there is no script, and a policy in the file
 * forbids the browser to load anything. */
#pragma once

#include <stdio.h>

#include "stats/runs.h"

int report_print(const struct runs *runs, FILE *out, struct err *e);

/* The parts that are about cells (report_cells.c). */
void report_headline(const struct cells *cells, FILE *out);
int report_groups(const struct cells *cells, FILE *out, struct err *e);
void report_troubles(const struct cells *cells, FILE *out);
