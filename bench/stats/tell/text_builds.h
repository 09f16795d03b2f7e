/* Image builds in the summary for people: times, what they are made of, what
 * makes them slower, and the answers to the study's guesses. */
#pragma once

#include "stats/read/cells.h"
#include "stats/study/effects.h"
#include "grid.h"

/* Nothing when there are no builds. */
int builds_print(const struct cells *cells, size_t width, FILE *out,
		 struct err *e);

/* The last part of it (text_effects.c). */
int effects_print(const struct effects *effects, size_t width, FILE *out,
		  struct err *e);

/* What the parts share: a text's place in a list, to which it is added when
 * it is not there; a grid's first column; whether the cells are of the same
 * build, home and cache. */
size_t builds_place(const char **list, size_t *count, const char *text);
int builds_labels(struct grid *g, const char *title, const char **rows,
		  size_t count, struct err *e);
bool builds_same(const struct cell *a, const struct cell *b);
