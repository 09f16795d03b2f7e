/* What compares two samples: known answers by hand, published tables of the
 * Mann-Whitney distribution, and R's answers (tests/data/r-answers.txt). */
#include <stdlib.h>

#include "cleanup.h"
#include "rng.h"
#include "stats/math/adjust.h"
#include "stats/math/edivisive.h"
#include "stats/math/shift.h"
#include "stats/math/rank.h"
#include "tap.h"

static struct mw_cache cache;
static struct err err;

static void small_ones_by_hand(void)
{
	const double x[] = {1, 2, 3}, y[] = {4, 5, 6}, z[] = {2, 3, 9};
	const double twice[] = {1, 1}, two[] = {1, 2};
	struct shift s;

	/* 20 ways to choose 3 of 6, one of them as extreme at each end */
	is_real(mw_p(&cache, x, 3, y, 3), 2 / 20.0, 1e-12,
		"three below three: p is 2/20");
	is_real(mw_p(&cache, x, 3, x, 3), 1, 1e-12,
		"a sample and itself: p is 1");
	/* midranks 1 2.5 4.5 against 2.5 4.5 6: the sum 8 is reached or
	 * undercut by 1+2.5+2.5 and four times by 1+2.5+4.5 */
	is_real(mw_p(&cache, x, 3, z, 3), 2 * 5 / 20.0, 1e-12,
		"with ties: p is 2 x 5/20");
	is_real(mw_p(&cache, twice, 2, twice, 2), 1, 1e-12,
		"all values equal: p is 1");
	shift_find(&s, &cache, x, 3, z, 3, &err);
	/* 2 3 9 less 1 2 3: -1 0 0 1 1 2 6 7 8 */
	is_real(s.shift, 1, 1e-12, "the median of nine differences is the 5th");
	ok(!s.at95.known, "three values a side have no 95 %% interval");
	shift_find(&s, &cache, two, 2, two, 2, &err);
	ok(s.shift == 0, "the median of four differences is the middle");
	is_u64(mw_least_n(0.05), 4, "p <= 0.05 takes four a side: 2/70");
	is_u64(mw_least_n(0.05 / 60), 7, "over 60 cells seven: 2/3432");
}

/* Largest U with two-sided p <= 0.05 and <= 0.01, n1 = n2 = 5..20: Mann &
 * Whitney's table as every textbook reprints it (Siegel, Nonparametric
 * Statistics, 1956, table K). */
static void critical_values_are_the_published_ones(void)
{
	static const int at5[] = {2,  5,  8,  13, 17, 23, 30,  37,
				  45, 55, 64, 75, 87, 99, 113, 127};
	static const int at1[] = {0,  2,  4,  7,  11, 16, 21, 27,
				  34, 42, 51, 60, 70, 81, 93, 105};
	bool same5 = true, same1 = true;

	for (size_t i = 0; i < ARRAY_SIZE(at5); i++) {
		size_t n = i + 5;

		same5 &= mw_outside(&cache, n, n, 0.025) == (size_t)at5[i] + 1;
		same1 &= mw_outside(&cache, n, n, 0.005) == (size_t)at1[i] + 1;
	}
	ok(same5, "critical values of U at 5 %% are the published ones");
	ok(same1, "critical values of U at 1 %% are the published ones");
	/* Mann & Whitney 1947, table I: n = 3, m = 3; n = 4, m = 4; and 8, 8 */
	is_real(mw_cdf(&cache, 3, 3, 0), 0.05, 1e-12, "P(U <= 0), 3 and 3");
	is_real(mw_cdf(&cache, 4, 4, 1), 2 / 70.0, 1e-12, "P(U <= 1), 4 and 4");
	is_real(round(mw_cdf(&cache, 8, 8, 13) * 1000), 25, 0,
		"P(U <= 13), 8 and 8, is .025");
}

static void large_ones_join_small_ones(void)
{
	static double x[120], y[120];
	struct shift s;

	for (size_t i = 0; i < 120; i++) {
		x[i] = (double)i;
		y[i] = (double)i + 8.25;
	}
	is_real(mw_p(&cache, x, 100, y, 100), mw_p(&cache, x, 101, y, 101),
		0.03, "the approximation above 100 values follows the exact p");
	shift_find(&s, &cache, x, 120, y, 120, &err);
	is_real(s.shift, 8.25, 1e-12, "a shift of 120 values");
	ok(s.at95.known && s.at95.lo < 8.25 && s.at95.hi > 8.25,
	   "and its interval");
}

static double *numbers(char **text, size_t n)
{
	double *v = calloc(n + 1, sizeof(*v));

	for (size_t i = 0; v && i < n; i++)
		v[i] = strtod(*text, text);
	return v;
}

static void shift_as_r(char *text, bool ties)
{
	size_t m = strtoul(text, &text, 10), n = strtoul(text, &text, 10);
	cleanup_free double *x = numbers(&text, m);
	cleanup_free double *y = numbers(&text, n);
	cleanup_free double *want = numbers(&text, ties ? 1 : 4);
	struct shift s;

	rank_sort(x, m);
	rank_sort(y, n);
	shift_find(&s, &cache, x, m, y, n, &err);
	is_real(s.p, want[0], 1e-9, "R: p, %zu and %zu%s", m, n,
		ties ? " with ties" : "");
	if (ties)
		return;
	ok(fabs(s.shift - want[1]) < 1e-9, "R: shift, %zu and %zu", m, n);
	ok(fabs(s.at95.lo - want[2]) < 1e-9 && fabs(s.at95.hi - want[3]) < 1e-9,
	   "R: interval, %zu and %zu", m, n);
}

