/* A team of MPI's ranks (Open MPI, started through PMIx). See team.h. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "worker/protocol.h"
#include "ranks.h"
#include "case/record.h"
#include "units.h"

#define SECOND_NS UINT64_C(1000000000)
#define WAIT_EVERY_NS (20 * SECOND_NS)
#define INIT_LIMIT_S 60
#define EXIT_LIMIT_S 10
#define ANSWER_LIMIT_NS (5 * SECOND_NS)
#define RECORD_LIMIT_NS (30 * SECOND_NS)
/* From the word to start until the start: as long as it takes to tell all. */
#define START_AFTER_NS UINT64_C(10000000)
#define START_EACH_NS UINT64_C(20000)

static void init_late(int sig)
{
	static const char why[] = "ie-bench: worker: start MPI: not all ranks "
				  "came within 60 s\n";

	(void)sig;
	(void)!write(STDERR_FILENO, why, sizeof(why) - 1);
	_exit(1);
}

static void exit_late(int sig)
{
	(void)sig;
	_exit(0);
}

/* MPI would end this process with a page about how Slurm is built. */
static int pmix_check(struct err *e)
{
	if (!getenv("SLURM_STEP_ID") || getenv("PMIX_RANK"))
		return 0;
	return err_set(e, -EINVAL,
		       "srun has not started it by PMIx: write --mpi=pmix in "
		       "the launch");
}

int team_open(struct team *t, struct err *e)
{
	int rank, size, got;

	*t = (struct team){.size = 1};
	if (pmix_check(e) < 0)
		return -EINVAL;
	/* Between hosts without a fabric Open MPI 4.1.4 may choose one of
	 * libfabric's (cm), whose MPI_Mrecv fails. */
	setenv("OMPI_MCA_pml", "ob1", 0);
	signal(SIGALRM, init_late);
	alarm(INIT_LIMIT_S);
	MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &got);
	alarm(0);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &size);
	*t = (struct team){.rank = (unsigned)rank, .size = (unsigned)size};
	return ranks_open(t, e);
}

int team_line(struct team *t, char *line, size_t size, int status,
	      struct err *e)
{
	MPI_Request q;

	if (t->rank == 0) {
		if (status < 0)
			line[0] = '\0';
		for (unsigned i = 1; i < t->size; i++)
			ranks_send(t, i, TAG_LINE, line, strlen(line) + 1);
		return t->lost && status == 0 ? ranks_lost(t, e) : status;
	}
	MPI_Irecv(line, (int)size, MPI_BYTE, 0, TAG_LINE, MPI_COMM_WORLD, &q);
	if (!ranks_done(&q, INIT_LIMIT_S * SECOND_NS))
		return err_set(e, -ETIMEDOUT, "no case came from the first");
	return line[0] ? 0 : err_set(e, -ECANCELED, "the first has no case");
}

/* Until all have arrived. */
static int gather(struct team *t, struct err *e)
{
	uint64_t heard = now_ns(), looked = heard;

	while (t->link->here + 1 < t->size) {
		if (ranks_hear(t)) {
			heard = now_ns();
			continue;
		}
		ranks_pause(heard);
		if (now_ns() - looked < SECOND_NS / 10)
			continue;
		looked = now_ns();
		team_tick(t, t->link->operations);
		if (ranks_lost(t, e) < 0)
			return -ETIMEDOUT;
	}
	return 0;
}

/* What the first rank makes of all statuses. */
static int result_tell(struct team *t, int status, struct err *e)
{
	struct word o = {.say = SAY_RESULT};
	int lost = gather(t, e);

	o.status = status < 0 || lost < 0 ? -ECANCELED : 0;
	for (unsigned i = 1; i < t->size; i++)
		if (t->link->peers[i].status < 0)
			o.status = -ECANCELED;
	o.foreign = t->foreign;
	ranks_tell(t, &o);
	if (status < 0)
		return status;
	if (t->lost && lost == 0)
		lost = ranks_lost(t, e);
	return lost < 0 ? lost : (int)o.status;
}

int team_agree(struct team *t, int status, struct err *e)
{
	struct err why = {""};
	struct word o;
	int r;

	if (t->size == 1 || t->lost)
		return status;
	if (t->rank == 0) {
		r = result_tell(t, status, &why);
		if (status == 0 && r < 0)
			*e = why;
		return r;
	}
	ranks_report(t, true, status);
	ranks_word(t, &o);
	t->foreign = o.foreign;
	if (status < 0)
		return status;
	return o.status < 0 ? err_set(e, -ECANCELED, "another client failed")
			    : 0;
}

/* Asks one whose clock is not ours how far it is. */
static int clock_read(struct team *t, unsigned rank, struct err *e)
{
	const struct word ask = {.say = SAY_CLOCK};
	struct peer *p = &t->link->peers[rank];

	p->offset = (struct clock_offset){0, 0};
	if (p->clock && p->clock == clock_id())
		return 0;
	p->offset = (struct clock_offset)CLOCK_UNKNOWN;
	for (unsigned i = 0; i < CLOCK_ROUNDS; i++) {
		uint64_t asked = now_ns(), theirs;
		MPI_Request q;

		MPI_Irecv(&theirs, sizeof(theirs), MPI_BYTE, (int)rank,
			  TAG_CLOCK, MPI_COMM_WORLD, &q);
		ranks_send(t, rank, TAG_WORD, &ask, sizeof(ask));
		if (!ranks_done(&q, ANSWER_LIMIT_NS)) {
			t->lost = true;
			return err_set(e, -ETIMEDOUT,
				       "client %u does not tell its clock",
				       rank);
		}
		clock_round(&p->offset, asked, theirs, now_ns());
	}
	return 0;
}

