/* See runner.h. */
#include "runner.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "measure.h"
#include "proc.h"

#define RENEW_LIMIT_MS 600000

struct runner {
	struct rundir *dir;
	const struct site *site;
	struct progress progress;
};

static void on_progress(uint64_t operations, void *arg)
{
	struct runner *r = arg;

	progress_tick(&r->progress, operations);
}

static struct measurement measurement(struct runner *r,
				      const struct schedule *all, size_t i)
{
	return (struct measurement){
		.c = all->cases[i],
		.t = all->targets[i],
		.on_progress = on_progress,
		.arg = r,
	};
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
	struct measurement m = measurement(r, all, i);
	int status = object_name(r, m.c, e);

	if (status < 0)
		return status;
	progress_begin(&r->progress, m.c->name);
	status = case_measure(&m);
	if (status == 0) {
		tally_add(tally, m.record);
		status = rundir_append(r->dir, m.record, e);
	} else {
		err_set(e, status, "interrupted");
	}
	if (status == 0)
		progress_end(&r->progress, m.record);
	json_decref(m.record);
	return status;
}

/* What a killed run was doing may have left its objects. */
static int resume_clean(struct runner *r, const struct schedule *all, size_t i,
			struct err *e)
{
	struct measurement m = measurement(r, all, i);
	int status = object_name(r, m.c, e);

	if (status == 0)
		leftovers_remove(&m);
	free(steal_pointer(&m.c->object));
	return status;
}

/* A session begins: from the second on, the site makes a fresh one. */
static int session_begin(struct runner *r, struct err *e)
{
	cleanup_free char *text = NULL;
	int status = proc_capture(r->site->renew, RENEW_LIMIT_MS, &text, e);

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
