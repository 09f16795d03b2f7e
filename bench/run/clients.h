/* The clients of a case, each a worker on its node: started together, held
 * until all are ready, let go together. */
#pragma once

#include <jansson.h>

#include "case/case.h"
#include "plan/site.h"

struct clients {
	const struct site_target *t;
	struct bench_case *c;
	void (*on_progress)(uint64_t operations, void *arg);
	/* Called when all say it: "ready", "timed". */
	void (*on_stage)(const char *stage, void *arg);
	/* Called with the record of all before they are ended; may be NULL. */
	int (*on_record)(const json_t *record, void *arg, struct err *e);
	void *arg;
};

/* Runs these phases (a JSON array, stolen) in the first `count` clients. 0 and
 * the record of all (see record_gather()); -errno when one of them gave none,
 * and then the others are ended. */
int clients_run(const struct clients *all, json_t *phases, unsigned count,
		json_t **record, struct err *e);
