/* See worker.h: the protocol and the order of a case's phases. */
#include "worker.h"

#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cleanup.h"
#include "case/clock.h"
#include "job_group.h"
#include "image/image_worker.h"
#include "protocol.h"
#include "case/record.h"
#include "job/job_plain.h"
#include "times.h"
#include "worker_input.h"

struct worker {
	struct worker_input in;
	struct bench_case *c; /* in.c */
	const struct storage_ops *ops;
	const struct job_kind *kind;
	json_t *record;
	struct team team;
	struct job_group group;
	bool resident_known;
	uint64_t resident; /* bytes of the data in this host's page cache */
};

/* Bytes that this process had read from a block device so far. */
static int own_read_bytes(uint64_t *bytes)
{
	cleanup_file FILE *f = fopen("/proc/self/io", "re");
	unsigned long long v;
	char line[128];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "read_bytes: %llu", &v) == 1) {
			*bytes = v;
			return 0;
		}
	return -ENODATA;
}

static int timed(struct worker *w, struct err *e)
{
	bool own = w->c->op->kind == OP_READ && w->ops->reads_disk &&
		   w->ops->reads_disk(w->group.jobs[0].target);
	uint64_t before = 0, after = 0;
	struct clock_pair begin, end;
	struct rusage a, b;
	int r;

	own = own && own_read_bytes(&before) == 0;
	getrusage(RUSAGE_SELF, &a);
	clock_pair_read(&begin);
	r = job_group_run(&w->group, w->c->op->name, job_timed, e);
	clock_pair_read(&end);
	getrusage(RUSAGE_SELF, &b);
	own = own && own_read_bytes(&after) == 0;
	if (r < 0)
		return r;
	record_times(w->record, &w->group);
	record_cpu(w->record, &a, &b);
	record_set_count(w->record, "clock_drift_ns",
			 clock_drift(&begin, &end));
	if (w->c->op->kind != OP_READ)
		return 0;
	record_cold(w->record, own ? "worker" : "none", after - before);
	if (w->resident_known)
		record_cold_more(w->record, "resident_bytes", w->resident);
	return 0;
}

/* -EEXIST of a job that had to make its object. */
static void foreign_find(struct worker *w)
{
	for (unsigned i = 0; i < w->c->jobs; i++)
		w->team.foreign = w->team.foreign || w->group.jobs[i].foreign;
}

/* All are here and none has failed: the first one says so and waits for the
 * word to go on. */
static int meet(struct worker *w, int r, const char *say, struct err *e)
{
	r = team_agree(&w->team, r, e);
	if (r < 0)
		return r;
	if (w->team.rank == 0)
		r = protocol_say(say, e);
	return team_agree(&w->team, r, e);
}

static void store_describe(struct worker *w)
{
	json_t *store = json_object();

	json_object_set_new(w->record, "store", store);
	if (w->ops->describe && w->group.jobs[0].target)
		w->ops->describe(w->group.jobs[0].target, store);
}

/* Right before a cold read, where the kernel can tell. */
static void resident_ask(struct worker *w)
{
	w->resident_known = w->c->cache == CACHE_COLD && w->ops->resident;
	for (unsigned i = 0; w->resident_known && i < w->c->jobs; i++) {
		const struct job *j = &w->group.jobs[i];
		uint64_t found = 0;

		if (w->ops->resident(j->target, job_base_bytes(j),
				     w->c->size_bytes, &found) < 0)
			w->resident_known = false;
		w->resident += found;
	}
}

static int ready(struct worker *w, struct err *e)
{
	int r = job_group_run(&w->group, "open", w->kind->open, e);

	if (r == 0)
		resident_ask(w);

	if (r == 0)
		store_describe(w);
	foreign_find(w);
	r = meet(w, r, "ready", e);
	record_set_started(w->record);
	return r < 0 ? r : team_start(&w->team, &w->group.begin_ns, e);
}

static int done(struct worker *w, struct err *e)
{
	const char *from = w->group.jobs[0].verified_from;
	uint64_t close_ns = 0, bytes = 0;
	bool verified = true;
	int r = job_group_run(&w->group, "close", job_close, e);

	for (unsigned i = 0; i < w->c->jobs; i++) {
		const struct job *j = &w->group.jobs[i];

		verified = verified && j->verified;
		bytes += j->verified_bytes;
		close_ns = j->close_ns > close_ns ? j->close_ns : close_ns;
	}
	record_set_count(w->record, "close_ns", close_ns);
	json_object_set_new(w->record, "verified", json_boolean(verified));
	record_set_count(w->record, "verified_bytes", bytes);
	if (from)
		json_object_set_new(w->record, "verified_from",
				    json_string(from));
	return r;
}

/* Closing a file may save what was never synced. */
__attribute__((noreturn)) static void wait_for_the_cut(struct worker *w)
{
	char line[16];

	record_set_count(w->record, "close_ns", 0);
	record_print(w->record);
	while (fgets(line, sizeof(line), stdin))
		;
	_exit(0);
}

static int survey(struct worker *w, struct err *e)
{
	int r = job_group_run(&w->group, "survey", w->kind->survey, e);

	if (r == 0)
		w->kind->survey_record(w->group.jobs, w->record);
	return r;
}

static int measure(struct worker *w, struct err *e)
{
	int r = ready(w, e);

	if (r < 0)
		return r;
	r = timed(w, e);
	if (r == 0 && w->team.supervised && w->kind->survey)
		wait_for_the_cut(w);
	/* The servers' counters are read here, before anything else reads. */
	r = w->team.supervised ? meet(w, r, "timed", e)
			       : team_agree(&w->team, r, e);
	if (r == 0)
		r = job_group_run(&w->group, "verify", w->kind->verify, e);
	if (r == 0)
		r = done(w, e);
	return team_agree(&w->team, r, e);
}

