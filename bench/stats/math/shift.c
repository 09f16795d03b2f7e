/* See shift.h. */
#include "shift.h"

#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

/* Doubles in their order as whole numbers, and back. */
static uint64_t to_order(double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

static double from_order(uint64_t bits)
{
	double v;

	bits = bits >> 63 ? bits & ~(UINT64_C(1) << 63) : ~bits;
	memcpy(&v, &bits, sizeof(v));
	return v;
}

/* How many of the differences y - x are at most t. Rounding keeps order, so
 * one walk along both samples counts them. */
static uint64_t count_upto(const double *x, size_t m, const double *y, size_t n,
			   double t)
{
	uint64_t count = 0;

	for (size_t i = 0, j = 0; i < m; i++) {
		while (j < n && y[j] - x[i] <= t)
			j++;
		count += j;
	}
	return count;
}

/* The k-th smallest difference, k from 1: by halving what it can be, so that
 * no table of m n differences is needed. */
static double kth(const double *x, size_t m, const double *y, size_t n,
		  uint64_t k)
{
	uint64_t low = to_order(y[0] - x[m - 1]);
	uint64_t high = to_order(y[n - 1] - x[0]);

	while (low < high) {
		uint64_t mid = low + (high - low) / 2;

		if (count_upto(x, m, y, n, from_order(mid)) >= k)
			high = mid;
		else
			low = mid + 1;
	}
	return from_order(low);
}

static struct span span_find(struct mw_cache *cache, const double *x, size_t m,
			     const double *y, size_t n, double level)
{
	size_t out = mw_outside(cache, m, n, (1 - level) / 2);
	struct span s = {.known = out > 0};

	if (!s.known)
		return s;
	s.lo = kth(x, m, y, n, out);
	s.hi = kth(x, m, y, n, (uint64_t)m * n + 1 - out);
	s.coverage = 1 - 2 * mw_cdf(cache, m, n, (double)out - 1);
	return s;
}

int shift_find(struct shift *out, struct mw_cache *cache, const double *x,
	       size_t m, const double *y, size_t n, struct err *e)
{
	uint64_t pairs = (uint64_t)m * n;

	*out = (struct shift){.m = m, .n = n, .p = mw_p(cache, x, m, y, n)};
	if (isnan(out->p))
		return err_sys(e, -ENOMEM, "compare two samples");
	out->shift = kth(x, m, y, n, (pairs + 1) / 2);
	if (pairs % 2 == 0)
		out->shift = (out->shift + kth(x, m, y, n, pairs / 2 + 1)) / 2;
	out->at95 = span_find(cache, x, m, y, n, 0.95);
	out->at90 = span_find(cache, x, m, y, n, 0.90);
	return 0;
}

/* The smallest p that samples of these sizes can have: 2 / C(m + n, m). */
static double least_p(const struct shift *s)
{
	double m = (double)s->m, n = (double)s->n;

	return 2 * exp(lgamma(m + 1) + lgamma(n + 1) - lgamma(m + n + 1));
}

/* The standard error that the 95 % interval speaks of. */
static double error_of(const struct shift *s)
{
	return (s->at95.hi - s->at95.lo) / 2 /
	       gsl_cdf_ugaussian_Pinv((1 + s->at95.coverage) / 2);
}

/* How many standard errors are found with SHIFT_POWER. */
static double errors_found(double alpha)
{
	return gsl_cdf_ugaussian_Qinv(alpha / 2) +
	       gsl_cdf_ugaussian_Pinv(SHIFT_POWER);
}

double shift_smallest(const struct shift *s, double alpha)
{
	if (!s->at95.known || least_p(s) > alpha)
		return NAN;
	return error_of(s) * errors_found(alpha);
}

size_t shift_needed(const struct shift *s, double alpha, double wanted)
{
	size_t least = mw_least_n(alpha);
	double n;

	if (!s->at95.known)
		return least;
	/* m and n err like twice their harmonic mean */
	n = 2 / (1 / (double)s->m + 1 / (double)s->n);
	n = ceil(n * pow(error_of(s) * errors_found(alpha) / wanted, 2));
	if (n > 1e9)
		n = 1e9;
	return n > (double)least ? (size_t)n : least;
}

static void span_turn(struct span *s)
{
	double lo = s->lo;

	s->lo = -s->hi;
	s->hi = -lo;
}

void shift_turn(struct shift *s)
{
	s->shift = -s->shift;
	span_turn(&s->at95);
	span_turn(&s->at90);
}
