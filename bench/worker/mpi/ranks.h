/* Messages between the first rank and each of the others. No collective
 * operations: with those nobody knows who it is that does not come, and those
 * who have come burn the processor that the others measure with. Nothing here
 * knows what a case is. */
#pragma once

#include <mpi.h>

#include "case/clock.h"
#include "worker/team.h"

enum { TAG_LINE = 1, TAG_REPORT, TAG_WORD, TAG_CLOCK, TAG_RECORD };

/* To the first rank. */
struct report {
	uint32_t arrived; /* at an agreement; else it only says how far it is */
	uint32_t foreign;
	int64_t status;
	uint64_t operations, clock;
};

/* From the first rank. */
struct word {
	enum { SAY_WAIT, SAY_RESULT, SAY_CLOCK, SAY_START } say;
	uint32_t foreign;
	int64_t status;
	uint64_t at_ns; /* SAY_START: when, on the clock of who is told */
};

/* What the first rank knows of another. */
struct peer {
	bool arrived;
	bool gone; /* is told nothing more */
	int64_t status;
	uint64_t operations, clock, heard_ns;
	struct clock_offset offset; /* its clock less ours */
};

struct team_link {
	struct peer *peers; /* by rank; of the first rank only */
	unsigned here;	    /* how many of them have arrived */
	struct report in;   /* where the next report comes to */
	MPI_Request receive;
	uint64_t operations; /* our own */
	uint64_t waited_ns;  /* when all were last told to wait */
};

/* Between two looks: processor time for a moment only, others may need it to
 * get on. */
void ranks_pause(uint64_t since_ns);

/* Waits for a request, first with the processor, then napping. False after the
 * limit. */
bool ranks_done(MPI_Request *q, uint64_t limit_ns);

/* The first rank: begins to listen; takes what has come (true: something had);
 * sends to one, or a word to all, and notes who cannot be reached (MPI would
 * wait for ever for one whose connection is gone). ranks_lost: -ETIMEDOUT with
 * the number of one that is. */
int ranks_open(struct team *t, struct err *e);
bool ranks_hear(struct team *t);
void ranks_send(struct team *t, unsigned rank, int tag, const void *data,
		size_t size);
void ranks_tell(struct team *t, const struct word *o);
int ranks_lost(struct team *t, struct err *e);
void ranks_close(struct team *t);

/* Another rank: reports, or sends something else; waits for a word other than
 * to wait. It ends here when the first rank is gone. */
void ranks_report(struct team *t, bool arrived, int status);
void ranks_answer(const struct team *t, int tag, const void *data, size_t size);
void ranks_word(struct team *t, struct word *o);
