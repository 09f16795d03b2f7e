/* A comparison's numbers and verdicts in words, for every format that people
 * read. */
#pragma once

#include "stats/compare/compare.h"

#define WORDS_MAX 256

/* A shift of logarithms as a change: "-9.8 %", "+120 %". */
char *words_change(double shift, char buf[WORDS_MAX]);

/* "-12.1 to -7.5 %"; "too few" where there is no interval. */
char *words_span(const struct span *s, char buf[WORDS_MAX]);

/* "0.0123", "< 0.0001" */
char *words_p(double p, char buf[WORDS_MAX]);

/* What the medians of a comparison are: "MB/s (10^6 bytes/s)". */
const char *words_units(const struct compare *c);

/* How many values on each side: "7, 7", "3, 3 sessions"; "-" if untested. */
char *words_n(const struct pair *p, char buf[WORDS_MAX]);

/* The median of a side's cell as it is shown, a time with its unit; "failed",
 * "invalid" or "-". */
char *words_median(const struct cell *cell, char buf[WORDS_MAX]);

/* The interval of its median: "100 to 160", "too few", "-". */
const char *words_interval(const struct cell *c, char *buf, size_t size);

/* "regression (unconfirmed)": of one session a side nothing more can be said.
 */
char *words_verdict(const struct pair *p, char buf[WORDS_MAX]);

/* What must be said beside the verdict: why a cell could not be tested, with
 * its first reason; what an undecided one could have shown; what was left out
 * of it. "" when there is nothing to say. */
char *words_note(const struct compare *c, const struct pair *p,
		 char buf[WORDS_MAX]);

/* "regression: 2 regressions, 58 equivalent; 60 of 60 cells tested, ..." */
char *words_total(const struct compare *c, char buf[2 * WORDS_MAX]);

/* One line a run: what was measured, and how many of its samples count. */
void words_runs(const char *side, const struct runs *runs, FILE *out);

/* The machine of a run: "2 x AMD EPYC, 23.5 GiB of memory" */
char *words_machine(const struct run *r, char buf[WORDS_MAX]);
