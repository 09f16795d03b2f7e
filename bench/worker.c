/* See worker.h. The main thread only watches: the steps of a case run in one
 * thread a job, and a step in which nothing completes for the time limit ends
 * the case, even when a library never returns. */
#include "worker.h"

#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cleanup.h"
#include "job.h"
#include "record.h"
#include "units.h"

#define TICK_MS 200
#define REPORT_EVERY_NS UINT64_C(1000000000)
#define GRACE_NS UINT64_C(2000000000) /* the drivers' own limits come first */
#define CASE_LINE_MAX (64u << 10)

enum phase { PREPARE = 1 << 0, MEASURE = 1 << 1, REMOVE = 1 << 2 };

struct worker {
	struct bench_case *c;
	const struct storage_ops *ops;
	json_t *record;
	unsigned phases;
	bool supervised;

	struct job *jobs;
	pthread_barrier_t start;
	_Atomic uint64_t progress;
	uint64_t progress_seen, progress_at_ns, reported_at_ns;

	pthread_mutex_t lock;
	pthread_cond_t finished;
	unsigned running;
};

struct step {
	struct worker *w;
	struct job *job;
	int (*fn)(struct job *);
};

static void *step_thread(void *arg)
{
	struct step *s = arg;

	s->job->status = s->fn(s->job);
	pthread_mutex_lock(&s->w->lock);
	s->w->running--;
	pthread_cond_signal(&s->w->finished);
	pthread_mutex_unlock(&s->w->lock);
	return NULL;
}

static bool input_closed(void)
{
	struct pollfd fd = {.fd = STDIN_FILENO};

	return poll(&fd, 1, 0) > 0 && (fd.revents & (POLLHUP | POLLERR));
}

/* Says how far it is; -ETIMEDOUT when nothing has completed for too long. */
static int tick(struct worker *w)
{
	uint64_t limit = w->c->timeout_s * UINT64_C(1000000000) + GRACE_NS;
	uint64_t done = atomic_load(&w->progress);
	uint64_t now = now_ns();

	if (w->supervised && input_closed())
		_exit(1); /* nobody is there to take the record */
	if (done != w->progress_seen) {
		w->progress_seen = done;
		w->progress_at_ns = now;
		if (w->supervised &&
		    now - w->reported_at_ns >= REPORT_EVERY_NS) {
			w->reported_at_ns = now;
			printf("progress %llu\n", (unsigned long long)done);
			fflush(stdout);
		}
	}
	return now - w->progress_at_ns > limit ? -ETIMEDOUT : 0;
}

static int steps_wait(struct worker *w)
{
	struct timespec until;
	int r = 0;

	pthread_mutex_lock(&w->lock);
	while (w->running && r == 0) {
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_nsec += TICK_MS * 1000000L;
		if (until.tv_nsec >= 1000000000L) {
			until.tv_nsec -= 1000000000L;
			until.tv_sec++;
		}
		if (pthread_cond_timedwait(&w->finished, &w->lock, &until) ==
		    ETIMEDOUT)
			r = tick(w);
	}
	pthread_mutex_unlock(&w->lock);
	return r;
}

/* Runs one step of all jobs side by side. The first failure wins; when a job
 * hangs, its threads are left behind and only _exit() may follow. */
static int each_job(struct worker *w, const char *what, int (*fn)(struct job *),
		    struct err *e)
{
	struct step steps[CASE_JOBS_MAX];
	pthread_t threads[CASE_JOBS_MAX];
	unsigned n = w->c->jobs;

