/* The Mann-Whitney test, exact: how two samples are compared without knowing
 * how their noise is distributed. Mann & Whitney, Ann. Math. Stat. 18, 1947.
 * Knows nothing of logarithms, cells or verdicts. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Up to this many values a side everything is exact; above it the normal
 * approximation with continuity correction is used (the error of a p-value
 * is then below 1e-3 of it at p = 0.05). */
#define MW_EXACT_MAX 100

/* Null distributions without ties, kept by size because every cell of a
 * comparison asks for the same one. Zero-initialise it. */
struct mw_cache {
	double *cdf[MW_EXACT_MAX + 1][MW_EXACT_MAX + 1];
};
void mw_cache_free(struct mw_cache *cache);

/* P(U <= u) for m and n values without ties; NaN without memory. */
double mw_cdf(struct mw_cache *cache, size_t m, size_t n, double u);

/* The largest u with P(U <= u) <= tail, plus 1: how many of the pairwise
 * differences lie outside an interval at each end. 0: there is none. */
size_t mw_outside(struct mw_cache *cache, size_t m, size_t n, double tail);

/* Two-sided p of sorted x[0..m) and y[0..n), m and n > 0. With ties the
 * permutation distribution of the midranks is taken: exact as well. NaN
 * without memory. */
double mw_p(struct mw_cache *cache, const double *x, size_t m, const double *y,
	    size_t n);

/* The smallest n a side whose smallest possible p is at most alpha. */
size_t mw_least_n(double alpha);
