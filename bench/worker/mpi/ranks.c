/* See ranks.h. */
#include "ranks.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "units.h"

#define SPIN_NS UINT64_C(200000)
#define NAP_US 200
#define SECOND_NS UINT64_C(1000000000)
/* A rank that makes no progress gives up by itself a little earlier. */
#define GRACE_S 5u
/* The runner's commands around the timed part, and what was just told. */
#define FIRST_LIMIT_S 180u
/* A message to one that is alive is on its way at once; it need not look. When
 * one is lost, the others only have to be told. */
#define SEND_LIMIT_NS (5 * SECOND_NS)
#define SEND_LATE_NS (SECOND_NS / 10)

void ranks_pause(uint64_t since_ns)
{
	if (now_ns() - since_ns < SPIN_NS)
		sched_yield();
	else
		usleep(NAP_US);
}

bool ranks_done(MPI_Request *q, uint64_t limit_ns)
{
	uint64_t began = now_ns();
	int done = 0;

	for (;;) {
		MPI_Test(q, &done, MPI_STATUS_IGNORE);
		if (done)
			return true;
		if (now_ns() - began > limit_ns)
			return false;
		ranks_pause(began);
	}
}

static void listen(struct team_link *l)
{
	MPI_Irecv(&l->in, sizeof(l->in), MPI_BYTE, MPI_ANY_SOURCE, TAG_REPORT,
		  MPI_COMM_WORLD, &l->receive);
}

int ranks_open(struct team *t, struct err *e)
{
	struct team_link *l = calloc(1, sizeof(*l));

	t->link = l;
	if (l)
		l->peers = calloc(t->size, sizeof(*l->peers));
	if (!l || !l->peers)
		return err_sys(e, -ENOMEM, "start %u clients", t->size);
	if (t->rank == 0)
		listen(l);
	for (unsigned i = 0; i < t->size; i++)
		l->peers[i].heard_ns = now_ns();
	return 0;
}

bool ranks_hear(struct team *t)
{
	struct team_link *l = t->link;
	bool any = false;

	for (;;) {
		struct peer *p;
		MPI_Status s;
		int done;

		MPI_Test(&l->receive, &done, &s);
		if (!done)
			return any;
		any = true;
		p = &l->peers[s.MPI_SOURCE];
		p->heard_ns = now_ns();
		p->operations = l->in.operations;
		p->clock = l->in.clock;
		l->here += l->in.arrived;
		p->arrived = l->in.arrived;
		p->status = l->in.status;
		t->foreign = t->foreign || l->in.foreign;
		listen(l);
	}
}

int ranks_lost(struct team *t, struct err *e)
{
	uint64_t limit = (t->timeout_s + GRACE_S) * SECOND_NS;
	uint64_t now = now_ns();

	for (unsigned i = 1; i < t->size; i++) {
		struct peer *p = &t->link->peers[i];

		if (p->gone)
			return err_set(e, -ETIMEDOUT,
				       "client %u cannot be reached", i);
		if (p->arrived || now - p->heard_ns <= limit)
			continue;
		t->lost = p->gone = true;
		return err_set(
			e, -ETIMEDOUT, "client %u was not heard of for %llu s",
			i,
			(unsigned long long)((now - p->heard_ns) / SECOND_NS));
	}
	return 0;
}

/* MPI has what is sent until it is taken: if it never is, for good. */
static bool send(unsigned rank, int tag, const void *data, size_t size,
		 uint64_t limit_ns)
{
	void *own = malloc(size);
	MPI_Request q;

	if (!own)
		return false;
	memcpy(own, data, size);
	MPI_Isend(own, (int)size, MPI_BYTE, (int)rank, tag, MPI_COMM_WORLD, &q);
	if (!ranks_done(&q, limit_ns))
		return false;
	free(own);
	return true;
}

void ranks_send(struct team *t, unsigned rank, int tag, const void *data,
		size_t size)
{
	struct peer *p = &t->link->peers[rank];

	if (p->gone ||
	    send(rank, tag, data, size, t->lost ? SEND_LATE_NS : SEND_LIMIT_NS))
		return;
	t->lost = p->gone = true;
}

void ranks_tell(struct team *t, const struct word *o)
{
	for (unsigned i = 1; i < t->size; i++) {
		struct peer *p = &t->link->peers[i];
		struct word own = *o;

		own.at_ns += (uint64_t)p->offset.ns;
		ranks_send(t, i, TAG_WORD, &own, sizeof(own));
		if (o->say != SAY_RESULT)
			continue;
		p->arrived = false;
		p->heard_ns = now_ns();
	}
	if (o->say == SAY_RESULT)
		t->link->here = 0;
}

void ranks_close(struct team *t)
{
	if (!t->link)
		return;
	free(t->link->peers);
	free(t->link);
	t->link = NULL;
}

__attribute__((noreturn)) static void no_first(const struct team *t,
					       uint64_t waited_s)
{
	fprintf(stderr,
		"ie-bench: worker: client %u: nothing was heard of the first "
		"client for %llu s\n",
		t->rank, (unsigned long long)waited_s);
	_exit(1);
}

void ranks_answer(const struct team *t, int tag, const void *data, size_t size)
{
	if (!send(0, tag, data, size, SEND_LIMIT_NS))
		no_first(t, SEND_LIMIT_NS / SECOND_NS);
}

void ranks_report(struct team *t, bool arrived, int status)
{
	const struct report r = {
		.arrived = arrived,
		.foreign = t->foreign,
		.status = status,
		.operations = t->link->operations,
		.clock = clock_id(),
	};

	ranks_answer(t, TAG_REPORT, &r, sizeof(r));
}

void ranks_word(struct team *t, struct word *o)
{
	uint64_t limit_s = t->timeout_s + FIRST_LIMIT_S;
	MPI_Request q;

	do {
		MPI_Irecv(o, sizeof(*o), MPI_BYTE, 0, TAG_WORD, MPI_COMM_WORLD,
			  &q);
		if (ranks_done(&q, limit_s * SECOND_NS))
			continue;
		no_first(t, limit_s);
	} while (o->say == SAY_WAIT);
}
