/* How the sections of a plan become cells. */
#pragma once

#include "builder.h"

/* All cells of a section [storage NAME]. */
int storage_cells(struct builder *b, struct plan *p,
		  const struct conf_entry *at, struct err *e);

/* All cells of a section [image NAME]. */
int image_cells(struct builder *b, struct plan *p, const struct conf_entry *at,
		struct err *e);

/* The keys of such a section, for messages. */
#define IMAGE_KEYS "engines, build, base, cache, home, jobs, syscalls"
