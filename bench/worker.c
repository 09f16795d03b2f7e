/* See worker.h: the protocol and the order of a case's phases. */
#include "worker.h"

#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cleanup.h"
#include "crew.h"
#include "image/image_worker.h"
#include "record.h"
#include "survive.h"
#include "times.h"

#define CASE_LINE_MAX (64u << 10)

struct worker {
	struct bench_case *c;
	const struct storage_ops *ops;
	json_t *record;
	unsigned phases;
	bool supervised;
	struct crew crew;
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

/* Says where it is and waits for the runner's word to go on. */
static int meet(const char *say, struct err *e)
{
	char line[16];

	printf("%s\n", say);
	fflush(stdout);
	if (!fgets(line, sizeof(line), stdin))
		return err_set(e, -EPIPE, "standard input ended before go");
	if (strcmp(line, "go\n") != 0)
		return err_set(e, -EINVAL, "a line other than go came");
	return 0;
}

static int timed(struct worker *w, struct err *e)
{
	bool own = w->c->op->kind == OP_READ && w->ops->reads_disk &&
		   w->ops->reads_disk(w->crew.jobs[0].target);
	uint64_t before = 0, after = 0;
	struct rusage a, b;
	int r;

	own = own && own_read_bytes(&before) == 0;
	getrusage(RUSAGE_SELF, &a);
	r = crew_run(&w->crew, w->c->op->name, job_timed, e);
	getrusage(RUSAGE_SELF, &b);
	own = own && own_read_bytes(&after) == 0;
	if (r < 0)
		return r;
	record_times(w->record, &w->crew);
	record_cpu(w->record, &a, &b);
	if (w->c->op->kind == OP_READ)
		record_cold(w->record, own ? "worker" : "none", after - before);
	return 0;
}

static int ready(struct worker *w, struct err *e)
{
	json_t *store = json_object();
	int r = crew_run(&w->crew, "open", job_open, e);

	json_object_set_new(w->record, "store", store);
	if (r == 0 && w->ops->describe && w->crew.jobs[0].target)
		w->ops->describe(w->crew.jobs[0].target, store);
	if (r == 0)
		r = meet("ready", e);
	record_set_started(w->record);
	return r;
}

static int done(struct worker *w, struct err *e)
{
	bool verified = true;
	uint64_t close_ns = 0;
	int r = crew_run(&w->crew, "close", job_close, e);

	for (unsigned i = 0; i < w->c->jobs; i++) {
		const struct job *j = &w->crew.jobs[i];

		verified = verified && j->verified;
		close_ns = j->close_ns > close_ns ? j->close_ns : close_ns;
	}
	record_set_count(w->record, "close_ns", close_ns);
	json_object_set_new(w->record, "verified", json_boolean(verified));
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
	const struct job *j = w->crew.jobs;
	int r = crew_run(&w->crew, "survey", survive_survey, e);
	json_t *o;

	if (r < 0)
		return r;
	o = json_object();
	json_object_set_new(w->record, "power_cut", o);
	record_set_count(o, "acknowledged_bytes",
			 case_ops(w->c) * w->c->block_bytes);
	record_set_count(o, "intact_bytes", j->intact_bytes);
	record_set_count(o, "control_bytes",
			 survive_control_blocks(w->c) * w->c->block_bytes);
	record_set_count(o, "control_intact_bytes", j->control_intact_bytes);
	return 0;
}

static int measure(struct worker *w, struct err *e)
{
	int r = ready(w, e);

	if (r == 0)
		r = timed(w, e);
	if (r == 0 && w->supervised && w->c->op->cut)
		wait_for_the_cut(w);
	/* The servers' counters are read here, before anything else reads. */
	if (r == 0 && w->supervised)
		r = meet("timed", e);
	if (r == 0)
		r = crew_run(&w->crew, "verify", job_verify, e);
	return r < 0 ? r : done(w, e);
}

static int phases_run(struct worker *w, struct err *e)
{
	int r = 0;

	if ((w->phases & PHASE_PREPARE) && w->c->op->prepared &&
	    !(w->ops->caps & STORAGE_NO_DATA))
		r = crew_run(&w->crew, "prepare", job_prepare, e);
	if (r == 0 && (w->phases & PHASE_MEASURE))
		r = measure(w, e);
	if (r == 0 && (w->phases & PHASE_SURVEY) && w->c->op->cut)
		r = survey(w, e);
	if (r == 0 && (w->phases & PHASE_REMOVE))
		r = crew_run(&w->crew, "remove", job_remove, e);
	return r;
}

static int phases_parse(const json_t *j, unsigned *phases, struct err *e)
{
	static const char *const words[] = {"prepare", "measure", "remove",
					    "survey"};
	const json_t *list = json_object_get(j, "phases");
	const json_t *item;
	size_t i;

	if (list && !json_is_array(list))
		return err_set(e, -EINVAL, "case: phases is not an array");
	*phases = list ? 0 : PHASE_PREPARE | PHASE_MEASURE | PHASE_REMOVE;
	json_array_foreach (list, i, item) {
		const char *word = json_string_value(item);
		unsigned k = 0;

		while (k < ARRAY_SIZE(words) &&
		       (!word || strcmp(words[k], word) != 0))
			k++;
		if (k == ARRAY_SIZE(words))
			return err_set(e, -EINVAL,
				       "case: a phase is none of prepare, "
				       "measure, remove, survey");
		*phases |= 1u << k;
	}
	return 0;
}

static int worker_read(struct worker *w, struct err *e)
{
	cleanup_free char *line = malloc(CASE_LINE_MAX);
	json_error_t why;
	json_t *j;
	int r;

	if (!line || !fgets(line, CASE_LINE_MAX, stdin))
		return err_set(e, -EINVAL, "no case on standard input");
	if (strlen(line) == CASE_LINE_MAX - 1)
		return err_set(e, -EINVAL, "case: longer than %u bytes",
			       CASE_LINE_MAX - 2);
	j = json_loads(line, JSON_REJECT_DUPLICATES, &why);
	if (!j)
		return err_set(e, -EINVAL, "case: %s", why.text);
	r = case_from_json(&w->c, j, e);
	if (r == 0)
		r = phases_parse(j, &w->phases, e);
	w->supervised = json_is_true(json_object_get(j, "supervised"));
	json_decref(j);
	if (r < 0)
		return r;
	w->ops = w->c->engine ? NULL : storage_find(w->c->driver);
	if (!w->c->engine && !w->ops)
		return err_set(e, -EINVAL,
			       "case: driver %s is not part of this build",
			       w->c->driver);
	w->record = record_sample(w->c);
	return 0;
}

static void worker_free(struct worker *w)
{
	crew_close(&w->crew);
	json_decref(w->record);
	case_free(w->c);
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
	struct job *jobs = w->crew.jobs;
	bool foreign = false;

	for (unsigned i = 0; jobs && i < w->c->jobs; i++)
		foreign = foreign || jobs[i].foreign;
	if (!foreign)
		return;
	json_object_set_new(w->record, "foreign", json_true());
	for (unsigned i = 0; i < w->c->jobs; i++)
		if (jobs[i].created)
			job_remove(&jobs[i]);
}

/* Servers keep what a client holds that just ends, and then nobody can remove
 * it. After a time limit a thread may still be at work: then it must be so. */
static void failed(struct worker *w, int status, const struct err *why)
{
	struct err e;

	record_fail(w->record, "failed", why->msg);
	if (status == -ETIMEDOUT || !w->crew.jobs ||
	    crew_run(&w->crew, "close", let_go, &e) < 0)
		return;
	foreign_spare(w);
}

static int storage_run(struct worker *w, struct err *e)
{
	int r;

	keep_memory();
	r = crew_open(&w->crew, w->c, w->ops, w->supervised, e);
	return r < 0 ? r : phases_run(w, e);
}

int worker_main(void)
{
	struct worker w = {0};
	struct err e;
	int r;

	r = worker_read(&w, &e);
	if (r < 0) {
		fprintf(stderr, "ie-bench: worker: read a case: %s\n", e.msg);
		worker_free(&w);
		return 2;
	}
	r = w.c->engine ? image_run(w.c, w.phases, w.record, meet, &e)
			: storage_run(&w, &e);
	if (r < 0)
		failed(&w, r, &e);
	else if (!w.supervised) /* the runner may know more of the caches */
		record_judge(w.record);
	record_print(w.record);
	/* After a failure operations may still be in flight. */
	if (r < 0)
		_exit(0);
	worker_free(&w);
	return 0;
}
