/* What an operation that ends in a power cut needs besides a write. Beside the
 * file that is synced lies a control, which is written right after that and
 * never synced: a cut that leaves it has not shown that it takes anything. And
 * a worker that comes after the cut counts what is left of both. The cut
 * itself is the runner's: power.h. */
#pragma once

#include "job.h"

/* It is small, so that the cut still follows the sync at once. */
uint64_t survive_control_blocks(const struct bench_case *c);

/* What the write moves: its last block may be a short one. */
uint64_t survive_bytes(const struct bench_case *c);

int survive_control_open(struct job *j);
int survive_control_write(struct job *j);

/* Where nothing was cut; before that, closing could save it. */
void survive_control_close(struct job *j);

/* Counts the bytes in blocks that hold exactly what was written there, in
 * j->intact_bytes and j->control_intact_bytes. What cannot be found or read is
 * gone; -ETIMEDOUT and the like: the storage did not come back. */
int survive_survey(struct job *j);

/* Removes both. */
int survive_remove(struct job *j);
