/* A worker: one case, in one process or in the ranks that one launch started
 * (team.h). */
#pragma once

enum worker_phase {
	PHASE_CREATE = 1 << 0, /* what clients share: by the first alone */
	PHASE_PREPARE = 1 << 1,
	PHASE_MEASURE = 1 << 2,
	PHASE_REMOVE = 1 << 3,
	PHASE_SURVEY = 1 << 4,	 /* count what a power cut has left */
	PHASE_DESCRIBE = 1 << 5, /* what the storage says of itself */
};

/* Reads a case (one JSON line) from standard input, opens everything, prints
 * `ready`, waits for the line `go`, measures, and prints its record as one
 * JSON line. The word `clock` instead of `go` is answered with `clock NS ID`:
 * its monotonic clock and clock_id(). The case may add
 *   "phases": some of create, prepare, measure, remove (default: these),
 * survey, describe; "supervised": true: prints `progress N` lines as operations
 * complete, prints `timed` when the timed part is over and waits for one more
 * `go` before it reads anything back, and dies when standard input closes; of
 * an operation that ends in a power cut the record comes as soon as the sync
 *   has returned, with everything still open, and it waits to be ended,
 *   "suite": suite_build() of whoever sends it, another one is refused, and
 *   "ranks": N: how many the launch should have started.
 * Returns the exit code: 0 with a record printed, whatever its status; 2 for
 * input that is no case, with the reason on standard error. */
int worker_main(void);
