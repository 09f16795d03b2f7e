/* A worker: one process, one case. */
#pragma once

enum worker_phase {
	PHASE_PREPARE = 1 << 0,
	PHASE_MEASURE = 1 << 1,
	PHASE_REMOVE = 1 << 2,
	PHASE_SURVEY = 1 << 3, /* count what a power cut has left */
};

/* Reads a case (one JSON line) from standard input, opens everything, prints
 * `ready`, waits for the line `go`, measures, and prints its record as one
 * JSON line. The case may add
 *   "phases": some of prepare, measure, remove (default: these), survey; and
 *   "supervised": true: prints `progress N` lines as operations complete,
 *   prints `timed` when the timed part is over and waits for one more `go`
 *   before it reads anything back, and dies when standard input closes. Of an
 *   operation that ends in a power cut the record comes as soon as the sync
 *   has returned, with everything still open, and it waits to be ended.
 * Returns the exit code: 0 with a record printed, whatever its status; 2 for
 * input that is no case, with the reason on standard error. */
int worker_main(void);
