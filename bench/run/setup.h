/* What a run was set up with, and whether a resumed one finds the same: a cell
 * never holds samples of two. Only compares; what storage says of itself is
 * asked by the runner. */
#pragma once

#include "rundir.h"

/* A key of the run record's "versions". */
#define SETUP_SUITE "suite"

/* Host, kernel, build of the suite, libraries and every target's keys against
 * the run record. With fresh the ports in keys may differ. -EINVAL with what
 * differs. */
int setup_check(const json_t *run, const struct site *s, bool fresh,
		struct err *e);

/* What target t's storage or engine says of itself (a record of phase
 * describe) against what samples of it have. With other_storage it may be
 * another file system or cluster, of the same kind. */
int setup_store_check(const struct site_target *t, const json_t *then,
		      const json_t *now, bool other_storage, struct err *e);
