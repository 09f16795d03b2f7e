/* See runner.h. */
#include "runner.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "clients.h"
#include "launch.h"
#include "record.h"
#include "units.h"

#define COMMAND_LIMIT_MS 60000

struct runner {
	struct rundir *dir;
	const struct site *site;
	struct progress progress;
};

/* The case that runs now. */
struct running {
	struct runner *r;
	struct bench_case *c;
	const struct site_target *t;
	json_t *record;	    /* what the worker said, or NULL */
	struct err counter; /* why the servers' counter could not be read */
	bool counted;
	uint64_t read_before, read_after;
};

static void on_progress(uint64_t operations, void *arg)
{
	struct running *run = arg;

	progress_tick(&run->r->progress, operations);
}

/* What the site's command says the servers have read from disk so far. */
static bool counter_read(struct running *run, uint64_t *bytes)
{
	cleanup_free char *text = NULL;

	if (proc_capture(run->t->disk_reads, COMMAND_LIMIT_MS, &text,
			 &run->counter) < 0)
		return false;
	text[strcspn(text, "\n")] = '\0';
	if (count_parse(text, 0, UINT64_MAX >> 1, bytes) == 0)
		return true;
	err_set(&run->counter, -EINVAL, "%s: printed no number",
		run->t->disk_reads);
	return false;
}

/* It does not when servers were started anew in the middle. */
static bool counter_grows(struct running *run)
{
	if (run->read_after >= run->read_before)
		return true;
	err_set(&run->counter, -EINVAL, "%s: went back from %llu to %llu",
		run->t->disk_reads, (unsigned long long)run->read_before,
		(unsigned long long)run->read_after);
	return false;
}

static bool counts(const struct running *run)
{
	return run->c->op && run->c->op->kind == OP_READ && run->t->disk_reads;
}

/* The servers' counter is read while all clients wait. */
static void on_stage(const char *stage, void *arg)
{
	struct running *run = arg;

	if (strcmp(stage, "ready") == 0)
		run->counted =
			counts(run) && counter_read(run, &run->read_before);
	else
		run->counted = run->counted &&
			       counter_read(run, &run->read_after) &&
			       counter_grows(run);
}

/* Runs some phases (a JSON array, stolen) of the case. 0 with run->record set.
 * What the clients share is made and removed by the first of them. */
static int workers_run(struct running *run, json_t *phases, struct err *e)
{
	const struct clients all = {
		.t = run->t,
		.c = run->c,
		.on_progress = on_progress,
		.on_stage = on_stage,
		.arg = run,
	};
	const char *first = json_string_value(json_array_get(phases, 0));
	bool one = case_shared(run->c) && strcmp(first, "measure") != 0;

	json_decref(steal_pointer(&run->record));
	return clients_run(&all, phases, one ? 1 : run->c->clients,
			   &run->record, e);
}

static bool record_failed(const json_t *record)
{
	const char *s = json_string_value(json_object_get(record, "status"));

	return !s || strcmp(s, "failed") == 0;
}

static int caches_drop(struct running *run, struct err *e)
{
	cleanup_free char *text = NULL;
	int r = proc_capture(run->t->drop, COMMAND_LIMIT_MS, &text, e);

	return r < 0 ? err_wrap(e, r, "empty the servers' caches") : 0;
}

/* The end of a case, in the worker that measured. */
static json_t *and_remove(const struct running *run, json_t *phases)
{
	if (!run->t->keep)
		json_array_append_new(phases, json_string("remove"));
	return phases;
}

/* A cold read needs two workers: the one that wrote the data and whatever it
 * cached is gone before the servers' caches are emptied. */
static int measure_cold(struct running *run, struct err *e)
{
	int r = workers_run(run, json_pack("[s]", "prepare"), e);

	if (r < 0 || record_failed(run->record))
		return r;
	if (run->t->drop) {
		r = caches_drop(run, e);
		if (r < 0)
			return r;
	}
	return workers_run(run, and_remove(run, json_pack("[s]", "measure")),
			   e);
}

/* What clients share is there before the first comes and after the last. */
static int measure_shared(struct running *run, struct err *e)
{
	json_t *measured;
	int r = workers_run(run, json_pack("[s]", "prepare"), e);

	if (r == 0 && !record_failed(run->record))
		r = workers_run(run, json_pack("[s]", "measure"), e);
	if (r < 0 || record_failed(run->record) || run->t->keep)
		return r;
	measured = steal_pointer(&run->record);
	r = workers_run(run, json_pack("[s]", "remove"), e);
	if (r == 0 && !record_failed(run->record)) {
		json_decref(run->record);
		run->record = steal_pointer(&measured);
	}
	json_decref(measured);
	return r;
}

static int measure(struct running *run, struct err *e)
{
	if (case_shared(run->c))
		return measure_shared(run, e);
	if (run->c->cache == CACHE_COLD)
		return measure_cold(run, e);
	return workers_run(
		run, and_remove(run, json_pack("[ss]", "prepare", "measure")),
		e);
}

