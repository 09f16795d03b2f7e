/* A run's folder, opened again: see rundir.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>
#include <unistd.h>

#include "cleanup.h"
#include "jsonl.h"
#include "case/record.h"
#include "rundir.h"
#include "setup.h"

struct first {
	const struct plan *p;
	const struct site *s;
	struct rundir *d;
};

static const char *text_of(const json_t *o, const char *key)
{
	const char *v = json_string_value(json_object_get(o, key));

	return v ? v : "";
}

static int first_record(json_t *o, size_t line, void *arg, struct err *e)
{
	struct first *f = arg;

	if (line != 1)
		return 1; /* seen enough */
	if (strcmp(text_of(o, "record"), "run") != 0 ||
	    strcmp(text_of(o, "schema"), RECORD_SCHEMA) != 0)
		return err_set(e, -EINVAL, "line 1 is not a run record of %s",
			       RECORD_SCHEMA);
	if (strcmp(text_of(o, "plan_sha256"), f->p->sha256) != 0)
		return err_set(e, -EINVAL,
			       "it was made from another plan (%s, or %s has "
			       "changed since)",
			       text_of(o, "plan"), f->p->conf->path);
	if (strcmp(text_of(o, "site"), f->s->name) != 0)
		return err_set(e, -EINVAL, "it was made on another site (%s)",
			       text_of(o, "site"));
	f->d->run_id = strdup(text_of(o, "run_id"));
	f->d->seed = (uint64_t)json_integer_value(json_object_get(o, "seed"));
	if (!f->d->run_id || !rundir_id_ok(f->d->run_id))
		return err_set(e, -EINVAL, "invalid run_id in its run record");
	return setup_check(o, f->s, f->d->fresh, e);
}

static int records_read(const char *dir,
			int (*fn)(json_t *, size_t, void *, struct err *),
			void *arg, struct err *e)
{
	cleanup_free char *path = NULL;
	int r;

	if (asprintf(&path, "%s/records.jsonl", dir) < 0)
		return err_sys(e, -ENOMEM, "read %s", dir);
	r = jsonl_each(path, fn, arg, e);
	return r < 0 ? r : 0;
}

int rundir_resume(struct rundir *d, const char *path, bool fresh,
		  const struct plan *p, const struct site *s, struct err *e)
{
	struct first f = {p, s, d};
	cleanup_free char *file = NULL;
	int r;

	*d = (struct rundir){.fd = -1, .resumed = true, .fresh = fresh};
	d->path = strdup(path);
	if (!d->path || asprintf(&file, "%s/records.jsonl", path) < 0)
		return err_sys(e, -ENOMEM, "resume %s", path);
	/* Never makes the file: a folder that is no run stays as it is. */
	if (access(file, R_OK | W_OK) < 0)
		return err_sys(e, -errno, "resume %s", file);
	r = rundir_records_open(d, e);
	if (r == 0)
		r = records_read(path, first_record, &f, e);
	if (r == 0 && !d->run_id)
		r = err_set(e, -EINVAL, "it holds no record");
	return r < 0 ? err_wrap(e, r, "resume %s", path) : 0;
}

struct matcher {
	struct rundir *d;
	const struct schedule *all;
	size_t next;	   /* records are in the order of the cases */
	unsigned sessions; /* of the plan */
	unsigned last;	   /* the highest in the records */
	bool *begun;	   /* by the plan's session: whether it has samples */
};

static int match_record(json_t *o, size_t line, void *arg, struct err *e)
{
	struct matcher *m = arg;
	json_int_t session = json_integer_value(json_object_get(o, "session"));
	json_int_t block = json_integer_value(json_object_get(o, "block"));
	json_int_t pos = json_integer_value(json_object_get(o, "position"));

	if (strcmp(text_of(o, "record"), "sample") != 0)
		return 0;
	for (size_t k = 0; session >= 0 && k < m->all->count; k++) {
		size_t i = (m->next + k) % m->all->count;
		const struct bench_case *c = m->all->cases[i];

		if (c->session != session % m->sessions || c->block != block ||
		    c->position != pos ||
		    strcmp(c->name, text_of(o, "case")) != 0)
			continue;
		m->next = i + 1;
		m->d->left -= !m->d->done[i];
		m->d->done[i] = true;
		m->begun[c->session] = true;
		m->last = MAX(m->last, (unsigned)session);
		if (json_object_get(o, "store") || json_object_get(o, "engine"))
			json_object_set(m->d->stores, c->target, o);
		return 0;
	}
	return err_set(e, -EINVAL,
		       "%s/records.jsonl:%zu: %s is not a case of this plan "
		       "on this site",
		       m->d->path, line, text_of(o, "case"));
}

/* Sessions of fresh storage are numbered after all that are there; without it
 * the last numbering goes on. */
static void sessions_number(struct rundir *d, const struct matcher *m)
{
	unsigned round = m->last / m->sessions;

	for (size_t i = 0; i < m->all->count; i++)
		if (!d->done[i]) {
			d->going_on = m->begun[m->all->cases[i]->session];
			break;
		}
	d->base = (round + (d->fresh && d->going_on)) * m->sessions;
}

int rundir_match(struct rundir *d, const struct schedule *all,
		 const struct plan *p, struct err *e)
{
	struct matcher m = {.d = d, .all = all, .sessions = p->sessions};
	cleanup_free bool *begun = calloc(p->sessions, sizeof(*begun));
	int r;

	m.begun = begun;
	d->left = all->count;
	d->done = calloc(all->count, sizeof(*d->done));
	d->stores = json_object();
	if (!d->done || !d->stores || !begun)
		return err_sys(e, -ENOMEM, "resume %s", d->path);
	if (!d->resumed)
		return 0;
	r = records_read(d->path, match_record, &m, e);
	if (r == 0)
		sessions_number(d, &m);
	return r;
}

unsigned rundir_session(const struct rundir *d, const struct bench_case *c)
{
	return d->base + c->session;
}
