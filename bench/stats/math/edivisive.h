/* Change points of a series: E-Divisive with permutation tests. Matteson &
 * James, J. Am. Stat. Assoc. 109, 2014; for benchmarks Daly et al., ICPE 2020.
 * Knows nothing of what the numbers are or when they were taken. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "err.h"

/* At least so many values stand on each side of a change. */
#define EDIVISIVE_LEAST 2

struct change_point {
	size_t at; /* index of the first value after the change */
	double p;  /* share of permutations that split as well */
};

/* Splits x[0..n) where the energy distance between the two sides is largest,
 * again and again, as long as fewer than `level` of the permutations within
 * the parts split as well. out has room for n; sorted by `at` afterwards. The
 * same seed gives the same answer. Time n log n / level for each change.
 * -ENOMEM only. */
int edivisive(const double *x, size_t n, double level, uint64_t seed,
	      struct change_point *out, size_t *count, struct err *e);
