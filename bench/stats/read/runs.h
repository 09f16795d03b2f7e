/* Run folders read into cells, with what is known of each run. The one way
 * from records.jsonl to numbers: every command starts here. */
#pragma once

#include <jansson.h>
#include <stdio.h>

#include "cells.h"

struct run {
	char *dir;
	json_t *record; /* the run's own line */
	size_t ok, failed, invalid;
};

/* Where to tell of lines that are not valid, instead of stopping. */
struct problems {
	FILE *out;
	size_t count;
	char *unknown[16]; /* fields that the dictionary lacks; once each */
	size_t unknown_count;
};

struct runs {
	struct run *list;
	size_t count;
	struct cells cells;
};

/* Reads DIR/records.jsonl of each folder and judges the cells. -EINVAL with
 * "read PATH:LINE: why" at the first line that is not valid, or, with
 * problems (may be NULL), when everything has been read. */
int runs_read(struct runs *runs, char *const dirs[], size_t count,
	      struct problems *problems, struct err *e);
void runs_free(struct runs *runs);
void problems_free(struct problems *p);

/* A text of the run record by its path ("plan", "host.cpu.model"); "" when it
 * is absent or no text. */
const char *run_text(const struct run *run, const char *path);

/* What must be said when runs are put together: lines of text, each ended by
 * a newline (different plans, sites, hosts). Nothing when all is alike. */
void runs_differences(const struct runs *runs, FILE *out);
