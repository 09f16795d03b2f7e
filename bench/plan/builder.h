/* A schedule while it is made: what schedule.c and those of each kind of
 * section take their cases to. */
#pragma once

#include "plan.h"

struct builder {
	struct schedule *out; /* the cells of one block, while reading */
	const struct site *site;
	char *notes;
	size_t notes_size;
};

/* Takes a case over, with its target. -ENOMEM. */
int case_add(struct builder *b, struct bench_case *c,
	     const struct site_target *t, struct err *e);

/* Takes a case over, with its target, unless a cell of its name is there:
 * -EINVAL with the section's line. */
int cell_take(struct builder *b, struct plan *p, const struct conf_entry *at,
	      struct bench_case *c, const struct site_target *t, struct err *e);
