/* One side of a comparison: run folders, comma-separated, each DIR or
 * DIR:TARGET. With targets only their cells count, and they are known by what
 * follows the target in their name: so two targets that one plan measured
 * interleaved (two configurations, two builds) are compared like two runs. */
#pragma once

#include <stddef.h>

#include "err.h"
#include "runs.h"
#include "stats/math/shift.h"

struct side {
	const char *text; /* as it was given; the caller's */
	char *target;	  /* NULL: all */
	struct runs runs;
};

/* -EINVAL when folders name different targets, a target has no cell, or a
 * folder cannot be read. */
int side_read(struct side *s, const char *text, struct err *e);
void side_free(struct side *s);

/* Whether the cell belongs to the side, and its name there. */
const char *side_name(const struct side *s, const struct cell *cell);

/* The cell of that name, or NULL. */
struct cell *side_find(const struct side *s, const char *name);

/* What one comparison is between: the values of a cell, ascending logarithms
 * of its samples, or, with by_session, of its sessions' medians. *out has
 * room for all samples. Returns how many there are. */
size_t side_values(const struct cell *cell, bool by_session, double *out);

/* Puts a shift of speeds into the cell's unit: that of a time is turned round.
 */
void side_turn(const struct cell *cell, struct shift *s);

/* Whether both have several sessions, which are then compared instead of
 * samples. */
bool sides_by_session(const struct cell *base, const struct cell *new);

/* From base's speed to new's. */
int sides_shift(struct shift *out, struct mw_cache *cache,
		const struct cell *base, const struct cell *new,
		bool by_session, struct err *e);
