/* Shows by simulation, from fixed seeds, that what ie-stats compare and the
 * intervals promise is so: samples with known noise go through the code that
 * judges real ones. TAP; the figures stand in the tests' names. It reads no
 * records: that is tests/cli.
 *	stats-promises.t [REPETITIONS]	(make simulate: 2000)
 */
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <stdlib.h>

#include "cleanup.h"
#include "stats/compare/compare.h"
#include "stats/math/edivisive.h"
#include "stats/math/rank.h"
#include "tap.h"

#define CELLS 60
#define MOST 50 /* values of a cell on one side */
#define DROP 0.10
#define NOISE 0.05

static gsl_rng *rng;
static unsigned repetitions;

enum noise { NORMAL, SKEWED, BIMODAL, DRIFTING, NOISES };
static const char *const noise_names[NOISES] = {"normal", "skewed", "bimodal",
						"drifting"};

/* In the i-th of a session's blocks; a drift is one walk that all cells of
 * both sides share, as when two variants are measured interleaved. */
static double noise_draw(enum noise kind, const double *walk, size_t i)
{
	switch (kind) {
	case SKEWED: /* now and then something is in the way */
		return -NOISE * gsl_ran_exponential(rng, 1);
	case BIMODAL: /* a slow state, a fifth of the time */
		return gsl_ran_gaussian(rng, NOISE / 3) -
		       (gsl_rng_uniform(rng) < 0.2 ? 0.3 : 0);
	case DRIFTING:
		return gsl_ran_gaussian(rng, NOISE) + walk[i];
	default:
		return gsl_ran_gaussian(rng, NOISE);
	}
}

static void walk_draw(double walk[MOST])
{
	walk[0] = gsl_ran_gaussian(rng, NOISE);
	for (size_t i = 1; i < MOST; i++)
		walk[i] = walk[i - 1] + gsl_ran_gaussian(rng, NOISE / 2);
}

struct setup {
	enum noise noise;
	size_t n;	 /* values a side */
	double drop;	 /* of NEW's first cell */
	bool apart;	 /* each side has a drift of its own */
	bool by_session; /* every value comes from another session, with an
			  * offset of its own for all cells */
};

static struct cell *cell_make(struct side *s, size_t number)
{
	struct cell *c = calloc(1, sizeof(*c));

	s->runs.cells.sorted[number] = c;
	if (!c || asprintf(&c->name, "t/%zu", number) < 0)
		abort();
	c->target = strdup("t");
	c->suffix = c->name + 1;
	c->points = calloc(MOST, sizeof(*c->points));
	if (cells_put(&s->runs.cells, c))
		abort();
	return c;
}

static void side_fill(struct side *s, const struct setup *how,
		      const double *walk, double drop)
{
	double offset[MOST];

	for (size_t i = 0; i < how->n; i++)
		offset[i] = how->by_session ? gsl_ran_gaussian(rng, NOISE) : 0;
	for (size_t k = 0; k < CELLS; k++) {
		struct cell *c = s->runs.cells.sorted[k];

		c->ok = c->value.n = how->n;
		for (size_t i = 0; i < how->n; i++)
			c->points[i] = (struct point){
				.value = exp(offset[i] +
					     noise_draw(how->noise, walk, i) +
					     (k == 0 ? log(1 - drop) : 0)),
				.session = how->by_session ? (uint32_t)i : 0,
			};
	}
}

static void side_make(struct side *s)
{
	s->target = strdup("t");
	s->runs.cells.sorted = calloc(CELLS, sizeof(struct cell *));
	if (!s->target || !s->runs.cells.sorted)
		abort();
	for (size_t k = 0; k < CELLS; k++)
		cell_make(s, k);
}

static void side_unmake(struct side *s)
{
	side_free(s);
}

/* What came out of many comparisons, as shares of them. */
struct rates {
	double alarm;	  /* any verdict of a change */
	double holm;	  /* any Holm p <= 0.05 */
	double raw;	  /* any p <= 0.05 */
	double threshold; /* any single run 10 % below another */
	double found;	  /* the first cell is a regression */
	double covered;	  /* cells whose interval holds the true shift */
	double promised;  /* the coverage that the intervals state */
	double median;	  /* cells whose median's interval holds it */
};

