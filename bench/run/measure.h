/* One case, from its workers to its sample. */
#pragma once

#include "case/case.h"
#include "power.h"
#include "plan/site.h"

struct measurement {
	struct bench_case *c;
	const struct site_target *t;
	void (*on_progress)(uint64_t operations, void *arg);
	void *arg;
	uint64_t *drop_ns; /* what the target's drop took last; 0: not known */
	json_t *record;	   /* what came of it, or NULL; the caller's */

	/* measure.c's own */
	struct err counter; /* why the servers' counter could not be read */
	bool counted;
	uint64_t began_ns;
	bool dropped; /* the servers' caches, before data was read back */
	uint64_t read_before, read_after;
	uint64_t read_at_ns, read_until_ns; /* when these were asked for */
	double others_Bps; /* the disks' rate when nothing of ours ran */
	struct power power;
};

/* Measures it. 0 with m->record, whatever its status; -EINTR after a signal,
 * and then there may be none. */
int case_measure(struct measurement *m);

/* What the storage or the engine says of itself: m->record, of one small
 * object that is made and removed. */
int case_describe(struct measurement *m, struct err *e);

/* Removes what a case that failed, or a run that was killed, may have left;
 * why it could not goes into the record, where there is one. */
void leftovers_remove(struct measurement *m);
