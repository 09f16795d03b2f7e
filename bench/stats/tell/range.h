/* The smallest and the largest of some numbers. */
#pragma once

#include <math.h>
#include <stddef.h>

#include "fmt.h"

struct range {
	double min, max; /* NaN: nothing yet */
};
#define RANGE_NONE ((struct range){NAN, NAN})

/* Passes over NaN. */
void range_add(struct range *r, double v);

/* "20-32 %", "313 us-1.87 ms", "-": the ends, with their unit once. */
void range_text(const struct range *r, char *(*fmt)(double, char[FMT_MAX]),
		char *out, size_t size);