	w->progress_at_ns = now_ns();
	w->running = n;
	for (unsigned i = 0; i < n; i++) {
		steps[i] = (struct step){w, &w->jobs[i], fn};
		if (pthread_create(&threads[i], NULL, step_thread, &steps[i]))
			return err_set(e, -EAGAIN, "%s: start %u threads", what,
				       n);
	}
	if (steps_wait(w) < 0) {
		err_set(e, -ETIMEDOUT,
			"%s: %s: no progress within the time limit of %u s",
			w->c->target, what, w->c->timeout_s);
		record_fail(w->record, "failed", e->msg);
		record_print(w->record);
		_exit(0);
	}
	for (unsigned i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	for (unsigned i = 0; i < n; i++)
		if (w->jobs[i].status < 0) {
			*e = w->jobs[i].err;
			return w->jobs[i].status;
		}
	return 0;
}

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

static uint64_t timeval_ns(struct timeval tv)
{
	return (uint64_t)tv.tv_sec * 1000000000u + (uint64_t)tv.tv_usec * 1000u;
}

static void record_cpu(json_t *record, const struct rusage *a,
		       const struct rusage *b)
{
	record_set_count(record, "cpu_user_ns",
			 timeval_ns(b->ru_utime) - timeval_ns(a->ru_utime));
	record_set_count(record, "cpu_sys_ns",
			 timeval_ns(b->ru_stime) - timeval_ns(a->ru_stime));
	record_set_count(record, "rss_peak_bytes",
			 (uint64_t)b->ru_maxrss * 1024u);
}

/* From the first job's start to the last job's end of each part. */
static void record_times(struct worker *w)
{
	uint64_t start = UINT64_MAX, io_end = 0, sync_end = 0, open_ns = 0;
	struct latency *all = w->jobs[0].latency;

	for (unsigned i = 0; i < w->c->jobs; i++) {
		const struct job *j = &w->jobs[i];

		start = j->start_at_ns < start ? j->start_at_ns : start;
		io_end = j->io_end_at_ns > io_end ? j->io_end_at_ns : io_end;
		sync_end = j->sync_end_at_ns > sync_end ? j->sync_end_at_ns
							: sync_end;
		open_ns = j->open_ns > open_ns ? j->open_ns : open_ns;
		if (i > 0)
			latency_merge(all, j->latency);
	}
	record_set_count(w->record, "bytes",
			 case_ops(w->c) * w->c->block_bytes * w->c->jobs);
	record_set_count(w->record, "open_ns", open_ns);
	record_set_count(w->record, "io_ns", io_end - start);
	record_set_count(w->record, "sync_ns",
			 w->c->op->kind == OP_WRITE ? sync_end - io_end : 0);
	record_latency(w->record, all);
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
		   w->ops->reads_disk(w->jobs[0].target);
	uint64_t before = 0, after = 0;
	struct rusage a, b;
	int r;

	own = own && own_read_bytes(&before) == 0;
	getrusage(RUSAGE_SELF, &a);
	r = each_job(w, w->c->op->name, job_timed, e);
	getrusage(RUSAGE_SELF, &b);
	own = own && own_read_bytes(&after) == 0;
	if (r < 0)
		return r;
	record_times(w);
	record_cpu(w->record, &a, &b);
	if (w->c->op->kind == OP_READ)
		record_cold(w->record, own ? "worker" : "none", after - before);
	return 0;
}

static int measure(struct worker *w, struct err *e)
{
	json_t *store = json_object();
	bool verified = true;
	uint64_t close_ns = 0;
	int r;

	r = each_job(w, "open", job_open, e);
	json_object_set_new(w->record, "store", store);
	if (r == 0 && w->ops->describe)
		w->ops->describe(w->jobs[0].target, store);
	if (r == 0)
		r = meet("ready", e);
	if (r == 0) {
		record_set_started(w->record);
		r = timed(w, e);
	}
	/* The servers' counters are read here, before anything else reads. */
	if (r == 0 && w->supervised)
		r = meet("timed", e);
	if (r == 0)
		r = each_job(w, "verify", job_verify, e);
	if (r < 0)
		return r;
	r = each_job(w, "close", job_close, e);
	for (unsigned i = 0; i < w->c->jobs; i++) {
		verified = verified && w->jobs[i].verified;
		if (w->jobs[i].close_ns > close_ns)
			close_ns = w->jobs[i].close_ns;
	}
	record_set_count(w->record, "close_ns", close_ns);
	json_object_set_new(w->record, "verified", json_boolean(verified));
	return r;
}

static int phases_run(struct worker *w, struct err *e)
{
	int r = 0;

	if ((w->phases & PREPARE) && w->c->op->prepared &&
	    !(w->ops->caps & STORAGE_NO_DATA))
		r = each_job(w, "prepare", job_prepare, e);
	if (r == 0 && (w->phases & MEASURE))
		r = measure(w, e);
	if (r == 0 && (w->phases & REMOVE))
		r = each_job(w, "remove", job_remove, e);
	return r;
}

static int phases_parse(const json_t *j, unsigned *phases, struct err *e)
{
	static const char *const words[] = {"prepare", "measure", "remove"};
	const json_t *list = json_object_get(j, "phases");
	const json_t *item;
	size_t i;

	*phases = list ? 0 : PREPARE | MEASURE | REMOVE;
	json_array_foreach (list, i, item) {
		const char *word = json_string_value(item);
		unsigned k = 0;

		while (k < 3 && (!word || strcmp(words[k], word) != 0))
			k++;
		if (k == 3)
			return err_set(e, -EINVAL,
				       "case: a phase is none of prepare, "
				       "measure, remove");
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
	w->ops = storage_find(w->c->driver);
	if (!w->ops)
		return err_set(e, -EINVAL,
			       "case: driver %s is not part of this build",
			       w->c->driver);
	w->record = record_sample(w->c);
	return 0;
}

static int worker_init(struct worker *w, struct err *e)
{
	pthread_condattr_t attr;
	int r = 0;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&w->finished, &attr);
	pthread_condattr_destroy(&attr);
	pthread_mutex_init(&w->lock, NULL);
	pthread_barrier_init(&w->start, NULL, w->c->jobs);
	w->jobs = calloc(w->c->jobs, sizeof(*w->jobs));
	if (!w->jobs)
		return err_sys(e, -ENOMEM, "start %u jobs", w->c->jobs);
	for (unsigned i = 0; r == 0 && i < w->c->jobs; i++) {
		w->jobs[i].c = w->c;
		w->jobs[i].ops = w->ops;
		w->jobs[i].start = &w->start;
		w->jobs[i].progress = &w->progress;
		w->jobs[i].index = i;
		r = job_init(&w->jobs[i], e);
	}
	return r;
}

static void worker_free(struct worker *w)
{
	for (unsigned i = 0; w->jobs && i < w->c->jobs; i++)
		job_free(&w->jobs[i]);
	free(w->jobs);
	json_decref(w->record);
	case_free(w->c);
}

/* What was there before is not ours to remove: only here it is known which
 * jobs made theirs, so they are taken away here, and the runner is told. */
static void foreign_spare(struct worker *w)
{
	bool foreign = false;

	for (unsigned i = 0; w->jobs && i < w->c->jobs; i++)
		foreign = foreign || w->jobs[i].foreign;
	if (!foreign)
		return;
	json_object_set_new(w->record, "foreign", json_true());
	for (unsigned i = 0; i < w->c->jobs; i++)
		if (w->jobs[i].created) {
			job_close(&w->jobs[i]);
			job_remove(&w->jobs[i]);
		}
}

int worker_main(void)
{
	struct worker w = {0};
	struct err e;
	int r;

	r = worker_read(&w, &e);
	if (r < 0) {
		fprintf(stderr, "ie-bench worker: read a case: %s\n", e.msg);
		worker_free(&w);
		return 2;
	}
	/* Buffers of block size come and go with every operation inside the
	 * libraries; as mmaps each would fault its pages in anew. */
	mallopt(M_MMAP_THRESHOLD, 1 << 30);
	mallopt(M_TRIM_THRESHOLD, INT_MAX);
	r = worker_init(&w, &e);
	if (r == 0)
		r = phases_run(&w, &e);
	if (r < 0) {
		record_fail(w.record, "failed", e.msg);
		foreign_spare(&w);
	} else if (!w.supervised) /* the runner may know more of the caches */
		record_judge(w.record);
	record_print(w.record);
	/* After a failure operations may still be in flight. */
	if (r < 0)
		_exit(0);
	worker_free(&w);
	return 0;
}
