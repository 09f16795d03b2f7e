/* See edivisive.h. */
#include "edivisive.h"

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

/* What does not change when the values of each part trade places: every value
 * has a number, 0.. from the smallest of its part. */
struct field {
	size_t n;
	const size_t *ends; /* of the parts */
	size_t parts;
	/* by part, then by number: the value less its part's middle one, and
	 * the sum of its distances from all of its part */
	double *value, *reach;
	size_t *place; /* the numbers, in the order of time */
	struct node *tree;
};

/* Of a Fenwick tree (Fenwick, Softw. Pract. Exper. 24, 1994) over the numbers:
 * which of them lie left of the split. */
struct node {
	double count, sum;
};

static void tree_add(struct node *tree, size_t n, size_t number, double value)
{
	for (size_t i = number + 1; i <= n; i += i & -i) {
		tree[i].count++;
		tree[i].sum += value;
	}
}

/* Of the numbers below this one. */
static struct node tree_below(const struct node *tree, size_t number)
{
	struct node below = {0, 0};

	for (size_t i = number; i > 0; i -= i & -i) {
		below.count += tree[i].count;
		below.sum += tree[i].sum;
	}
	return below;
}

/* m n / (m + n) times the energy distance, from the sums of the distances
 * between both sides and within each (every pair once). */
static double energy(double m, double n, double between, double left,
		     double right)
{
	return m * n / (m + n) *
	       (2 * between / (m * n) - 2 * left / (m * (m - 1)) -
		2 * right / (n * (n - 1)));
}

/* The best place to split the part [from, to): one value after the other moves
 * from the right side to the left, and takes its distances along. A tree of
 * those on the left gives them in the logarithm of their number. */
static struct split best_of(const struct field *f, size_t from, size_t to)
{
	struct split best = {0, -INFINITY};
	struct node all = {0, 0}; /* on the left */
	double between = 0, left = 0, right = 0;

	memset(f->tree, 0, (to - from + 1) * sizeof(*f->tree));
	for (size_t i = from; i < to; i++)
		right += f->reach[i] / 2;
	for (size_t i = from; i + 1 < to; i++) {
		size_t number = f->place[i];
		double v = f->value[from + number];
		struct node below = tree_below(f->tree, number);
		double to_left = v * below.count - below.sum +
				 (all.sum - below.sum) -
				 v * (all.count - below.count);
		double to_right = f->reach[from + number] - to_left;
		size_t m = i + 1 - from, n = to - i - 1;
		double q;

		between += to_right - to_left;
		left += to_left;
		right -= to_right;
		tree_add(f->tree, to - from, number, v);
		all.count++;
		all.sum += v;
		if (m < EDIVISIVE_LEAST || n < EDIVISIVE_LEAST)
			continue;
		q = energy((double)m, (double)n, between, left, right);
		if (q > best.q)
			best = (struct split){i + 1, q};
	}
	return best;
}

/* The best split of all parts. */
static struct split best_of_all(const struct field *f)
{
	struct split best = {0, -INFINITY};

	for (size_t i = 0, from = 0; i < f->parts; from = f->ends[i++]) {
		struct split s = best_of(f, from, f->ends[i]);

		if (s.at && s.q > best.q)
			best = s;
	}
	return best;
}

static int by_value(const void *a, const void *b, void *values)
{
	const double *x = values;
	size_t i = *(const size_t *)a, k = *(const size_t *)b;

	/* equal ones in the order of time */
	return x[i] < x[k] ? -1 : x[i] > x[k] ? 1 : (i > k) - (i < k);
}

/* Numbers the values of the part [from, to). */
static void part_number(struct field *f, const double *x, size_t from,
			size_t to, size_t *order)
{
	size_t n = to - from;
	double below = 0, all = 0, middle;

	for (size_t i = 0; i < n; i++)
		order[i] = i;
	qsort_r(order, n, sizeof(*order), by_value, (void *)(x + from));
	/* equal values become 0, and no digits are lost to what all share */
	middle = x[from + order[n / 2]];
	for (size_t i = 0; i < n; i++) {
		f->place[from + order[i]] = i;
		f->value[from + i] = x[from + order[i]] - middle;
		all += f->value[from + i];
	}
	for (size_t i = 0; i < n; i++) {
		double v = f->value[from + i];

		f->reach[from + i] = v * (double)i - below + (all - below - v) -
				     v * (double)(n - 1 - i);
		below += v;
	}
}

/* The permutations' share with a split as good; given up as soon as it must
 * be above the level (Besag & Clifford, Biometrika 78, 1991). */
static double p_of(double q, struct field *f, double level, struct rng *r)
{
	double rounds = ceil(10 / level);
	double as_good = 0;

	for (double i = 1; i < rounds; i++) {
		for (size_t k = 0, from = 0; k < f->parts; from = f->ends[k++])
			rng_shuffle(r, f->place + from, f->ends[k] - from);
		/* a rearrangement of equal splits differs by rounding */
		as_good += best_of_all(f).q >= q * (1 - 1e-9);
		if ((as_good + 1) / rounds > level)
			return 1;
	}
	return (as_good + 1) / rounds;
}

static int field_open(struct field *f, size_t n)
{
	*f = (struct field){
		.n = n,
		.value = calloc(n + 1, sizeof(*f->value)),
		.reach = calloc(n + 1, sizeof(*f->reach)),
		.place = calloc(n + 1, sizeof(*f->place)),
		.tree = calloc(n + 1, sizeof(*f->tree)),
	};
	return f->value && f->reach && f->place && f->tree ? 0 : -ENOMEM;
}

static void field_close(struct field *f)
{
	free(f->value);
	free(f->reach);
	free(f->place);
	free(f->tree);
}

static int by_place(const void *a, const void *b)
{
	const struct change_point *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

/* Splits as long as a split is better than chance. */
static void divide(struct field *f, const double *x, double level,
		   uint64_t seed, struct change_point *out, size_t *count,
		   size_t *ends, size_t *order)
{
	struct rng r = {seed};

	f->ends = ends;
	for (;;) {
		struct split s;
		double p;

		for (size_t i = 0; i < *count; i++)
			ends[i] = out[i].at;
		ends[*count] = f->n;
		f->parts = *count + 1;
		for (size_t i = 0, from = 0; i < f->parts; from = ends[i++])
			part_number(f, x, from, ends[i], order);
		s = best_of_all(f);
		if (!s.at || !(s.q > 0))
			return;
		p = p_of(s.q, f, level, &r);
		if (p > level)
			return;
		out[(*count)++] = (struct change_point){s.at, p};
		qsort(out, *count, sizeof(*out), by_place);
	}
}

int edivisive(const double *x, size_t n, double level, uint64_t seed,
	      struct change_point *out, size_t *count, struct err *e)
{
	cleanup_free size_t *ends = calloc(n + 1, sizeof(*ends));
	cleanup_free size_t *order = calloc(n + 1, sizeof(*order));
	struct field f;
	int ret = field_open(&f, n);

	*count = 0;
	if (!ends || !order || ret < 0)
		ret = err_sys(e, -ENOMEM, "look for changes");
	else if (n)
		divide(&f, x, level, seed, out, count, ends, order);
	field_close(&f);
	return ret;
}
