/* A run's folder: RESULTS/RUN_ID with records.jsonl and copies of the plan
 * and the site file. */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "plan.h"
#include "site.h"

struct rundir {
	char *path;
	char *run_id;
	uint64_t seed;
	int fd;	    /* records.jsonl, locked */
	bool *done; /* which cases of the schedule have a sample */
	bool resumed;
};

/* Makes RESULTS/RUN_ID (run_id NULL: time, plan and a random word) and writes
 * the run record. -EEXIST when the folder is there. */
int rundir_create(struct rundir *d, const char *results, const char *run_id,
		  const struct plan *p, const struct site *s, uint64_t seed,
		  struct err *e);

/* Opens a folder that an interrupted run left, and takes its seed and id.
 * -EINVAL when it was made from another plan or on another site. */
int rundir_resume(struct rundir *d, const char *path, const struct plan *p,
		  const struct site *s, struct err *e);

/* Marks in d->done what has a sample already. -EINVAL for a sample that the
 * schedule does not hold. */
int rundir_match(struct rundir *d, const struct schedule *all, struct err *e);

int rundir_append(struct rundir *d, const json_t *record, struct err *e);
void rundir_close(struct rundir *d);
