/* By how much one sample lies above another: the Hodges-Lehmann shift (the
 * median of all pairwise differences), its interval and p from the exact
 * Mann-Whitney distribution, and what the sample sizes could have shown.
 * Hodges & Lehmann, Ann. Math. Stat. 34, 1963. On logarithms a shift is a
 * ratio; that is the caller's choice. */
#pragma once

#include "err.h"
#include "mannwhitney.h"

struct span {
	bool known; /* the samples were large enough for it */
	double lo, hi;
	double coverage; /* exact: at least what was asked for */
};

struct shift {
	size_t m, n; /* sizes of x and y */
	double shift, p;
	struct span at95, at90;
};

/* x[0..m) and y[0..n) ascend and are finite; m and n > 0. -ENOMEM only. */
int shift_find(struct shift *out, struct mw_cache *cache, const double *x,
	       size_t m, const double *y, size_t n, struct err *e);

/* From y to x. */
void shift_turn(struct shift *s);

/* The shift that would have been found with a probability of SHIFT_POWER by a
 * two-sided test at `alpha`: (z(1 - alpha/2) + z(power)) standard errors, of
 * which the 95 % interval is 2 z(coverage) wide. NaN when no shift, however
 * large, could have been found with so few values. */
#define SHIFT_POWER 0.9
double shift_smallest(const struct shift *s, double alpha);

/* How many values a side it takes to find a shift of `wanted` like that; as
 * long as there is no interval, how many it takes at least to find any. */
size_t shift_needed(const struct shift *s, double alpha, double wanted);
