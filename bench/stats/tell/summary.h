/* The formats of `ie-stats summary`. */
#pragma once

#include <stdio.h>

#include "stats/read/runs.h"

struct summary_format {
	const char *name;
	int (*print)(const struct runs *runs, FILE *out, struct err *e);
};

/* NULL for an unknown name. */
const struct summary_format *summary_format_find(const char *name);

/* The cells as TSV: also what `ie-stats export` writes. */
int summary_tsv(const struct runs *runs, FILE *out, struct err *e);
