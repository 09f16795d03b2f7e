/* The plan file: what is measured. Together with a site it becomes cases, in
 * the order in which they will run. Read whole and checked before anything
 * is started. */
#pragma once

#include "case/case.h"
#include "conf.h"
#include "site.h"

struct plan {
	struct conf *conf;
	char *name;
	char sha256[65];
	unsigned blocks, sessions;
	unsigned timeout_s; /* longest wait without progress */
	bool has_seed;
	uint64_t seed;
};

/* -EINVAL with "FILE:LINE: what, and what is allowed". */
int plan_load(struct plan **out, const char *path, struct err *e);
void plan_free(struct plan *p);

struct schedule {
	struct bench_case **cases;	    /* in the order of the run */
	const struct site_target **targets; /* of each case */
	size_t count;
	size_t cells; /* cases of one block */
};

/* Every session and block runs all cells once, in a fresh random order that
 * follows from the seed. Targets of `*` whose driver is not part of this
 * build are left out; notes (one a line, may stay empty) says which. */
int schedule_make(struct schedule **out, struct plan *p, const struct site *s,
		  uint64_t seed, char *notes, size_t notes_size, struct err *e);
void schedule_free(struct schedule *s);
