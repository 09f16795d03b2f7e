/* Two things measured side by side, round by round (bench/calibrate.sh writes
 * them): ours and a peer's. The median of the ratios of rounds with its exact
 * interval: what the machine did to both cancels out. Where there is processor
 * time, what each costs; and what the peer does less. */
#pragma once

#include <stdbool.h>

#include "err.h"
#include "stats/tell/values.h"

#define PAIRS_MAX 1000
#define PAIRS_NAME_MAX 32

/* One comparison: all rounds of it. */
struct comparison {
	char target[PAIRS_NAME_MAX], peer[PAIRS_NAME_MAX], op[16];
	unsigned mib, kib, depth;
	char less[128]; /* what the peer does less */
	size_t n, costs;
	double ratios[PAIRS_MAX], ours[PAIRS_MAX], theirs[PAIRS_MAX];
	/* of the rounds that have processor times, s for each GB or for each
	 * million operations */
	double cost_ratios[PAIRS_MAX], our_cost[PAIRS_MAX],
		their_cost[PAIRS_MAX];
	struct comparison *next;
};

/* A file with a line of names, then columns target, peer, op, MiB, KiB, depth,
 * round, bytes/s of ours and theirs, and perhaps processor time in ns of ours
 * and theirs (NA: not known), bytes moved, and what the peer does less.
 * -EINVAL with its place where a line is none. The caller frees the list,
 * whatever is returned. */
int pairs_read(struct comparison **list, const char *path, struct err *e);
void pairs_free(struct comparison *list);

/* Whether its operations are random: their cost is that of each. */
bool pairs_random(const struct comparison *c);

/* Its medians and intervals; sorts the rounds. */
size_t pairs_values(struct comparison *c, struct value *v);