static void adjust_as_r(char *text)
{
	size_t n = strtoul(text, &text, 10);
	cleanup_free double *p = numbers(&text, n);
	cleanup_free double *want = numbers(&text, 2 * n);
	cleanup_free double *holm = calloc(n, sizeof(*holm));
	cleanup_free double *bh = calloc(n, sizeof(*bh));
	bool same = true;

	adjust_holm(p, n, holm, &err);
	adjust_bh(p, n, bh, &err);
	for (size_t i = 0; i < n; i++)
		same &= fabs(holm[i] - want[i]) < 1e-12 &&
			fabs(bh[i] - want[n + i]) < 1e-12;
	ok(same, "R: Holm and Benjamini-Hochberg of %zu p-values", n);
}

static void answers_are_those_of_r(void)
{
	cleanup_file FILE *f = fopen("tests/data/r-answers.txt", "re");
	cleanup_free char *line = NULL;
	size_t room = 0;

	ok(f, "R's answers are there (run this in the repository)");
	while (f && getline(&line, &room, f) > 0) {
		char *text = line;
		char *word = strsep(&text, " ");

		if (strcmp(word, "adjust") == 0)
			adjust_as_r(text);
		else
			shift_as_r(text, strcmp(word, "ties") == 0);
	}
}

static void what_could_have_shown(void)
{
	const double x[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
	struct shift s;

	shift_find(&s, &cache, x, 10, x, 10, &err);
	/* of the difference d there are 10 - |d|: 21 are at most -4, 28 at
	 * most -3. 23 lie outside at each end, so it is [-3, 3] at 95.67 %;
	 * z is 2.0205, and z(0.975) + z(0.9) = 3.2415 */
	ok(s.at95.lo == -s.at95.hi && s.at95.hi == 3,
	   "1..10 against itself: -3 to 3");
	is_real(shift_smallest(&s, 0.05), 3 / 2.0205 * 3.2415, 1e-3,
		"the smallest shift that shows");
	is_u64(shift_needed(&s, 0.05, 3 / 2.0205 * 3.2415), 10,
	       "for that one n = 10 is what it takes");
	is_u64(shift_needed(&s, 0.05, 1.5 / 2.0205 * 3.2415), 40,
	       "for half of it four times as many");
	ok(isnan(shift_smallest(&s, 1e-6)),
	   "ten values a side never have p <= 1e-6");
}

static void changes_are_found(void)
{
	double x[24];
	struct change_point at[24];
	size_t n;

	for (size_t i = 0; i < 24; i++)
		x[i] = (double)(i * 7 % 5) + (i >= 8 ? 20 : 0) -
		       (i >= 17 ? 40 : 0);
	edivisive(x, 24, 0.001, 1, at, &n, &err);
	is_u64(n, 2, "two steps are two changes");
	ok(n == 2 && at[0].at == 8 && at[1].at == 17, "where they were made");
	edivisive(x, 8, 0.01, 1, at, &n, &err);
	is_u64(n, 0, "no step, no change");
	for (size_t i = 0; i < 24; i++)
		x[i] = 5;
	edivisive(x, 24, 0.01, 1, at, &n, &err);
	is_u64(n, 0, "equal values do not change");
	edivisive(x, 3, 0.05, 1, at, &n, &err);
	is_u64(n, 0, "three values are too few");
}

/* The best split of x[0..n), by its definition: from all distances. */
static size_t split_by_hand(const double *x, size_t n)
{
	cleanup_free double *between = calloc(n, sizeof(*between));
	cleanup_free double *left = calloc(n, sizeof(*left));
	double all = 0, best = -INFINITY;
	size_t at = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			left[i] += fabs(x[i] - x[k]);
	for (size_t i = 0; i < n; i++)
		all += left[i];
	for (size_t i = 0, from; i + 2 < n; i++) {
		double m = (double)i + 1, r = (double)(n - i) - 1, q, right;

		/* what crosses the split before i, with i moved across it */
		between[i] = i ? between[i - 1] - left[i] : 0;
		for (from = i + 1; from < n; from++)
			between[i] += fabs(x[i] - x[from]);
		left[i] += i ? left[i - 1] : 0;
		right = all - left[i] - between[i];
		if (m < 2)
			continue;
		q = m * r / (m + r) *
		    (2 * between[i] / (m * r) - 2 * left[i] / (m * (m - 1)) -
		     2 * right / (r * (r - 1)));
		if (q > best) {
			best = q;
			at = i + 1;
		}
	}
	return at;
}

/* 20,000 values: a way whose time goes with their square takes minutes. */
static void a_change_among_many_is_found(void)
{
	static double x[20000];
	static struct change_point at[20000];
	const size_t n = sizeof(x) / sizeof(*x);
	struct rng r = {7};
	size_t count;

	for (size_t i = 0; i < n; i++)
		x[i] = 18 + (double)(rng_next(&r) % 1000) / 1000 +
		       (i >= 11111 ? 0.2 : 0);
	edivisive(x, n, 0.05, 1, at, &count, &err);
	is_u64(count, 1, "one step among 20,000 values is one change");
	is_u64(at[0].at, split_by_hand(x, n),
	       "where the sums of all distances have it");
	ok(at[0].at > 11000 && at[0].at < 11200, "which is where it was made");
	for (size_t i = 0; i < n; i++)
		x[i] = (double)(i % 2);
	edivisive(x, n, 0.05, 1, at, &count, &err);
	is_u64(count, 0, "two values in turn do not change");
}

int main(void)
{
	small_ones_by_hand();
	critical_values_are_the_published_ones();
	large_ones_join_small_ones();
	answers_are_those_of_r();
	what_could_have_shown();
	changes_are_found();
	a_change_among_many_is_found();
	mw_cache_free(&cache);
	return done_testing();
}
