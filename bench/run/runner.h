/* Runs a schedule, case by case, and records every sample. */
#pragma once

#include "plan/plan.h"
#include "progress.h"
#include "rundir.h"

struct tally {
	size_t ok, invalid, failed;
};

/* Before a run is resumed: what the storage of each target that has samples
 * and cases left says of itself is what those samples have. -EINVAL with what
 * differs, or why it cannot be asked. */
int runner_setup_check(const struct rundir *d, const struct schedule *all,
		       struct err *e);

/* Runs every case of the schedule that has no sample yet. A case that fails
 * becomes a failed sample and the rest goes on. -EINTR after a signal; any
 * other error means that nothing more can be recorded. */
int runner_run(struct rundir *d, const struct schedule *all,
	       const struct site *s, enum progress_mode mode,
	       struct tally *tally, struct err *e);