/* Of an object that is made for it, and removed. */
static int describe(struct worker *w, struct err *e)
{
	int r = job_group_run(&w->group, "describe", plain_create_own, e);

	if (r < 0)
		return r;
	store_describe(w);
	r = job_group_run(&w->group, "close", job_close, e);
	return r < 0 ? r
		     : job_group_run(&w->group, "remove", w->kind->remove, e);
}

/* What clients share is made and removed by one of them. */
static int step(struct worker *w, bool mine, const char *what,
		int (*fn)(struct job *), struct err *e)
{
	int r = mine ? job_group_run(&w->group, what, fn, e) : 0;

	foreign_find(w);
	return team_agree(&w->team, r, e);
}

/* From here on it is the next client's data that counts. */
static int look_ahead(struct worker *w, struct err *e)
{
	job_group_close(&w->group);
	w->group = (struct job_group){.c = NULL};
	w->c->client = (w->c->client + 1) % w->c->clients;
	return job_group_open(&w->group, w->c, w->ops, &w->team, e);
}

static int phases_run(struct worker *w, struct err *e)
{
	bool data = !(w->ops->caps & STORAGE_NO_DATA);
	bool first = w->team.rank == 0 || !case_shared(w->c);
	unsigned phases = w->in.phases;
	int r = 0;

	if (phases & PHASE_DESCRIBE)
		return describe(w, e);
	if ((phases & PHASE_CREATE) && case_shared(w->c))
		r = step(w, first, "create", w->kind->create, e);
	if (r == 0 && (phases & PHASE_PREPARE) && case_prepares(w->c) && data)
		r = step(w, true, "prepare", plain_prepare, e);
	if (r == 0 && w->c->next && (phases & (PHASE_MEASURE | PHASE_REMOVE)))
		r = look_ahead(w, e);
	if (r == 0 && (phases & PHASE_MEASURE))
		r = measure(w, e);
	if (r == 0 && (phases & PHASE_SURVEY) && w->kind->survey)
		r = survey(w, e);
	if (r == 0 && (phases & PHASE_REMOVE))
		r = step(w, first, "remove", w->kind->remove, e);
	return r;
}

/* The libraries allocate a buffer for every operation and free it with the
 * answer; as mappings of their own, each would be faulted in anew. 32 MiB is
 * the most that glibc takes. */
static void keep_memory(void)
{
	mallopt(M_MMAP_THRESHOLD, 32 << 20);
	mallopt(M_TRIM_THRESHOLD, INT_MAX);
}

static int let_go(struct job *j)
{
	return j->stream.inflight ? 0 : job_close(j);
}

/* What was there before is not ours to remove: only here it is known which
 * jobs made theirs, so they are taken away here, and the runner is told. */
static void foreign_spare(struct worker *w)
{
	struct job *jobs = w->group.jobs;

	if (!w->team.foreign)
		return;
	json_object_set_new(w->record, "foreign", json_true());
	for (unsigned i = 0; i < w->c->jobs; i++)
		if (jobs[i].created)
			w->kind->remove(&jobs[i]);
}

/* Servers keep what a client holds that just ends, and then nobody can remove
 * it. After a time limit a thread may still be at work: then it must be so. */
static void failed(struct worker *w, int status, const struct err *why)
{
	struct err e;

	if (status != -ECANCELED)
		record_fail(w->record, "failed", why->msg);
	if (status == -ETIMEDOUT || !w->group.jobs ||
	    job_group_run(&w->group, "close", let_go, &e) < 0)
		return;
	foreign_spare(w);
}

static int storage_run(struct worker *w, struct err *e)
{
	int r;

	keep_memory();
	w->kind = job_kind_of(w->c->op);
	r = job_group_open(&w->group, w->c, w->ops, &w->team, e);
	r = team_agree(&w->team, r, e);
	return r < 0 ? r : phases_run(w, e);
}

/* Bad input: the first one says why, the others go. */
static int no_case(struct worker *w, const char *what, const struct err *e)
{
	if (w->team.rank == 0)
		fprintf(stderr, "ie-bench: worker: %s: %s\n", what, e->msg);
	case_free(w->in.c);
	w->team.lost = true;
	team_close(&w->team);
	return 2;
}

/* The record of all, printed by the first. */
static void report(struct worker *w, int r)
{
	json_auto_t *fields = record_sample(w->c);

	if (r == -ECANCELED)
		json_decref(steal_pointer(&w->record));
	w->record = team_gather(&w->team, w->record, fields);
	if (!w->record)
		return;
	if (!w->team.supervised) /* the runner may know more of the caches */
		record_judge(w->record);
	record_print(w->record);
}

int worker_main(void)
{
	struct worker w = {.record = NULL};
	struct err e = {""};
	int r = team_open(&w.team, &e);

	if (r < 0)
		return no_case(&w, "find the others", &e);
	r = worker_input(&w.in, &w.team, &e);
	if (r < 0)
		return no_case(&w, "read a case", &e);
	w.c = w.in.c;
	w.ops = w.in.ops;
	w.record = record_sample(w.c);
	if (w.in.refused.msg[0]) {
		e = w.in.refused;
		r = team_agree(&w.team, -EPROTO, &e);
	} else if (w.c->engine) {
		r = image_run(w.c, w.in.phases, w.record, protocol_say, &e);
	} else {
		r = storage_run(&w, &e);
	}
	if (r < 0)
		failed(&w, r, &e);
	report(&w, r);
	team_close(&w.team);
	/* After a failure operations may still be in flight. */
	if (r < 0)
		_exit(0);
	job_group_close(&w.group);
	json_decref(w.record);
	case_free(w.c);
	return 0;
}
