/* A cell as named values, in one order, for every output that programs read:
 * TSV, JSON, the exported files. Numbers of a cell that must not be believed
 * are left out here, so no output can show them. */
#pragma once

#include <jansson.h>
#include <stdio.h>

#include "stats/read/runs.h"

enum value_type { VALUE_TEXT, VALUE_COUNT, VALUE_REAL };

struct value {
	const char *name;
	enum value_type type;
	const char *text; /* NULL: none */
	uint64_t count;
	double real; /* NaN: none */
};

#define VALUES_MAX 64

/* An empty text is none. */
struct value value_text(const char *name, const char *text);
struct value value_count(const char *name, uint64_t count);
struct value value_real(const char *name, double real);

/* To nine digits: what went through logarithms differs in its last ones from
 * one processor to the next. */
struct value value_rounded(const char *name, double real);

/* What a cell is: the first columns of each file. */
size_t values_identity(const struct cell *cell, struct value *out);

/* All of a cell. */
size_t values_cell(const struct cell *cell, struct value *out);

/* What a build's time is made of, medians; nothing of other cells. */
size_t values_causes(const struct cell *cell, struct value *out);

/* What power cuts have left; nothing of other cells. */
size_t values_survival(const struct cell *cell, struct value *out);

/* An ok sample, with its cell's identity. */
size_t values_sample(const struct runs *runs, const struct cell *cell,
		     const struct point *p, struct value *out);

/* A step of a sample's throughput over time. */
size_t values_step(const struct runs *runs, const struct cell *cell,
		   const struct series_kept *s, size_t step, struct value *out);

/* One line each: the names, the values; "NA" for none, tabs and quotes in
 * text replaced. */
void values_tsv_header(const struct value *v, size_t n, FILE *out);
void values_tsv(const struct value *v, size_t n, FILE *out);

/* A JSON object on one line; null for none. */
void values_json(const struct value *v, size_t n, FILE *out);

/* One string of JSON. */
void values_json_text(const char *text, FILE *out);
