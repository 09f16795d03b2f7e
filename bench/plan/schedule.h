/* How the sections of a plan become cells; what schedule.c and its parts
 * share. */
#pragma once

#include "plan.h"

struct builder {
	struct schedule *out; /* the cells of one block, while reading */
	const struct site *site;
	char *notes;
	size_t notes_size;
};

/* Takes a case over, with its target, unless a cell of its name is there:
 * -EINVAL with the section's line. */
int cell_take(struct builder *b, struct plan *p, const struct conf_entry *at,
	      struct bench_case *c, const struct site_target *t, struct err *e);

/* All cells of a section [storage NAME]. */
int storage_cells(struct builder *b, struct plan *p,
		  const struct conf_entry *at, struct err *e);

/* All cells of a section [image NAME]. */
int image_cells(struct builder *b, struct plan *p, const struct conf_entry *at,
		struct err *e);

/* The keys of such a section, for messages. */
#define IMAGE_KEYS "engines, build, base, cache, home, jobs, syscalls"
