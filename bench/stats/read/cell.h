/* One cell (a `case`): what it is, and the samples that are kept of it. Of a
 * sample only numbers are, so that a million of them fit. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "causes.h"
#include "stats/tell/checked.h"
#include "record_line.h"
#include "survival.h"

/* What a cell's numbers are: speeds of storage, times of builds. */
struct unit {
	const char *name;  /* of what is kept and written for programs */
	const char *shown; /* to people */
	double scale;	   /* one that is shown, in those that are kept */
	bool time;	   /* less is faster */
};

/* Percentiles of the time that one operation takes. A sample has one only
 * where at least PERCENTILE_BEYOND of its operations took longer (20
 * operations for the median, 1,000 for 99 %): the 99 % of 64 operations is
 * its slowest one, of which nothing else is known. A cell has one where all of
 * its samples have it. */
enum percentile { P50, P90, P99, P999, PERCENTILES };
#define PERCENTILE_BEYOND 10

/* An ok sample. */
struct point {
	double value; /* in its cell's unit */
	/* NaN: not in the record, or too few operations beyond it */
	double cold_ratio, latency_ns[PERCENTILES];
	double *causes; /* CAUSES of them; NULL: no build */
	uint32_t run, session, block, position;
	uint32_t line; /* of its run's records.jsonl */
};

/* Throughput over time of an ok sample, where its record has it. */
struct series_kept {
	struct point point;
	double step_ns;
	uint64_t *bytes;
	size_t count;
};

/* Whether two points claim to be the same sample. */
static inline bool point_same(const struct point *a, const struct point *b)
{
	return a->run == b->run && a->session == b->session &&
	       a->block == b->block && a->position == b->position;
}

/* Whether two points are of one session (a fresh cluster or mount). */
static inline bool point_same_session(const struct point *a,
				      const struct point *b)
{
	return a->run == b->run && a->session == b->session;
}

/* Of the samples of one session; of several sessions' medians, from as many on
 * as an interval takes; or of the samples of fewer sessions, put together. Of
 * the last the interval holds only what differs within these sessions: samples
 * of one are more alike than those of two, so what would be 98.7 % covered
 * 82 % where sessions differed. */
struct estimate {
	size_t n; /* 0: nothing below is set */
	double median, min, max;
	bool interval; /* n was enough for it */
	double lo, hi, coverage;
	size_t sessions;
	bool by_session; /* n counts sessions */
};

static inline bool estimate_pooled(const struct estimate *est)
{
	return est->sessions > 1 && !est->by_session;
}

enum cell_state {
	CELL_GOOD,
	CELL_FEW,     /* a median, but too few samples for an interval */
	CELL_FAILED,  /* no sample succeeded */
	CELL_INVALID, /* not to be believed; its numbers must not be shown */
};

struct cell {
	char *name;			    /* the case */
	char *target, *driver, *op, *cache; /* cache: "" for none */
	const char *suffix; /* of name, from the slash after the target */
	/* of name, what follows jJOBS/, or ""; of a build BUILD/HOME */
	const char *variant;
	char **limits;				       /* ended by NULL */
	uint64_t size_bytes, block_bytes, depth, jobs; /* of storage */
	char *build, *home;			       /* NULL: no build */
	struct unit unit;
	bool is_limit;

	struct point *points;
	size_t ok, room;
	struct series_kept *series; /* in the order of the points */
	size_t series_count;
	size_t failed, invalid;
	struct checked checked; /* of the ok samples */
	struct survival survival;
	char *failed_reason, *invalid_reason; /* the first of each */

	/* set by cells_judge() */
	enum cell_state state;
	char *reason; /* of CELL_FAILED and CELL_INVALID */
	struct estimate value;
	/* medians, or NaN */
	double cold_ratio, latency_ns[PERCENTILES], causes[CAUSES];
	const struct cell *limit; /* the lowest of its limits, or NULL */
	double share;		  /* of that limit, when there is one */
	bool judging, judged;
};

/* A cell's identity from its first sample; -EINVAL when the case does not say
 * what the fields say, or, later, when a sample's fields are others. */
int cell_fill(struct cell *cell, const struct record *r, struct err *e);
int cell_matches(const struct cell *cell, const struct record *r,
		 struct err *e);
void cell_free(struct cell *cell);

/* The logarithm of a point's speed: more is faster, whatever the unit; and
 * back. */
double point_speed(const struct cell *cell, const struct point *p);
double speed_value(const struct cell *cell, double speed);

/* How many sessions, of any run, the points are of, which are sorted. */
size_t cell_sessions(const struct cell *cell);

/* How many points from the first on are of its session. */
size_t cell_session_count(const struct cell *cell, size_t first);
