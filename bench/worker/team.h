/* The clients of a case that one launch has started: this process alone
 * (team_solo.c), or, in ie-bench-mpi, the ranks of MPI (mpi/). The first of
 * them speaks for all with whoever started them. Nothing here waits for ever:
 * a rank that is not heard of ends the case with its number. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "err.h"

struct team {
	unsigned rank, size;
	unsigned timeout_s; /* of the case, once it is known */
	bool supervised;    /* say how far it is, die without a listener */
	bool foreign;	    /* one found an object that is not ours */
	bool lost;	    /* one did not answer: no more is asked of any */
	uint64_t said, said_ns; /* progress, and when that was told */
	struct team_link *link; /* of ranks */
};

/* Finds the others. */
int team_open(struct team *t, struct err *e);

/* The first one's line, or why it has none (status), to all. */
int team_line(struct team *t, char *line, size_t size, int status,
	      struct err *e);

/* Waits until all are here. Returns this one's status, or -ECANCELED when it is
 * 0 and another's is not. -ETIMEDOUT with the number of one that is lost. */
int team_agree(struct team *t, int status, struct err *e);

/* Right before the timed part, after an agreement: the moment at which all of
 * them begin, on this one's clock, as far as it is known. 0: at once. */
int team_start(struct team *t, uint64_t *begin_ns, struct err *e);

/* From time to time while working: operations done so far. Does not return
 * when nobody is there to take the record. */
void team_tick(struct team *t, uint64_t operations);

/* The record of all (see record_gather()) from this one's (stolen; NULL when
 * another's failure ended it, then `fields` is what the record needs). In all
 * but the first: NULL. */
json_t *team_gather(struct team *t, json_t *own, const json_t *fields);

void team_close(struct team *t);
