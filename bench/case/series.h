/* How many bytes were answered when, in a fixed number of steps: when the
 * measurement outgrows them, two become one. So the memory is fixed, the
 * steps are as fine as the time allows, and nobody has to guess how long it
 * will take. */
#pragma once

#include <stdint.h>

#define SERIES_STEPS 512u
#define SERIES_FIRST_STEP_NS 1000000u

struct series {
	uint64_t start_ns; /* of the clock that the operations' ends are of */
	uint64_t step_ns;
	uint64_t bytes[SERIES_STEPS];
	unsigned used; /* steps up to the last with bytes */
};

void series_start(struct series *s, uint64_t now_ns);
void series_add(struct series *s, uint64_t end_ns, uint64_t bytes);

/* Step by step from each one's own start. */
void series_merge(struct series *into, const struct series *from);
