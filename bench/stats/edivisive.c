/* See edivisive.h. */
#include "stats/edivisive.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "rng.h"

struct split {
	size_t at; /* 0: none */
	double q;
};

/* m n / (m + n) times the energy distance, from the sums of the distances
 * between both sides and within each (every pair once). */
static double energy(double m, double n, double between, double left,
		     double right)
{
	return m * n / (m + n) *
	       (2 * between / (m * n) - 2 * left / (m * (m - 1)) -
		2 * right / (n * (n - 1)));
}

/* The best place to split x[from..to): one value after the other moves from
 * the right side to the left, and takes its distances along. */
static struct split best_of(const double *x, size_t from, size_t to)
{
	struct split best = {0, -INFINITY};
	double between = 0, left = 0, right = 0;

	for (size_t i = from; i < to; i++)
		for (size_t k = from; k < i; k++)
			right += fabs(x[i] - x[k]);
	for (size_t i = from; i + 1 < to; i++) {
		double to_left = 0, to_right = 0;
		size_t m = i + 1 - from, n = to - i - 1;
		double q;

		for (size_t k = from; k < i; k++)
			to_left += fabs(x[i] - x[k]);
		for (size_t k = i + 1; k < to; k++)
			to_right += fabs(x[i] - x[k]);
		between += to_right - to_left;
		left += to_left;
		right -= to_right;
		if (m < EDIVISIVE_LEAST || n < EDIVISIVE_LEAST)
			continue;
		q = energy((double)m, (double)n, between, left, right);
		if (q > best.q)
			best = (struct split){i + 1, q};
	}
	return best;
}

/* The best split of all parts: ends[0..parts) are where they end. */
static struct split best_of_all(const double *x, const size_t *ends,
				size_t parts)
{
	struct split best = {0, -INFINITY};

	for (size_t i = 0, from = 0; i < parts; from = ends[i++]) {
		struct split s = best_of(x, from, ends[i]);

		if (s.at && s.q > best.q)
			best = s;
	}
	return best;
}

static void shuffle(struct rng *r, double *x, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t k = rng_below(r, i);
		double t = x[i - 1];

		x[i - 1] = x[k];
		x[k] = t;
	}
}

/* The permutations' share with a split as good; given up as soon as it must
 * be above the level (Besag & Clifford, Biometrika 78, 1991). */
static double p_of(double q, double *x, const size_t *ends, size_t parts,
		   double level, struct rng *r)
{
	double rounds = ceil(10 / level);
	double as_good = 0;

	for (double i = 1; i < rounds; i++) {
		for (size_t k = 0, from = 0; k < parts; from = ends[k++])
			shuffle(r, x + from, ends[k] - from);
		/* a rearrangement of equal splits differs by rounding */
		as_good += best_of_all(x, ends, parts).q >= q * (1 - 1e-9);
		if ((as_good + 1) / rounds > level)
			return 1;
	}
	return (as_good + 1) / rounds;
}

static int by_place(const void *a, const void *b)
{
	const struct change_point *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

int edivisive(const double *x, size_t n, double level, uint64_t seed,
	      struct change_point *out, size_t *count, struct err *e)
{
	cleanup_free double *scratch = calloc(n + 1, sizeof(*scratch));
	cleanup_free size_t *ends = calloc(n + 1, sizeof(*ends));
	struct rng r = {seed};

	*count = 0;
	if (!scratch || !ends)
		return err_sys(e, -ENOMEM, "look for changes");
	ends[0] = n;
	for (;;) {
		size_t parts = *count + 1;
		struct split s = best_of_all(x, ends, parts);
		double p;

		if (!s.at || !(s.q > 0))
			break;
		memcpy(scratch, x, n * sizeof(*x));
		p = p_of(s.q, scratch, ends, parts, level, &r);
		if (p > level)
			break;
		out[(*count)++] = (struct change_point){s.at, p};
		qsort(out, *count, sizeof(*out), by_place);
		for (size_t i = 0; i < *count; i++)
			ends[i] = out[i].at;
		ends[*count] = n;
	}
	return 0;
}