/* Removes what a case that failed may have left. */
static void leftovers_remove(struct running *run)
{
	json_t *keep = steal_pointer(&run->record);
	sig_atomic_t interrupted = launch_interrupted;
	char why[sizeof(((struct err *)0)->msg) + 64];
	const char *reason;
	struct err e;

	if (run->t->keep) {
		run->record = keep;
		return;
	}
	launch_interrupted = 0;
	if (workers_run(run, json_pack("[s]", "remove"), &e) == 0 &&
	    record_failed(run->record)) {
		reason = json_string_value(json_array_get(
			json_object_get(run->record, "reasons"), 0));
		err_set(&e, -EIO, "%s", reason ? reason : "no reason given");
	} else if (run->record) {
		e.msg[0] = '\0';
	}
	if (e.msg[0] && keep) {
		snprintf(why, sizeof(why), "may have left %s: %s",
			 run->c->object, e.msg);
		record_reason(keep, why);
	}
	if (interrupted)
		launch_interrupted = interrupted;
	json_decref(run->record);
	run->record = keep;
}

static void record_finish(struct running *run, uint64_t began_ns)
{
	json_t *record = run->record;

	json_object_set(record, "limits", run->t->limits);
	if (run->t->is_limit)
		json_object_set_new(record, "role", json_string("limit"));
	record_set_count(record, "case_ns", now_ns() - began_ns);
	if (run->counted)
		record_cold(record, "command",
			    run->read_after - run->read_before);
	else if (counts(run) && run->counter.msg[0] && !record_failed(record))
		record_fail(record, "invalid", run->counter.msg);
	record_judge(record);
}

/* One case to its sample. Only -EINTR is an error here. */
static int case_measure(struct running *run)
{
	uint64_t began = now_ns();
	struct err e;
	int r = measure(run, &e);

	if (r < 0) {
		/* What the worker did not say, we say in its place. */
		json_decref(run->record);
		run->record = record_sample(run->c);
		record_fail(run->record, "failed", e.msg);
	}
	/* "foreign": an object of this name was there before the case. */
	if (record_failed(run->record) &&
	    !json_object_get(run->record, "foreign"))
		leftovers_remove(run);
	json_object_del(run->record, "foreign");
	if (launch_interrupted)
		return -EINTR;
	record_finish(run, began);
	return 0;
}

static int object_name(struct runner *r, struct bench_case *c, struct err *e)
{
	if (asprintf(&c->object, "ie-bench.%s.s%u.b%u.p%u", r->dir->run_id,
		     c->session, c->block, c->position) >= 0)
		return 0;
	c->object = NULL;
	return err_sys(e, -ENOMEM, "name an object");
}

static void tally_add(struct tally *t, const json_t *record)
{
	const char *s = json_string_value(json_object_get(record, "status"));

	if (s && strcmp(s, "ok") == 0)
		t->ok++;
	else if (s && strcmp(s, "invalid") == 0)
		t->invalid++;
	else
		t->failed++;
}

static int case_run(struct runner *r, const struct schedule *all, size_t i,
		    struct tally *tally, struct err *e)
{
	struct running run = {.r = r, .c = all->cases[i], .t = all->targets[i]};
	int status = object_name(r, run.c, e);

	if (status < 0)
		return status;
	progress_begin(&r->progress, run.c->name);
	status = case_measure(&run);
	if (status == 0) {
		tally_add(tally, run.record);
		status = rundir_append(r->dir, run.record, e);
	} else {
		err_set(e, status, "interrupted");
	}
	if (status == 0)
		progress_end(&r->progress, run.record);
	json_decref(run.record);
	return status;
}

/* What a killed run was doing may have left its objects. */
static int resume_clean(struct runner *r, const struct schedule *all, size_t i,
			struct err *e)
{
	struct running run = {.r = r, .c = all->cases[i], .t = all->targets[i]};
	int status = object_name(r, run.c, e);

	if (status == 0)
		leftovers_remove(&run);
	free(steal_pointer(&run.c->object));
	return status;
}

/* A session begins: from the second on, the site makes a fresh one. */
static int session_begin(struct runner *r, struct err *e)
{
	cleanup_free char *text = NULL;
	int status =
		proc_capture(r->site->renew, 10 * COMMAND_LIMIT_MS, &text, e);

	return status < 0 ? err_wrap(e, status, "make a fresh session") : 0;
}

int runner_run(struct rundir *d, const struct schedule *all,
	       const struct site *s, enum progress_mode mode,
	       struct tally *tally, struct err *e)
{
	struct runner r = {.dir = d, .site = s};
	bool clean = !d->resumed;
	unsigned session = 0;
	size_t done = 0;
	int status = 0;

	for (size_t i = 0; i < all->count; i++)
		done += d->done[i];
	progress_init(&r.progress, mode, done, all->count);
	for (size_t i = 0; status == 0 && i < all->count; i++) {
		const struct bench_case *c = all->cases[i];

		if (d->done[i])
			continue;
		if (c->session != session) {
			session = c->session;
			status = session_begin(&r, e);
		}
		if (status == 0 && !clean)
			status = resume_clean(&r, all, i, e);
		clean = true;
		if (status == 0)
			status = case_run(&r, all, i, tally, e);
	}
	progress_finish(&r.progress);
	return status;
}
