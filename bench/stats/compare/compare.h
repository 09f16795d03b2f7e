/* BASE against NEW, cell by cell, and what that decides. Everything is done
 * on logarithms: a shift is a ratio of speeds. Verdicts:
 *
 *   regression   Holm's p <= alpha, and the shift is below -delta
 *   improvement  the same above +delta
 *   equivalent   neither, and the 90 % interval lies within +-delta (two
 *                one-sided tests at 5 %)
 *   undecided    everything else
 *
 * where +-delta are the ratios 1 - delta and 1 / (1 - delta), so that BASE
 * and NEW may change places. A cell of which BASE has a speed and NEW has
 * only failures is a regression as well. */
#pragma once

#include "stats/math/shift.h"
#include "stats/read/sides.h"

enum verdict {
	VERDICT_REGRESSION,
	VERDICT_IMPROVEMENT,
	VERDICT_EQUIVALENT,
	VERDICT_UNDECIDED,
	VERDICT_NEW, /* BASE does not have the cell: nothing to decide */
	VERDICT_COUNT,
};
const char *verdict_name(enum verdict v);

struct pair {
	const char *name;
	const struct cell *base, *new; /* NULL: not there */
	bool tested;
	const char *why; /* not tested: why; "" otherwise */
	struct shift shift;
	size_t sessions[2];	   /* of base and new */
	bool by_session;	   /* values are medians of sessions */
	double holm, bh, smallest; /* NaN: none */
	size_t needed;		   /* values a side */
	enum verdict verdict;
};

struct compare {
	struct side base, new;
	double delta, alpha;
	struct pair *pairs; /* BASE's cells in their order, then NEW's own */
	size_t count, tested;
	size_t verdicts[VERDICT_COUNT];
	bool speeds, times; /* which units there are */
	bool unconfirmed;   /* a tested cell has one session on a side */
};

/* base and new are set; 0 < delta < 1, 0 < alpha < 1. */
int compare_find(struct compare *c, struct err *e);
void compare_free(struct compare *c);

/* 1: a regression; 3: some cells could not be decided; 0: neither. */
#define COMPARE_UNDECIDED 3
int compare_exit(const struct compare *c);

/* The verdict on all cells together. */
enum verdict compare_verdict(const struct compare *c);

/* What the two sides do not have in common, one line each: plans, sites,
 * hosts, versions; with targets, their settings. */
void compare_differences(const struct compare *c, FILE *out);
