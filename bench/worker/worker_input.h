/* What a worker is told to do: its line, checked. See worker.h. */
#pragma once

#include "case/case.h"
#include "team.h"

struct worker_input {
	struct bench_case *c;
	const struct storage_ops *ops; /* NULL: it builds an image */
	unsigned phases;
	struct err refused; /* why it must not be done, though it is a case */
};

/* Reads the line in the first of the team, for all of it. -errno for what is
 * no case. */
int worker_input(struct worker_input *in, struct team *t, struct err *e);
