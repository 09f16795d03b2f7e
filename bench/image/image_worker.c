/* See image_worker.h. */
#include "image/image_worker.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "image/command_run.h"
#include "image/counters.h"
#include "image/steps.h"
#include "record.h"
#include "units.h"

/* Databases of an engine grow by pages that it keeps; images are larger. */
#define STORE_SLACK_BYTES (4u << 20)
#define SHORT_LIMIT_S 120
/* Room for what a build itself makes. */
#define BUILD_BYTES (UINT64_C(1) << 30)

struct image {
	struct bench_case *c;
	json_t *record;
	struct engine_use use;
	char *base, *result; /* names of the two images; base may be NULL */
	char *home_store;
	char *context; /* a copy of the build's folder that every user reads */
	uint64_t clean_bytes; /* of the store before anything was done */
};

static int image_open(struct image *m, struct err *e)
{
	const struct bench_case *c = m->c;
	/* A tag may hold what an object's name may. */
	const char *tag = strncmp(c->object, "ie-bench.", 9) == 0
				  ? c->object + 9
				  : c->object;

	m->use.engine = c->engine;
	m->use.options = c->options;
	m->use.store = json_string_value(json_object_get(c->options, "store"));
	if (!m->use.store)
		return err_set(e, -EINVAL, "%s: no store", c->target);
	if (asprintf(&m->result, "localhost/ie-bench:%s", tag) < 0)
		m->result = NULL;
	if (c->base &&
	    asprintf(&m->base, "localhost/ie-bench-base:%s", tag) < 0)
		m->base = NULL;
	if (c->home_path &&
	    asprintf(&m->home_store, "%s/%s", c->home_path, c->object) < 0)
		m->home_store = NULL;
	if (asprintf(&m->context, "/tmp/%s", c->object) < 0)
		m->context = NULL;
	m->use.home_store = m->home_store;
	if (!m->result || !m->context || (c->base && !m->base) ||
	    (c->home_path && !m->home_store))
		return err_sys(e, -ENOMEM, "%s: name an image", c->target);
	return 0;
}

static void image_close(struct image *m)
{
	free(m->base);
	free(m->result);
	free(m->home_store);
	free(m->context);
}

static const char *store_of(const struct image *m)
{
	return m->home_store ? m->home_store : m->use.store;
}

/* Runs what one of engine.h's functions wrote. */
static int run_words(struct image *m, struct words *w, const char *doing,
		     struct err *e)
{
	struct command_result result;
	char what[160];
	int r = 0;

	snprintf(what, sizeof(what), "%s: %s", m->c->target, doing);
	if (w->n > 0)
		r = command_run(w, m->c->timeout_s, what, NULL, NULL, &result,
				e);
	words_free(w);
	return r;
}

/* Reads back what the engine is, and holds it against its row. */
static int engine_check(struct image *m, struct err *e)
{
	const struct engine *engine = m->use.engine;
	cleanup_free char *answer = NULL;
	struct words w = {.n = 0};
	const char *storage;
	char what[160], why[200];
	int r = engine_info(&w, &m->use, e);

	snprintf(what, sizeof(what), "%s: ask what it is", m->c->target);
	if (r == 0)
		r = command_capture(&w, SHORT_LIMIT_S, what, &answer, e);
	words_free(&w);
	if (r == 0)
		r = engine_info_read(engine, answer, m->record, e);
	if (r < 0)
		return r;
	if (engine->rootless &&
	    json_integer_value(json_object_get(m->record, "mapped_ids")) < 2)
		return err_set(
			e, -EPERM,
			"%s: its user has no subordinate ids: containers "
			"would have one user",
			m->c->target);
	storage =
		json_string_value(json_object_get(m->record, "storage_driver"));
	json_object_set_new(
		m->record, "isolation",
		json_string(engine->tool == TOOL_PODMAN ? "oci" : "runc"));
	if (storage && strcmp(storage, engine->storage) == 0)
		return 0;
	snprintf(why, sizeof(why),
		 "it uses the storage driver %s where %s was asked for",
		 storage ? storage : "(none)", engine->storage);
	record_fail(m->record, "invalid", why);
	return 0;
}

/* A home of the case's own, so that it can be removed as a whole. */
static int home_make(struct image *m, struct err *e)
{
	const char *user =
		json_string_value(json_object_get(m->c->options, "user"));
	const struct passwd *pw = user ? getpwnam(user) : NULL;

	if (!m->home_store)
		return 0;
	if (mkdir(m->home_store, 0700) < 0)
		return err_sys(e, -errno, "%s: make %s", m->c->target,
			       m->home_store);
	if (pw && chown(m->home_store, pw->pw_uid, pw->pw_gid) < 0)
		return err_sys(e, -errno, "%s: give %s to %s", m->c->target,
			       m->home_store, user);
	return 0;
}

