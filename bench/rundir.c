/* See rundir.h. */
#include "rundir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cleanup.h"
#include "host.h"
#include "jsonl.h"
#include "proc.h"
#include "record.h"

#define DESCRIBE_LIMIT_MS 30000

static char *default_id(const char *plan)
{
	time_t t = time(NULL);
	struct tm tm;
	char stamp[32];
	unsigned word = 0;
	char *id;

	gmtime_r(&t, &tm);
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &tm);
	if (getrandom(&word, sizeof(word), 0) < 0)
		word = (unsigned)getpid();
	if (asprintf(&id, "%s-%s-%04x", stamp, plan, word & 0xffff) < 0)
		return NULL;
	return id;
}

/* The id becomes a folder's name and part of every object's name. */
static bool id_ok(const char *id)
{
	static const char ok[] = "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

	return *id && strspn(id, ok) == strlen(id) && id[0] != '.' &&
	       id[0] != '-' && strlen(id) <= 80;
}

static int file_copy(const char *from, const char *dir, const char *name,
		     struct err *e)
{
	cleanup_file FILE *in = fopen(from, "re");
	cleanup_file FILE *out = NULL;
	cleanup_free char *to = NULL;
	char buf[4096];
	size_t n;

	if (asprintf(&to, "%s/%s", dir, name) < 0)
		to = NULL;
	out = to ? fopen(to, "wxe") : NULL;
	if (!in || !out)
		return err_sys(e, -errno, "copy %s to %s", from, dir);
	while ((n = fread(buf, 1, sizeof(buf), in)) > 0)
		if (fwrite(buf, 1, n, out) != n)
			return err_sys(e, -errno, "copy %s to %s", from, dir);
	return fflush(out) == 0 ? 0 : err_sys(e, -errno, "copy %s", from);
}

/* What the site says of its cluster; null when it has no such command. */
static int cluster_describe(const struct site *s, json_t **out, struct err *e)
{
	cleanup_free char *text = NULL;
	json_error_t why;
	int r;

	*out = json_null();
	if (!s->describe)
		return 0;
	r = proc_capture(s->describe, DESCRIBE_LIMIT_MS, &text, e);
	if (r < 0)
		return err_wrap(e, r, "describe the site");
	*out = json_loads(text, 0, &why);
	if (!json_is_object(*out)) {
		json_decref(*out);
		*out = json_null();
		return err_set(e, -EINVAL,
			       "describe the site: %s: printed no JSON object",
			       s->describe);
	}
	return 0;
}

static int run_record(struct rundir *d, const struct plan *p,
		      const struct site *s, json_t *cluster, struct err *e)
{
	json_t *r;
	int status;

	r = json_pack("{ss ss ss ss ss ss sI sI sI so sO so so}", "record",
		      "run", "schema", RECORD_SCHEMA, "run_id", d->run_id,
		      "plan", p->name, "plan_sha256", p->sha256, "site",
		      s->name, "seed", (json_int_t)d->seed, "blocks",
		      (json_int_t)p->blocks, "sessions",
		      (json_int_t)p->sessions, "host", host_describe(),
		      "cluster", cluster, "versions", host_versions(),
		      "targets", site_targets_json(s));
	record_set_started(r);
	status = rundir_append(d, r, e);
	json_decref(r);
	return status;
}

static int records_open(struct rundir *d, struct err *e)
{
	cleanup_free char *path = NULL;

	if (asprintf(&path, "%s/records.jsonl", d->path) < 0)
		return err_sys(e, -ENOMEM, "open %s", d->path);
	d->fd = jsonl_open(path, e);
	return d->fd < 0 ? d->fd : 0;
}

int rundir_create(struct rundir *d, const char *results, const char *run_id,
		  const struct plan *p, const struct site *s, uint64_t seed,
		  struct err *e)
{
	json_auto_t *cluster = NULL;
	int r;

