/* Order statistics: medians, and the interval of a median that needs no
 * assumption about the noise. Pure functions of their arguments; nothing here
 * knows what the numbers are. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* The smallest sample that has a 95 % interval: 1 - 2/2^6 = 96.9 %. */
#define RANK_MIN_N 6

/* P(B <= k) for B ~ binomial(n, 1/2); 0 for k < 0. Relative error below
 * 1e-10 up to n = 10^7. */
double rank_binomial_half(size_t n, long k);

/* The shortest symmetric interval [x(lower), x(upper)] of order statistics
 * (ranks count from 1) that covers the median with at least `level`:
 *
 *   lower = the largest l with P(B <= l-1) <= (1 - level)/2,  upper = n+1-l
 *   coverage = 1 - 2 P(B <= lower-1),  B ~ binomial(n, 1/2)
 *
 * Exact for every continuous distribution, conservative with ties. Source:
 * David & Nagaraja, Order Statistics, 3rd ed. 2003, section 7.1; used so by
 * Hoefler & Belli, SC 2015, and Maricq et al., OSDI 2018.
 * False when n is too small for any such interval. */
struct ranks {
	size_t lower, upper;
	double coverage;
};
bool rank_interval(size_t n, double level, struct ranks *out);

/* Ascending, in place. The values must not be NaN. */
void rank_sort(double *x, size_t n);

/* Median of sorted values, n > 0; with even n the mean of the middle two. */
double rank_median(const double *sorted, size_t n);

/* The same on a logarithmic scale, which is how speeds and times are compared:
 * with even n the geometric mean of the middle two. Values must be > 0. */
double rank_median_log(const double *sorted, size_t n);
