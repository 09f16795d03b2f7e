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
#include "case/record.h"
#include "selftest.h"

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
bool rundir_id_ok(const char *id)
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
		      const struct site *s, json_t *cluster, json_t *selftest,
		      struct err *e)
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
	if (selftest)
		json_object_set_new(r, "selftest", selftest);
	record_set_started(r);
	status = rundir_append(d, r, e);
	json_decref(r);
	return status;
}

int rundir_records_open(struct rundir *d, struct err *e)
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
	if (run_id && !rundir_id_ok(run_id))
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
	    (r = rundir_records_open(d, e)) < 0)
		return r;
	return run_record(d, p, s, cluster, selftest_last(results, s->name), e);
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
	json_decref(d->stores);
	*d = (struct rundir){.fd = -1};
}