	*d = (struct rundir){.fd = -1, .seed = seed};
	if (run_id && !id_ok(run_id))
		return err_set(e, -EINVAL,
			       "run id %s: letters, digits, - _ and . only, "
			       "at most 80",
			       run_id);
	d->run_id = run_id ? strdup(run_id) : default_id(p->name);
	if (!d->run_id || asprintf(&d->path, "%s/%s", results, d->run_id) < 0) {
		d->path = NULL;
		return err_sys(e, -ENOMEM, "make a run folder");
	}
	r = cluster_describe(s, &cluster, e);
	if (r < 0)
		return r;
	if (mkdir(results, 0777) < 0 && errno != EEXIST)
		return err_sys(e, -errno, "make %s", results);
	if (mkdir(d->path, 0777) < 0)
		return err_sys(e, -errno, "make the run folder %s", d->path);
	if ((r = file_copy(p->conf->path, d->path, "plan.ini", e)) < 0 ||
	    (r = file_copy(s->conf->path, d->path, "site.ini", e)) < 0 ||
	    (r = records_open(d, e)) < 0)
		return r;
	return run_record(d, p, s, cluster, e);
}

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
		return err_set(e, -EINVAL, "line 1 is no run record of %s",
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
	return f->d->run_id && id_ok(f->d->run_id)
		       ? 0
		       : err_set(e, -EINVAL, "its run_id is no run id");
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

int rundir_resume(struct rundir *d, const char *path, const struct plan *p,
		  const struct site *s, struct err *e)
{
	struct first f = {p, s, d};
	cleanup_free char *file = NULL;
	int r;

	*d = (struct rundir){.fd = -1, .resumed = true};
	d->path = strdup(path);
	if (!d->path || asprintf(&file, "%s/records.jsonl", path) < 0)
		return err_sys(e, -ENOMEM, "resume %s", path);
	/* Never makes the file: a folder that is no run stays as it is. */
	if (access(file, R_OK | W_OK) < 0)
		return err_sys(e, -errno, "resume %s", file);
	r = records_open(d, e);
	if (r == 0)
		r = records_read(path, first_record, &f, e);
	if (r == 0 && !d->run_id)
		r = err_set(e, -EINVAL, "it holds no record");
	return r < 0 ? err_wrap(e, r, "resume %s", path) : 0;
}

struct matcher {
	struct rundir *d;
	const struct schedule *all;
};

static int match_record(json_t *o, size_t line, void *arg, struct err *e)
{
	struct matcher *m = arg;
	json_int_t session = json_integer_value(json_object_get(o, "session"));
	json_int_t block = json_integer_value(json_object_get(o, "block"));
	json_int_t pos = json_integer_value(json_object_get(o, "position"));

	if (strcmp(text_of(o, "record"), "sample") != 0)
		return 0;
	for (size_t i = 0; i < m->all->count; i++) {
		const struct bench_case *c = m->all->cases[i];

		if (c->session == session && c->block == block &&
		    c->position == pos &&
		    strcmp(c->name, text_of(o, "case")) == 0) {
			m->d->done[i] = true;
			return 0;
		}
	}
	return err_set(e, -EINVAL,
		       "%s/records.jsonl:%zu: %s is not a case of this plan "
		       "on this site",
		       m->d->path, line, text_of(o, "case"));
}

int rundir_match(struct rundir *d, const struct schedule *all, struct err *e)
{
	struct matcher m = {d, all};

	d->done = calloc(all->count, sizeof(*d->done));
	if (!d->done)
		return err_sys(e, -ENOMEM, "resume %s", d->path);
	return d->resumed ? records_read(d->path, match_record, &m, e) : 0;
}

int rundir_append(struct rundir *d, const json_t *record, struct err *e)
{
	int r = jsonl_append(d->fd, record, e);

	return r < 0 ? err_wrap(e, r, "%s/records.jsonl", d->path) : 0;
}

void rundir_close(struct rundir *d)
{
	cleanup_fd_fn(&d->fd);
	free(d->path);
	free(d->run_id);
	free(d->done);
	*d = (struct rundir){.fd = -1};
}
