/* See rank.h. */
#include "rank.h"

#include <math.h>
#include <stdlib.h>

double rank_binomial_half(size_t n, long k)
{
	long double term;
	long double sum = 0;

	if (k < 0)
		return 0;
	if ((size_t)k >= n)
		return 1;
	if ((size_t)k > n / 2) /* the terms below must shrink towards 0 */
		return 1 - rank_binomial_half(n, (long)n - k - 1);
	term = expl(lgammal((long double)n + 1) - lgammal((long double)k + 1) -
		    lgammal((long double)(n - (size_t)k) + 1) -
		    (long double)n * logl(2));
	for (size_t i = (size_t)k;; i--) {
		sum += term;
		if (i == 0 || term < sum * 1e-19L)
			return (double)sum;
		term *= (long double)i / (long double)(n - i + 1);
	}
}

bool rank_interval(size_t n, double level, struct ranks *out)
{
	double tail = (1 - level) / 2;
	size_t low = 0; /* the largest rank known to be far enough out */
	size_t high = n / 2 + 1;

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (rank_binomial_half(n, (long)mid - 1) <= tail)
			low = mid;
		else
			high = mid;
	}
	if (low == 0)
		return false;
	out->lower = low;
	out->upper = n + 1 - low;
	out->coverage = 1 - 2 * rank_binomial_half(n, (long)low - 1);
	return true;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

void rank_sort(double *x, size_t n)
{
	qsort(x, n, sizeof(*x), ascending);
}

double rank_median(const double *sorted, size_t n)
{
	double high = sorted[n / 2];

	return n % 2 ? high : (sorted[n / 2 - 1] + high) / 2;
}

double rank_median_log(const double *sorted, size_t n)
{
	double high = sorted[n / 2];
	double low = sorted[n % 2 ? n / 2 : n / 2 - 1];

	/* equal values must come back unchanged by rounding */
	return low == high ? low : sqrt(low) * sqrt(high);
}
