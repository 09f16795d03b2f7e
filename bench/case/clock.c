/* See clock.h. */
#include "clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "cleanup.h"
#include "units.h"

#define PAIR_TRIES 8 /* this process may lose its processor in between */

/* FNV-1a */
static uint64_t hash(uint64_t h, const char *text)
{
	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return h;
}

uint64_t clock_id(void)
{
	cleanup_file FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");
	char boot[64], space[64] = "";
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	if (!f || !fgets(boot, sizeof(boot), f))
		return 0;
	/* kernels without time namespaces have one clock */
	if (readlink("/proc/self/ns/time", space, sizeof(space) - 1) < 0)
		space[0] = '\0';
	return hash(hash(h, boot), space) >> 1;
}

static uint64_t raw_ns(void)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_MONOTONIC_RAW, &ts) < 0)
		return 0;
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

void clock_pair_read(struct clock_pair *p)
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < PAIR_TRIES; i++) {
		uint64_t before = raw_ns(), now = now_ns(), after = raw_ns();

		if (after - before >= least)
			continue;
		least = after - before;
		*p = (struct clock_pair){now, before + least / 2};
	}
}

uint64_t clock_drift(const struct clock_pair *a, const struct clock_pair *b)
{
	int64_t by_one = (int64_t)(b->ns - a->ns);
	int64_t by_other = (int64_t)(b->raw_ns - a->raw_ns);

	if (!a->raw_ns || !b->raw_ns)
		return 0;
	return (uint64_t)llabs(by_one - by_other);
}

void clock_round(struct clock_offset *o, uint64_t asked_ns, uint64_t theirs_ns,
		 uint64_t answered_ns)
{
	uint64_t half = (answered_ns - asked_ns) / 2;

	if (half + 1 >= o->error_ns)
		return;
	o->ns = (int64_t)(theirs_ns - (asked_ns + half));
	o->error_ns = half + 1;
}
