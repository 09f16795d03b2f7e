/* What a worker does with a case of kind image: load the base, build, count,
 * and leave the engine's store as it was. */
#pragma once

#include "case/case.h"
#include "worker/worker.h"

/* Runs these phases. meet() stops at the runner's word, as for storage. The
 * sample is filled in; -errno with why it failed. */
int image_run(struct bench_case *c, unsigned phases, json_t *record,
	      int (*meet)(const char *say, struct err *), struct err *e);