static double median_covered(const struct cell *c, double truth)
{
	double x[MOST];
	struct ranks r;
	size_t n = side_values(c, false, x);

	return rank_interval(n, 0.95, &r) && x[r.lower - 1] <= truth &&
	       truth <= x[r.upper - 1];
}

static void rates_add(struct rates *r, const struct compare *c, double drop)
{
	bool alarm = false, holm = false, raw = false, threshold = false;

	for (size_t k = 0; k < CELLS; k++) {
		const struct pair *p = &c->pairs[k];
		double truth = k == 0 ? log(1 - drop) : 0;

		alarm |= p->verdict == VERDICT_REGRESSION ||
			 p->verdict == VERDICT_IMPROVEMENT;
		holm |= p->holm <= c->alpha;
		raw |= p->shift.p <= 0.05;
		threshold |= p->new->points[0].value <
			     0.9 * p->base->points[0].value;
		r->covered += (p->shift.at95.lo <= truth &&
			       truth <= p->shift.at95.hi) /
			      (double)CELLS;
		r->promised += p->shift.at95.coverage / CELLS;
		r->median += median_covered(p->base, 0) / CELLS;
	}
	r->alarm += alarm;
	r->holm += holm;
	r->raw += raw;
	r->threshold += threshold;
	r->found += c->pairs[0].verdict == VERDICT_REGRESSION;
}

static struct rates simulate(const struct setup *how)
{
	struct side base = {0}, new = {0};
	struct rates r = {0};
	double *all = (double *)&r;
	struct err e;

	side_make(&base);
	side_make(&new);
	for (unsigned i = 0; i < repetitions; i++) {
		struct compare c = {base, new, 0.05, 0.05, .count = 0};
		double walk[MOST];

		walk_draw(walk);
		side_fill(&base, how, walk, 0);
		if (how->apart)
			walk_draw(walk);
		side_fill(&new, how, walk, how->drop);
		if (compare_find(&c, &e) < 0)
			abort();
		rates_add(&r, &c, how->drop);
		free(c.pairs);
	}
	side_unmake(&base);
	side_unmake(&new);
	for (size_t i = 0; i < sizeof(r) / sizeof(double); i++)
		all[i] /= repetitions;
	return r;
}

/* Four standard errors of a share: of the 70 tests here one in 200 runs would
 * fail by chance, were the seeds not fixed. */
static double slack(double share)
{
	return 4 * sqrt(share * (1 - share) / repetitions);
}

static void no_change_is_no_alarm(void)
{
	static const size_t sizes[] = {7, 8, 10, 14, 20};

	for (enum noise kind = 0; kind < NOISES; kind++)
		for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
			for (int session = 0; session < 2; session++) {
				struct setup how = {.noise = kind,
						    .n = sizes[i],
						    .by_session = session};
				struct rates r = simulate(&how);

				/* sessions make all cells move together */
				ok((r.alarm <= 0.05 ||
				    (repetitions < 1000 &&
				     r.alarm <= 0.05 + slack(0.05))) &&
					   r.alarm <= r.holm,
				   "%s noise, %zu %s a side: a change is seen "
				   "where none is in %.1f %% of comparisons of "
				   "%d cells (Holm p alone: %.1f %%)",
				   noise_names[kind], sizes[i],
				   session ? "sessions" : "samples",
				   r.alarm * 100, CELLS, r.holm * 100);
			}
}

static void todays_ways_cry_wolf(void)
{
	struct setup how = {.noise = NORMAL, .n = 10};
	struct rates r = simulate(&how);

	ok(fabs(r.threshold - 0.98) <= 0.01 + slack(0.98),
	   "a threshold of 10 %% on single runs alarms in %.1f %%",
	   r.threshold * 100);
	ok(fabs(r.raw - 0.93) <= 0.005 + slack(0.93),
	   "raw p <= 0.05 alarms in %.1f %%", r.raw * 100);
	ok(fabs(r.holm - 0.04) <= 0.01 + slack(0.04),
	   "Holm p <= 0.05 alarms in %.1f %%", r.holm * 100);
}

