/* A run's folder: RESULTS/RUN_ID with records.jsonl and copies of the plan
 * and the site file. */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "plan/plan.h"
#include "plan/site.h"

struct rundir {
	char *path;
	char *run_id;
	uint64_t seed;
	int fd;	     /* records.jsonl, locked */
	bool *done;  /* which cases of the schedule have a sample */
	size_t left; /* how many have none */
	bool resumed;

	/* Resumed: */
	bool fresh;	/* what is left gets storage that was made anew, */
	unsigned base;	/* and with it sessions that are numbered from here */
	bool going_on;	/* the first case that is left is of a session that has
			 * samples: it needs the same storage */
	json_t *stores; /* the last sample of each target */
};

/* Makes RESULTS/RUN_ID (run_id NULL: time, plan and a random word) and writes
 * the run record. -EEXIST when the folder is there. */
int rundir_create(struct rundir *d, const char *results, const char *run_id,
		  const struct plan *p, const struct site *s, uint64_t seed,
		  struct err *e);

/* Opens a folder that an interrupted run left, and takes its seed and id.
 * -EINVAL when it was made from another plan, or on another setup: see
 * setup.h. With fresh storage was made anew, as between sessions: what is left
 * of a session becomes another one, numbered after all that are there, by
 * multiples of the plan's sessions. */
int rundir_resume(struct rundir *d, const char *path, bool fresh,
		  const struct plan *p, const struct site *s, struct err *e);

/* Marks in d->done what has a sample already. -EINVAL for a sample that the
 * schedule does not hold. */
int rundir_match(struct rundir *d, const struct schedule *all,
		 const struct plan *p, struct err *e);

/* The session of a case as its sample has it. */
unsigned rundir_session(const struct rundir *d, const struct bench_case *c);

/* rundir.c's, for resume.c. */
int rundir_records_open(struct rundir *d, struct err *e);
bool rundir_id_ok(const char *id);

int rundir_append(struct rundir *d, const json_t *record, struct err *e);
void rundir_close(struct rundir *d);
