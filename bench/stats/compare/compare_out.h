/* The formats of `ie-stats compare`. */
#pragma once

#include "compare.h"

struct compare_format {
	const char *name;
	int (*print)(const struct compare *c, FILE *out, struct err *e);
};

/* NULL for an unknown name. */
const struct compare_format *compare_format_find(const char *name);

int compare_text(const struct compare *c, FILE *out, struct err *e);
int compare_json(const struct compare *c, FILE *out, struct err *e);
int compare_tsv(const struct compare *c, FILE *out, struct err *e);
int compare_markdown(const struct compare *c, FILE *out, struct err *e);
int compare_junit(const struct compare *c, FILE *out, struct err *e);
