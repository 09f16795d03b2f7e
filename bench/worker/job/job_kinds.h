/* The kinds of job, a row each: what an operation does at each step of a case.
 * The steps are called by the worker, all jobs side by side. */
#pragma once

#include <jansson.h>

#include "job.h"

/* Each step returns 0 or -errno with the reason in j->err; NULL: nothing to do.
 */
struct job_kind {
	int (*create)(struct job *j); /* make what clients share */
	int (*open)(struct job *j);   /* open, fill buffers, caches */
	int (*run)(struct job *j);    /* the measurement */
	int (*after_sync)(struct job *j);
	int (*verify)(struct job *j); /* read back and check */
	void (*close)(struct job *j); /* besides the target */
	int (*remove)(struct job *j);
	/* Of an operation that ends in a power cut: what it has left, and that
	 * into the record. */
	int (*survey)(struct job *j);
	void (*survey_record)(const struct job *j, json_t *record);
};

const struct job_kind *job_kind_of(const struct bench_op *op);

/* Steps that are alike for all kinds, around their own. */
int job_timed(struct job *j); /* the measurement and its sync */
int job_close(struct job *j);
