/* Image builds in the summary for people: times, what they are made of, what
 * makes them slower, and the answers to the study's guesses. */
#pragma once

#include <stdio.h>

#include "stats/read/cells.h"

/* Nothing when there are no builds. */
int builds_print(const struct cells *cells, size_t width, FILE *out,
		 struct err *e);
