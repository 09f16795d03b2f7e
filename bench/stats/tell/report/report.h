/* A run, or runs put together, as one HTML file that needs nothing else:
 * style and figures are inside, there is no script, and a policy in the file
 * forbids the browser to load anything. */
#pragma once

#include <stdio.h>

#include "stats/read/runs.h"

int report_print(const struct runs *runs, FILE *out, struct err *e);

#define REPORT_TEXT_MAX 512

/* How many cells from the first on are of its group, which is an operation with
 * its variant; and its name. */
size_t report_group_count(const struct cells *cells, size_t first);
const char *report_group_name(const struct cell *c, char buf[REPORT_TEXT_MAX]);

/* "128M"; "" of a build. Block, depth and jobs where they are not the study's.
 */
const char *report_shape(const struct cell *c, char buf[REPORT_TEXT_MAX]);

/* The parts that are about cells (report_headline.c, report_cells.c,
 * report_troubles.c). */
void report_headline(const struct cells *cells, FILE *out);
int report_groups(const struct cells *cells, FILE *out, struct err *e);
void report_troubles(const struct cells *cells, FILE *out);

/* The parts that are about image builds (report_builds.c): the table of one
 * build, and what makes builds slower with the answers; that one, and the
 * words on how to read them, are nothing when there are no builds. */
void report_builds(struct cell *const *cells, size_t n, FILE *out);
int report_effects(const struct cells *cells, FILE *out, struct err *e);

/* What the self-test had found before the run (report_selftest.c). */
const char *report_selftest(const struct run *r, char *buf, size_t size);

/* How to measure the same again (report_again.c). */
void report_again(const struct runs *runs, FILE *out);

/* A file of the run's folder, or NULL; the caller frees it. */
char *report_file(const struct run *r, const char *name);