static int build(struct image *m, bool cached,
		 void (*fn)(const char *, uint64_t, void *), void *arg,
		 struct command_result *result, struct err *e)
{
	struct words w = {.n = 0};
	char what[160];
	int r;

	snprintf(what, sizeof(what), "%s: build %s", m->c->target, m->c->build);
	r = engine_build(&w, &m->use, m->context, m->base, m->result, cached,
			 e);
	if (r == 0)
		r = command_run(&w, m->c->timeout_s, what, fn, arg, result, e);
	words_free(&w);
	return r;
}

/* What a build can take at most: vfs copies everything below a layer into it,
 * the others keep what is new. */
static int space_check(const struct image *m, struct err *e)
{
	cleanup_free char *file = NULL;
	unsigned layers = 2;
	struct stat base = {.st_size = 0};
	uint64_t needed, available;
	int r;

	if (asprintf(&file, "%s/Containerfile", m->c->build) < 0)
		return err_sys(e, -ENOMEM, "%s: look for space", m->c->target);
	if (m->c->base && stat(m->c->base, &base) < 0)
		return err_sys(e, -errno, "%s: read %s", m->c->target,
			       m->c->base);
	if (strcmp(m->use.engine->storage, "vfs") == 0)
		layers += steps_count(file);
	r = store_space(m->home_store ? m->c->home_path : m->use.store,
			&available, e);
	if (r < 0)
		return err_wrap(e, r, "%s", m->c->target);
	needed = (uint64_t)base.st_size * layers + BUILD_BYTES;
	if (available >= needed)
		return 0;
	return err_set(e, -ENOSPC,
		       "%s: too little space: %llu bytes needed, %llu free",
		       m->c->target, (unsigned long long)needed,
		       (unsigned long long)available);
}

/* The context is read from the page cache by every engine alike. */
static int context_copy(struct image *m, struct err *e)
{
	struct words w = {.n = 0};

	if (mkdir(m->context, 0755) < 0 || chmod(m->context, 0755) < 0)
		return err_sys(e, -errno, "%s: make %s", m->c->target,
			       m->context);
	words_add(&w, "/bin/sh");
	words_add(&w, "-c");
	words_add(&w, "cp -R \"$0/.\" \"$1\" && chmod -R a+rX \"$1\"");
	words_add(&w, "%s", m->c->build);
	words_add(&w, "%s", m->context);
	return run_words(m, &w, "copy the build's folder", e);
}

static int prepare(struct image *m, struct err *e)
{
	struct command_result result;
	struct words w = {.n = 0};
	uint64_t files;
	int r = store_measure(store_of(m), &m->clean_bytes, &files, e);

	if (r == 0)
		r = space_check(m, e);
	if (r == 0)
		r = context_copy(m, e);
	if (r == 0)
		r = home_make(m, e);
	if (r == 0 && m->base) {
		r = engine_load(&w, &m->use, m->c->base, m->base, e);
		if (r == 0)
			r = run_words(m, &w, "load the base image", e);
		words_free(&w);
	}
	if (r == 0 && m->c->cache == CACHE_WARM)
		r = build(m, true, NULL, NULL, &result, e);
	return r;
}

static void step_take(const char *line, uint64_t t_ns, void *arg)
{
	steps_line(arg, line, t_ns);
}

static int sync_store(const struct image *m, uint64_t *took_ns, struct err *e)
{
	cleanup_fd int fd = open(store_of(m), O_RDONLY | O_CLOEXEC);
	uint64_t start = now_ns();

	if (fd < 0 || syncfs(fd) < 0)
		return err_sys(e, -errno, "%s: sync %s", m->c->target,
			       store_of(m));
	*took_ns = now_ns() - start;
	return 0;
}

/* The build and the sync after it, with everything that counts around them. */
static int timed(struct image *m, struct counters *counters, struct err *e)
{
	struct command_result result;
	struct steps steps = {.now = STEP_NONE};
	uint64_t sync_ns = 0;
	int r;

	/* What was written before is not this build's to sync. */
	sync();
	counters_start(counters);
	r = build(m, m->c->cache == CACHE_WARM, step_take, &steps, &result, e);
	counters_stop(counters);
	if (r == 0)
		r = sync_store(m, &sync_ns, e);
	if (r < 0)
		return r;
	counters_record(counters, m->record);
	steps_end(&steps, result.end_ns);
	record_set_count(m->record, "wall_ns", result.end_ns - result.start_ns);
	record_set_count(m->record, "sync_ns", sync_ns);
	if (steps_known(&steps)) {
		record_set_count(m->record, "run_ns", steps.run_ns);
		record_set_count(m->record, "copy_ns", steps.copy_ns);
		record_set_count(m->record, "commit_ns", steps.commit_ns);
	}
	return 0;
}

