/* A section of a plan file, read: which values each key takes. What becomes
 * of them on the site's targets is in schedule_storage.c. */
#pragma once

#include "plan.h"

#define LIST_MAX 32

/* A key's values: sizes and counts are lists, all combinations are cells. */
struct axis {
	uint64_t values[LIST_MAX];
	size_t count;
};

struct section {
	struct plan *plan;
	const char *name; /* "storage NAME" */
	const struct conf_entry *at;
	const struct bench_op *op;
	struct axis sizes, block, depth, jobs, cache, clients, nodes;
	uint64_t ops;
	bool zero, verify_all, one_folder, one_file, next, flock, series;
};

/* The keys that a [storage NAME] section may have, for messages. */
#define SECTION_KEYS                                                           \
	"targets, op, cache, sizes, block, depth, jobs, clients, nodes, "      \
	"folder, file, reads, lock, data, ops, verify, series"

/* Reads all keys but targets; s->plan, s->name and s->at are set. -EINVAL
 * with "FILE:LINE: what, and what is allowed". */
int section_read(struct section *s, struct err *e);
