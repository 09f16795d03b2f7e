/* What an operation that ends in a power cut needs besides a write. Beside the
 * file that is synced lies a control, which is written right after that and
 * never synced: a cut that leaves it has not shown that it takes anything. And
 * a worker that comes after the cut counts what is left of both. The cut
 * itself is the runner's: power.h. */
#pragma once

#include "job.h"

int powercut_open(struct job *j);
int powercut_after_sync(struct job *j);

/* Where nothing was cut; before that, closing could save the control. */
void powercut_close(struct job *j);

/* Counts the bytes in blocks that hold exactly what was written there, in
 * j->intact_bytes and j->control_intact_bytes. What cannot be found or read is
 * gone; -ETIMEDOUT and the like: the storage did not come back. */
int powercut_survey(struct job *j);

/* "power_cut": what that found. */
void powercut_record(const struct job *j, json_t *record);

/* Removes both. */
int powercut_remove(struct job *j);
