/* Many runs, oldest first: where did a cell change? The values are medians of
 * sessions (a run has one or more), on logarithms. A change is looked for in
 * every cell at 5 % over all cells together (Bonferroni). */
#pragma once

#include "stats/math/edivisive.h"
#include "stats/read/runs.h"
#include "stats/math/shift.h"

#define HISTORY_LEVEL 0.05

/* A session of a cell. */
struct moment {
	const struct run *run;
	size_t place; /* of the run, in time */
	uint32_t session;
	double value; /* logarithm of bytes/s */
};

struct cell_change {
	const struct moment *first; /* after the change */
	double p;
	struct shift shift; /* from the part before to the part after */
};

struct cell_history {
	const struct cell *cell;
	struct moment *moments;
	size_t count;
	struct cell_change *changes;
	size_t change_count;
};

struct history {
	struct runs runs;
	struct cell_history *cells; /* those with a speed */
	size_t count;
	double level;	/* of each cell */
	size_t least;	/* so many sessions a change takes to be found */
	size_t too_few; /* cells with fewer */
};

/* history->runs has been read. */
int history_find(struct history *h, struct err *e);
void history_free(struct history *h);
