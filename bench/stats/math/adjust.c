/* See adjust.h. */
#include "adjust.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "cleanup.h"

static int by_value(const void *a, const void *b)
{
	double x = **(const double *const *)a;
	double y = **(const double *const *)b;

	return (x > y) - (x < y);
}

/* The values from the smallest, as pointers; NULL without memory. */
static const double **order_make(const double *p, size_t n)
{
	const double **order = calloc(n + 1, sizeof(*order));

	for (size_t i = 0; order && i < n; i++)
		order[i] = p + i;
	if (order)
		qsort(order, n, sizeof(*order), by_value);
	return order;
}

int adjust_holm(const double *p, size_t n, double *out, struct err *e)
{
	cleanup_free const double **order = order_make(p, n);
	double worst = 0;

	if (!order)
		return err_sys(e, -ENOMEM, "adjust p-values");
	for (size_t i = 0; i < n; i++) {
		worst = fmax(worst, fmin(1, (double)(n - i) * *order[i]));
		out[order[i] - p] = worst;
	}
	return 0;
}

int adjust_bh(const double *p, size_t n, double *out, struct err *e)
{
	cleanup_free const double **order = order_make(p, n);
	double best = 1;

	if (!order)
		return err_sys(e, -ENOMEM, "adjust p-values");
	for (size_t i = n; i-- > 0;) {
		best = fmin(best, (double)n / (double)(i + 1) * *order[i]);
		out[order[i] - p] = best;
	}
	return 0;
}