static int measure(struct image *m, int (*meet)(const char *say, struct err *),
		   struct err *e)
{
	struct counters *counters = NULL;
	uint64_t bytes[2], files[2];
	int r = engine_check(m, e);

	if (r == 0)
		r = store_measure(store_of(m), &bytes[0], &files[0], e);
	if (r == 0)
		r = counters_open(&counters, store_of(m), e);
	if (r == 0)
		r = meet("ready", e);
	record_set_started(m->record);
	if (r == 0)
		r = timed(m, counters, e);
	counters_close(counters);
	if (r == 0)
		r = store_measure(store_of(m), &bytes[1], &files[1], e);
	if (r < 0)
		return r;
	record_set_count(m->record, "store_bytes",
			 bytes[1] > bytes[0] ? bytes[1] - bytes[0] : 0);
	record_set_count(m->record, "store_files",
			 files[1] > files[0] ? files[1] - files[0] : 0);
	return 0;
}

static int entry_remove(const char *path, const struct stat *st, int kind,
			struct FTW *ftw)
{
	(void)st, (void)kind, (void)ftw;
	return remove(path) < 0 && errno != ENOENT ? -1 : 0;
}

/* What is not there is removed already. */
static int remove_image(struct image *m, const char *name, struct err *e)
{
	struct words w = {.n = 0};
	int r = engine_remove(&w, &m->use, name, e);

	if (r == 0)
		r = run_words(m, &w, "remove an image", e);
	words_free(&w);
	if (r == -EIO && (strstr(e->msg, "No such image") ||
			  strstr(e->msg, "image not known")))
		r = 0;
	return r;
}

static int tree_remove(struct image *m, const char *path, struct err *e)
{
	if (nftw(path, entry_remove, 64, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) <
		    0 &&
	    errno != ENOENT)
		return err_sys(e, -errno, "%s: remove %s", m->c->target, path);
	return 0;
}

/* Everything of this case, whether or not it was made. The first thing that
 * goes wrong is the reason; the rest is tried all the same. */
static int leave(struct image *m, struct err *e)
{
	struct err ignored, *why = e;
	struct words w = {.n = 0};
	int r = 0, one;

#define TRY(call)                                                              \
	((one = (call)) < 0 && r == 0 ? (r = one, why = &ignored, 0) : 0)
	TRY(remove_image(m, m->result, why));
	if (m->base)
		TRY(remove_image(m, m->base, why));
	TRY(engine_prune(&w, &m->use, why));
	if (w.n > 0)
		TRY(run_words(m, &w, "empty the build cache", why));
	words_free(&w);
	TRY(tree_remove(m, m->context, why));
	if (m->home_store)
		TRY(tree_remove(m, m->home_store, why));
#undef TRY
	return r;
}

/* After a measurement the store must be what it was before. */
static int leave_and_check(struct image *m, struct err *e)
{
	uint64_t bytes, files;
	char why[200];
	int r = leave(m, e);

	if (r == 0)
		r = store_measure(store_of(m), &bytes, &files, e);
	if (r < 0 || bytes <= m->clean_bytes + STORE_SLACK_BYTES)
		return r;
	snprintf(why, sizeof(why),
		 "the store has kept %llu bytes of this build",
		 (unsigned long long)(bytes - m->clean_bytes));
	record_fail(m->record, "invalid", why);
	return 0;
}

int image_run(struct bench_case *c, unsigned phases, json_t *record,
	      int (*meet)(const char *say, struct err *), struct err *e)
{
	struct image m = {.c = c, .record = record};
	int r = image_open(&m, e);

	/* Where we were started, a rootless engine's user may have no way to */
	if (r == 0 && chdir("/") < 0)
		r = err_sys(e, -errno, "go to /");
	if (r == 0 && (phases & PHASE_PREPARE))
		r = prepare(&m, e);
	if (r == 0 && (phases & PHASE_MEASURE))
		r = measure(&m, meet, e);
	if (r == 0 && (phases & PHASE_REMOVE))
		r = phases & PHASE_PREPARE ? leave_and_check(&m, e)
					   : leave(&m, e);
	image_close(&m);
	return r;
}
