/* Where the jobs of a case wait for each other, to begin at one moment. */
#pragma once

#include <pthread.h>
#include <stdint.h>

struct start_line {
	unsigned jobs;
	uint64_t at_ns; /* when they begin */
	pthread_barrier_t here, told;
};

void start_line_init(struct start_line *l, unsigned jobs);

/* Waits for the other jobs, then for the moment, which is at_ns where other
 * clients begin then (0: soon). Returns when this one began (monotonic). */
uint64_t start_line_wait(struct start_line *l, uint64_t at_ns);
