/* Samples gathered by cell, and what follows from them: the median with its
 * interval, the share of the limit, whether to believe it. */
#pragma once

#include "cell.h"

struct cells {
	struct cell **table; /* open addressing; NULL: free */
	size_t room, count;
	struct cell **sorted; /* set by cells_sort() */
};

/* Adds a sample; run is its run's number. -EINVAL when it contradicts what
 * its cell is already known to be. */
int cells_add(struct cells *c, const struct record *r, uint32_t run,
	      uint32_t line, struct err *e);

/* Adds a cell of a name that is not there yet, and owns it. -ENOMEM. */
int cells_put(struct cells *c, struct cell *cell);

struct cell *cells_find(const struct cells *c, const char *name);

/* Sorts: cells as the study tells them (operation, size, the rest, target),
 * points by run, session, block, position, line. */
int cells_sort(struct cells *c, struct err *e);

/* Computes everything; after cells_sort(). */
int cells_judge(struct cells *c, struct err *e);

void cells_free(struct cells *c);
