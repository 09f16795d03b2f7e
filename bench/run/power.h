/* A power cut as the runner sees it: the site's commands that cut the power of
 * what holds a target's data and bring it back, and what the sample says of
 * it. What survived is counted by a worker: job_powercut.h. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "plan/site.h"

struct power {
	bool off;		    /* it was cut and has yet to come back */
	uint64_t cut_ns, return_ns; /* how long the commands took */
};

/* Both -errno with what the command said. */
int power_cut(struct power *p, const struct site_target *t, struct err *e);
int power_return(struct power *p, const struct site_target *t, struct err *e);

/* Adds to a measured record what another worker's record, made after the cut,
 * says of it. Where an acknowledged byte is gone the sample is invalid: the
 * time of a sync that did not keep its word says nothing. */
void power_record(json_t *measured, const json_t *survey, const struct power *p,
		  const struct site_target *t);
