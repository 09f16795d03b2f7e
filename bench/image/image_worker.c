/* See image_worker.h. */
#include "image/image_worker.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "image/counters.h"
#include "image/image.h"
#include "image/steps.h"
#include "case/record.h"
#include "units.h"

#define SHORT_LIMIT_S 120

static char *image_name(const char *kind, const char *tag)
{
	char *name;

	return asprintf(&name, "localhost/%s:%s", kind, tag) < 0 ? NULL : name;
}

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
	m->use.jobs = c->jobs;
	if (!m->use.store)
		return err_set(e, -EINVAL, "%s: no store", c->target);
	m->result = image_name("ie-bench", tag);
	m->base = c->base ? image_name("ie-bench-base", tag) : NULL;
	if (c->home_path &&
	    asprintf(&m->home_store, "%s/%s", c->home_path, c->object) < 0)
		m->home_store = NULL;
	if (asprintf(&m->folder, "/tmp/%s", c->object) < 0)
		m->folder = NULL;
	if (!m->folder || asprintf(&m->context, "%s/build", m->folder) < 0)
		m->context = NULL;
	m->use.home_store = m->home_store;
	m->use.home = c->home;
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
	free(m->folder);
	free(m->context);
}

/* Where the kernel's overlay does not work on the store's file system, Podman
 * takes fuse-overlayfs, tells nobody, and keeps that in a file of the store
 * (containers/storage, drivers/overlay). */
static void fallback_find(const struct image *m)
{
	cleanup_free char *path = NULL;
	cleanup_file FILE *f = NULL;
	char word[8] = "";

	if (asprintf(&path, "%s/overlay/.has-mount-program", image_store(m)) <
	    0)
		path = NULL;
	f = path ? fopen(path, "re") : NULL;
	if (f && fgets(word, sizeof(word), f) && strncmp(word, "true", 4) == 0)
		json_object_set_new(m->record, "storage_driver",
				    json_string("fuse-overlayfs"));
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
	if (engine->tool != TOOL_DOCKER)
		fallback_find(m);
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
		json_string(engine->tool == TOOL_DOCKER ? "runc" : "oci"));
	if (storage && strcmp(storage, engine->storage) == 0)
		return 0;
	snprintf(why, sizeof(why),
		 "it uses the storage driver %s where %s was asked for",
		 storage ? storage : "(none)", engine->storage);
	record_fail(m->record, "invalid", why);
	return 0;
}

static void step_take(const char *line, uint64_t t_ns, void *arg)
{
	steps_line(arg, line, t_ns);
}

static int sync_store(const struct image *m, uint64_t *took_ns, struct err *e)
{
	cleanup_fd int fd = open(image_store(m), O_RDONLY | O_CLOEXEC);
	uint64_t start = now_ns();

	if (fd < 0 || syncfs(fd) < 0)
		return err_sys(e, -errno, "%s: sync %s", m->c->target,
			       image_store(m));
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
	r = image_build(m, m->c->cache == CACHE_WARM, step_take, &steps,
			&result, e);
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
		r = store_measure(image_store(m), &bytes[0], &files[0], e);
	if (r == 0)
		r = counters_open(&counters, image_store(m), e);
	if (r == 0)
		r = meet("ready", e);
	record_set_started(m->record);
	if (r == 0)
		r = timed(m, counters, e);
	counters_close(counters);
	if (r == 0)
		r = store_measure(image_store(m), &bytes[1], &files[1], e);
	if (r < 0)
		return r;
	record_set_count(m->record, "store_bytes",
			 bytes[1] > bytes[0] ? bytes[1] - bytes[0] : 0);
	record_set_count(m->record, "store_files",
			 files[1] > files[0] ? files[1] - files[0] : 0);
	r = image_check(m, e);
	if (r == 0 && m->c->syscalls && m->c->block == 0)
		image_count_syscalls(m);
	return r;
}

int image_run(struct bench_case *c, unsigned phases, json_t *record,
	      int (*meet)(const char *say, struct err *), struct err *e)
{
	struct image m = {.c = c, .record = record};
	int r = image_open(&m, e);

	/* Where we were started, a rootless engine's user may have no way to */
	if (r == 0 && chdir("/") < 0)
		r = err_sys(e, -errno, "go to /");
	if (r == 0 && (phases & PHASE_DESCRIBE))
		r = engine_check(&m, e);
	if (r == 0 && (phases & PHASE_PREPARE))
		r = image_prepare(&m, e);
	if (r == 0 && (phases & PHASE_MEASURE))
		r = measure(&m, meet, e);
	if (r == 0 && (phases & PHASE_REMOVE))
		r = phases & PHASE_PREPARE ? image_leave_and_check(&m, e)
					   : image_leave(&m, e);
	image_close(&m);
	return r;
}