/* Not a barrier, which some leave later than others: a moment that all know
 * before it comes. */
int team_start(struct team *t, uint64_t *begin_ns, struct err *e)
{
	struct word o = {.say = SAY_START};

	*begin_ns = 0;
	if (t->size == 1)
		return 0;
	if (t->rank == 0) {
		for (unsigned i = 1; i < t->size; i++) {
			int r = clock_read(t, i, e);

			if (r < 0)
				return r;
		}
		o.at_ns = now_ns() + START_AFTER_NS + t->size * START_EACH_NS;
		ranks_tell(t, &o);
		if (t->lost)
			return ranks_lost(t, e);
	} else {
		for (ranks_word(t, &o); o.say == SAY_CLOCK; ranks_word(t, &o)) {
			uint64_t now = now_ns();

			ranks_answer(t, TAG_CLOCK, &now, sizeof(now));
		}
	}
	*begin_ns = o.at_ns;
	return 0;
}

/* The sum of what is known, for whoever started them. */
static void progress_say(struct team *t)
{
	const struct word wait = {.say = SAY_WAIT};
	uint64_t sum = t->link->operations, now = now_ns();

	ranks_hear(t);
	if (t->supervised && protocol_alone())
		_exit(1);
	if (now - t->link->waited_ns >= WAIT_EVERY_NS) {
		t->link->waited_ns = now;
		ranks_tell(t, &wait);
	}
	for (unsigned i = 1; i < t->size; i++)
		sum += t->link->peers[i].operations;
	if (sum == t->said || now - t->said_ns < SECOND_NS)
		return;
	t->said = sum;
	t->said_ns = now;
	if (t->supervised)
		protocol_progress(sum);
}

void team_tick(struct team *t, uint64_t operations)
{
	uint64_t now = now_ns();

	t->link->operations = operations;
	if (t->rank == 0) {
		progress_say(t);
		return;
	}
	if (operations == t->said || now - t->said_ns < SECOND_NS)
		return;
	t->said = operations;
	t->said_ns = now;
	ranks_report(t, false, 0);
}

/* Another rank's words; the first takes them in any order. */
static void record_send(json_t *own)
{
	cleanup_free char *text = own ? json_dumps(own, JSON_COMPACT) : NULL;
	size_t len = text ? strlen(text) : 0;
	MPI_Request q;

	MPI_Isend(text, (int)len, MPI_CHAR, 0, TAG_RECORD, MPI_COMM_WORLD, &q);
	if (!ranks_done(&q, RECORD_LIMIT_NS))
		_exit(1);
}

static void record_take(MPI_Message *m, const MPI_Status *s, json_t **records)
{
	cleanup_free char *text = NULL;
	int len;

	MPI_Get_count(s, MPI_CHAR, &len);
	text = calloc(1, (size_t)len + 1);
	if (!text)
		return;
	MPI_Mrecv(text, len, MPI_CHAR, m, MPI_STATUS_IGNORE);
	if (len)
		records[s->MPI_SOURCE] =
			json_loads(text, JSON_REJECT_DUPLICATES, NULL);
}

/* One that does not come leaves its place empty. */
static void records_take(struct team *t, json_t **records)
{
	uint64_t heard = now_ns();

	for (unsigned left = t->size - 1; left;) {
		MPI_Message m;
		MPI_Status s;
		int here;

		MPI_Improbe(MPI_ANY_SOURCE, TAG_RECORD, MPI_COMM_WORLD, &here,
			    &m, &s);
		if (here) {
			record_take(&m, &s, records);
			heard = now_ns();
			left--;
			continue;
		}
		if (now_ns() - heard > RECORD_LIMIT_NS) {
			t->lost = true;
			return;
		}
		ranks_pause(heard);
	}
}

json_t *team_gather(struct team *t, json_t *own, const json_t *fields)
{
	cleanup_free struct clock_offset *clocks = NULL;
	cleanup_free json_t **records = NULL;
	json_t *all;

	if (t->size == 1 || (t->rank == 0 && t->lost))
		return own;
	if (t->rank > 0) {
		record_send(own);
		json_decref(own);
		return NULL;
	}
	clocks = calloc(t->size, sizeof(*clocks));
	records = calloc(t->size, sizeof(json_t *));
	if (!clocks || !records)
		return own;
	records[0] = own;
	records_take(t, records);
	for (unsigned i = 1; i < t->size; i++)
		clocks[i] = t->link->peers[i].offset;
	all = record_gather(records, clocks, t->size);
	json_object_update_missing(all, (json_t *)fields);
	json_object_del(all, "client");
	for (unsigned i = 0; i < t->size; i++)
		json_decref(records[i]);
	return all;
}

void team_close(struct team *t)
{
	ranks_close(t);
	if (t->lost)
		return;
	fflush(stdout);
	signal(SIGALRM, exit_late);
	alarm(EXIT_LIMIT_S);
	MPI_Finalize();
	alarm(0);
}
