/* See runner.h. */
#include "runner.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "measure.h"
#include "proc.h"
#include "setup.h"

#define RENEW_LIMIT_MS 600000

struct runner {
	struct rundir *dir;
	const struct site *site;
	struct progress progress;
	uint64_t *drop_ns; /* of each target of the site */
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
		.drop_ns = &r->drop_ns[all->targets[i] - r->site->targets],
		.on_progress = on_progress,
		.arg = r,
	};
}

static int object_name(struct runner *r, struct bench_case *c, struct err *e)
{
	if (asprintf(&c->object, "ie-bench.%s.s%u.b%u.p%u", r->dir->run_id,
		     rundir_session(r->dir, c), c->block, c->position) >= 0)
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
	m.c->session = rundir_session(r->dir, m.c);
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

/* A case of one small file, whatever is measured there. */
static void case_make_small(struct bench_case *c)
{
	if (c->engine)
		return;
	c->op = bench_op_find("write");
	c->cache = CACHE_NONE;
	c->size_bytes = c->block_bytes = 64u << 10;
	c->depth = c->jobs = c->clients = c->nodes = 1;
	c->ops = 0;
	c->one_folder = c->one_file = c->next = c->flock = c->series = false;
}

static int store_check(const struct rundir *d, const struct bench_case *c,
		       const struct site_target *t, const json_t *then,
		       struct err *e)
{
	struct measurement m = {.t = t};
	int r = case_copy(&m.c, c, e);

	if (r < 0)
		return r;
	case_make_small(m.c);
	if (asprintf(&m.c->object, "ie-bench.%s.setup.%s", d->run_id, t->name) <
	    0) {
		m.c->object = NULL;
		r = err_sys(e, -ENOMEM, "name an object");
	}
	if (r == 0)
		r = case_describe(&m, e);
	if (r == 0)
		r = setup_store_check(t, then, m.record,
				      d->fresh || !d->going_on, e);
	else
		r = err_wrap(e, -EINVAL, "what %s is cannot be asked", t->name);
	json_decref(m.record);
	case_free(m.c);
	return r;
}

int runner_setup_check(const struct rundir *d, const struct schedule *all,
		       struct err *e)
{
	json_auto_t *asked = json_object();
	int r = 0;

	for (size_t i = 0; r == 0 && i < all->count; i++) {
		const struct site_target *t = all->targets[i];
		const json_t *then = json_object_get(d->stores, t->name);

		if (d->done[i] || !then || json_object_get(asked, t->name))
			continue;
		json_object_set_new(asked, t->name, json_true());
		r = store_check(d, all->cases[i], t, then, e);
	}
	return r < 0 ? err_wrap(e, -EINVAL, "resume %s", d->path) : 0;
}

int runner_run(struct rundir *d, const struct schedule *all,
	       const struct site *s, enum progress_mode mode,
	       struct tally *tally, struct err *e)
{
	cleanup_free uint64_t *drop_ns = calloc(s->count, sizeof(*drop_ns));
	struct runner r = {.dir = d, .site = s, .drop_ns = drop_ns};
	bool clean = !d->resumed;
	bool begun = d->going_on || d->fresh; /* the storage is at hand */
	unsigned session = 0;
	int status = 0;

	if (!drop_ns)
		return err_sys(e, -ENOMEM, "run");
	progress_init(&r.progress, mode, all->count - d->left, all->count);
	for (size_t i = 0; status == 0 && i < all->count; i++) {
		const struct bench_case *c = all->cases[i];

		if (d->done[i])
			continue;
		if (c->session != session && !begun)
			status = session_begin(&r, e);
		session = c->session;
		begun = false;
		if (status == 0 && !clean)
			status = resume_clean(&r, all, i, e);
		clean = true;
		if (status == 0)
			status = case_run(&r, all, i, tally, e);
	}
	progress_finish(&r.progress);
	return status;
}
