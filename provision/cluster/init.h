/* What init and the running of steps share. */
#pragma once

#include "cluster.h"

struct init {
	const struct cluster *c;
	int reports;
	int signals;	/* signalfd */
	bool ending;	/* told to end: nothing more is started */
	size_t started; /* members whose `up` has begun */
};

/* Notes a SIGTERM in in->ending. */
void signals_take(struct init *in);

/* Reaps what has ended, but leaves `step` (0: none) to proc_wait(). */
void orphans_reap(pid_t step);

/* Runs a step. 0, or -errno with the reason; -ECANCELED when `up` was cut
 * short because the cluster is to end. A service without this step has done
 * it. A failed `up` is reported. */
int step_run(struct init *in, const struct member *m, const char *step,
	     int limit_s, struct err *e);

/* Reports why `up` failed: `what`, and what the step (from log_start on in the
 * log, descriptor 2) and the service's daemons have said. */
void failure_report(const struct init *in, const struct member *m,
		    off_t log_start, const char *what);