static void a_drop_is_found(void)
{
	struct setup how = {.noise = NORMAL, .n = 20, .drop = DROP};
	struct rates r = simulate(&how);

	ok(r.found >= 0.9,
	   "a drop of 10 %% in one of %d cells is found in %.1f %% at 5 %% "
	   "noise and n = 20",
	   CELLS, r.found * 100);
}

static void intervals_cover(void)
{
	static const size_t sizes[] = {7, 8, 10, 14, 20};

	for (enum noise kind = 0; kind < DRIFTING; kind++)
		for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
			struct setup how = {
				.noise = kind, .n = sizes[i], .drop = DROP};
			struct rates r = simulate(&how);
			/* cells are independent: 60 trials a repetition */
			double error = slack(r.promised) / sqrt(CELLS);

			ok(fabs(r.covered - r.promised) <= error,
			   "%s noise, n = %zu: the interval of a change covers "
			   "it in %.2f %%, and says %.2f %%",
			   noise_names[kind], sizes[i], r.covered * 100,
			   r.promised * 100);
		}
}

static void medians_are_covered(void)
{
	static const size_t sizes[] = {7, 10, 12, 15, 20, 35, 50};

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct setup how = {.noise = NORMAL, .n = sizes[i]};
		struct rates r = simulate(&how);
		struct ranks ranks = {0};

		rank_interval(sizes[i], 0.95, &ranks);
		ok(fabs(r.median - ranks.coverage) <=
			   slack(ranks.coverage) / sqrt(CELLS),
		   "n = %zu: the interval of a median covers it in %.2f %%, "
		   "and says %.2f %%",
		   sizes[i], r.median * 100, ranks.coverage * 100);
	}
}

/* Not a promise but the reason for the word "unconfirmed". */
static void drift_needs_interleaving(void)
{
	struct setup how = {.noise = DRIFTING, .n = 20, .apart = true};
	struct rates r = simulate(&how);

	ok(r.alarm > 0.5,
	   "two runs of one session each, with a drift of their own: a change "
	   "is seen where none is in %.1f %%, hence \"unconfirmed\"",
	   r.alarm * 100);
}

/* Share of histories of CELLS cells with a change point; drop: of the second
 * half of the first cell, where it must be found at the right place. */
static double histories(size_t n, double drop)
{
	unsigned rounds = repetitions / 20 + 10;
	unsigned found = 0;

	for (unsigned r = 0; r < rounds; r++) {
		bool any = false;

		for (size_t k = 0; k < (drop > 0 ? 1 : CELLS); k++) {
			struct change_point at[MOST];
			double x[MOST];
			size_t count = 0;
			struct err e;

			for (size_t i = 0; i < n; i++)
				x[i] = gsl_ran_gaussian(rng, NOISE) +
				       (2 * i >= n ? log(1 - drop) : 0);
			if (edivisive(x, n, 0.05 / CELLS, r, at, &count, &e) <
			    0)
				abort();
			any |= drop > 0 ? count == 1 && at[0].at + 1 >= n / 2 &&
						  at[0].at <= n / 2 + 1
					: count > 0;
		}
		found += any;
	}
	return (double)found / rounds;
}

static void history_is_quiet_and_sees(void)
{
	double none = histories(30, 0);
	double some = histories(40, 0.15);

	ok(none <= 0.05 + slack(0.05) * sqrt(20),
	   "a history of 30 runs without a change shows one in %.1f %%",
	   none * 100);
	ok(some >= 0.9,
	   "15 %% slower in the second half of 40 runs: found, to the "
	   "neighbouring run, in %.1f %%",
	   some * 100);
}

int main(int argc, char **argv)
{
	repetitions = argc > 1 ? (unsigned)atoi(argv[1]) : 100;
	rng = gsl_rng_alloc(gsl_rng_mt19937);
	if (!rng || repetitions == 0)
		return 2;
	gsl_rng_set(rng, 20210301);
	no_change_is_no_alarm();
	todays_ways_cry_wolf();
	a_drop_is_found();
	intervals_cover();
	medians_are_covered();
	drift_needs_interleaving();
	history_is_quiet_and_sees();
	gsl_rng_free(rng);
	return done_testing();
}
