/* See series.h. */
#include "series.h"

#include <string.h>

void series_start(struct series *s, uint64_t now_ns)
{
	*s = (struct series){.start_ns = now_ns,
			     .step_ns = SERIES_FIRST_STEP_NS};
}

static void halve(struct series *s)
{
	for (unsigned i = 0; i < SERIES_STEPS / 2; i++)
		s->bytes[i] = s->bytes[2 * i] + s->bytes[2 * i + 1];
	memset(s->bytes + SERIES_STEPS / 2, 0, sizeof(s->bytes) / 2);
	s->used = (s->used + 1) / 2;
	s->step_ns *= 2;
}

void series_add(struct series *s, uint64_t end_ns, uint64_t bytes)
{
	uint64_t at = end_ns > s->start_ns ? end_ns - s->start_ns : 0;
	unsigned step;

	while (at / s->step_ns >= SERIES_STEPS)
		halve(s);
	step = (unsigned)(at / s->step_ns);
	s->bytes[step] += bytes;
	if (step >= s->used)
		s->used = step + 1;
}

void series_merge(struct series *into, const struct series *from)
{
	struct series other = *from;

	while (into->step_ns < other.step_ns)
		halve(into);
	while (other.step_ns < into->step_ns)
		halve(&other);
	for (unsigned i = 0; i < other.used; i++)
		into->bytes[i] += other.bytes[i];
	if (other.used > into->used)
		into->used = other.used;
}
