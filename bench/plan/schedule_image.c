/* A section [image NAME] on the site's engines: cells of kind image. See
 * schedule.h. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "schedule.h"
#include "units.h"

#define WORDS_MOST 32

struct list {
	char *copy;
	const char *words[WORDS_MOST];
	size_t count;
};

struct image_section {
	struct builder *b;
	struct plan *plan;
	const struct conf_entry *at;
	struct list engines, builds, homes, caches, jobs;
	char *base; /* absolute, or NULL */
	bool syscalls;
};

static int fail(const struct image_section *s, const char *key, struct err *e,
		const char *fmt, const char *what)
{
	struct conf_entry *at = conf_get(s->plan->conf, s->at->section, key);

	return conf_error(s->plan->conf, at ? at : s->at, e, fmt, what);
}

static int list_read(struct image_section *s, const char *key,
		     const char *fallback, struct list *l, struct err *e)
{
	struct conf_entry *at = conf_get(s->plan->conf, s->at->section, key);
	const char *text = at ? at->value : fallback;
	char *rest, *word;

	l->copy = text ? strdup(text) : NULL;
	rest = l->copy;
	while (rest && (word = strsep(&rest, ", "))) {
		if (*word && l->count == WORDS_MOST)
			return fail(s, key, e, "%s has too many values", key);
		if (*word)
			l->words[l->count++] = word;
	}
	if (l->count == 0)
		return conf_error(s->plan->conf, at ? at : s->at, e,
				  "[%s] needs %s", s->at->section, key);
	return 0;
}

/* A build is named by its folder's last part. */
static int builds_check(const struct image_section *s, struct err *e)
{
	static const char ok[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

	for (size_t i = 0; i < s->builds.count; i++) {
		const char *path = s->builds.words[i];
		const char *slash = strrchr(path, '/');
		const char *name = slash ? slash + 1 : path;
		cleanup_free char *file = NULL;

		if (!*name || strspn(name, ok) != strlen(name))
			return fail(s, "build", e,
				    "build = %s: a folder named with small "
				    "letters, digits and -",
				    path);
		if (asprintf(&file, "%s/Containerfile", path) < 0)
			return err_sys(e, -ENOMEM, "read the plan");
		if (access(file, R_OK) < 0)
			return fail(s, "build", e,
				    "%s cannot be read; `make images` makes "
				    "those of this suite",
				    file);
	}
	return 0;
}

static int base_read(struct image_section *s, struct err *e)
{
	struct conf_entry *at = conf_get(s->plan->conf, s->at->section, "base");

	if (!at)
		return 0;
	s->base = realpath(at->value, NULL);
	if (s->base && access(s->base, R_OK) == 0)
		return 0;
	return conf_error(s->plan->conf, at, e,
			  "base = %s: %s; `make images` makes that of this "
			  "suite",
			  at->value, strerror(errno));
}

static int syscalls_read(struct image_section *s, struct err *e)
{
	struct conf_entry *at =
		conf_get(s->plan->conf, s->at->section, "syscalls");

	s->syscalls = !at || strcmp(at->value, "yes") == 0;
	if (s->syscalls || strcmp(at->value, "no") == 0)
		return 0;
	return conf_error(s->plan->conf, at, e,
			  "syscalls = %s: allowed: yes, no", at->value);
}

static int caches_check(const struct image_section *s, struct err *e)
{
	for (size_t i = 0; i < s->caches.count; i++)
		if (strcmp(s->caches.words[i], "none") != 0 &&
		    strcmp(s->caches.words[i], "warm") != 0)
			return fail(s, "cache", e,
				    "cache = %s: allowed: none, warm",
				    s->caches.words[i]);
	return 0;
}

static int jobs_check(const struct image_section *s, struct err *e)
{
	uint64_t n;

	for (size_t i = 0; i < s->jobs.count; i++)
		if (count_parse(s->jobs.words[i], 1, CASE_JOBS_MAX, &n) < 0)
			return fail(s, "jobs", e,
				    "jobs = %s: counts of stages that are "
				    "built at once",
				    s->jobs.words[i]);
	return 0;
}

static const char *target_text(const struct site_target *t, const char *key)
{
	return t ? json_string_value(json_object_get(t->options, key)) : NULL;
}

/* Folder of a home and its file system; NULL for local. */
static int home_find(const struct image_section *s, const char *home,
		     const char **path, const char **fstype, struct err *e)
{
	const struct site_target *t = site_find(s->b->site, home);

	*path = *fstype = NULL;
	if (strcmp(home, "local") == 0)
		return 0;
	*path = target_text(t, "path");
	*fstype = target_text(t, "fstype");
	if (*path && **path == '/' && *fstype)
		return 0;
	return fail(s, "home", e,
		    "home = %s: neither local nor a target of the site with "
		    "a mounted path",
		    home);
}

/* What an engine can be asked for: a daemon has its store where it was told
 * to, and Docker's builders decide themselves what they do at once. */
static bool can(const struct engine *engine, const char *home_folder,
		unsigned jobs)
{
	return engine->tool == TOOL_PODMAN || (!home_folder && jobs == 1);
}

static int cell_add(const struct image_section *s, const struct site_target *t,
		    const char *build, const char *cache, const char *home,
		    unsigned jobs, struct err *e)
{
	const char *path, *fstype;
	struct bench_case *c;
	int r = home_find(s, home, &path, &fstype, e);

	if (r < 0)
		return r;
	if (!can(t->engine, path, jobs))
		return 0;
	c = calloc(1, sizeof(*c));
	if (!c)
		return err_sys(e, -ENOMEM, "make the schedule");
	*c = (struct bench_case){
		.target = strdup(t->name),
		.driver = strdup(t->driver),
		.options = json_incref(t->options),
		.engine = t->engine,
		.build = realpath(build, NULL),
		.base = s->base ? strdup(s->base) : NULL,
		.home = strdup(home),
		.home_path = path ? strdup(path) : NULL,
		.home_fstype = path ? strdup(fstype) : NULL,
		.cache = strcmp(cache, "warm") == 0 ? CACHE_WARM : CACHE_NONE,
		.syscalls = s->syscalls,
		.timeout_s = s->plan->timeout_s,
		.clients = 1,
		.nodes = 1,
		.jobs = jobs,
	};
	if (c->target && c->driver && c->build && c->home &&
	    (!s->base || c->base) &&
	    (!path || (c->home_path && c->home_fstype)))
		r = case_name(c, e);
	else
		r = err_sys(e, -ENOMEM, "make the schedule");
	if (r < 0) {
		case_free(c);
		return r;
	}
	return cell_take(s->b, s->plan, s->at, c, t, e);
}

/* Builds x caches x homes x jobs. */
static int engine_cells(const struct image_section *s,
			const struct site_target *t, struct err *e)
{
	size_t all = s->builds.count * s->caches.count * s->homes.count *
		     s->jobs.count;
	int r = 0;

	for (size_t i = 0; r == 0 && i < all; i++) {
		size_t k = i;
		const char *jobs = s->jobs.words[k % s->jobs.count];
		const char *home =
			s->homes.words[(k /= s->jobs.count) % s->homes.count];
		const char *cache =
			s->caches
				.words[(k /= s->homes.count) % s->caches.count];

		k /= s->caches.count;
		r = cell_add(s, t, s->builds.words[k], cache, home,
			     (unsigned)atoi(jobs), e);
	}
	return r;
}

static int named_cells(const struct image_section *s, const char *name,
		       struct err *e)
{
	bool all = strcmp(name, "*") == 0, any = false;
	const struct site *site = s->b->site;
	char allowed[600] = "*";
	int r = 0;

	for (size_t i = 0; r == 0 && i < site->count; i++) {
		const struct site_target *t = &site->targets[i];
		size_t n = strlen(allowed);

		if (!t->engine)
			continue;
		snprintf(allowed + n, sizeof(allowed) - n, ", %s", t->name);
		if (!all && strcmp(name, t->name) != 0)
			continue;
		any = true;
		r = engine_cells(s, t, e);
	}
	if (any)
		return r;
	return conf_error(s->plan->conf, s->at, e,
			  "unknown engine %s; %s has: %s", name,
			  site->conf->path, allowed);
}

int image_cells(struct builder *b, struct plan *p, const struct conf_entry *at,
		struct err *e)
{
	struct image_section s = {.b = b, .plan = p, .at = at};
	int r;

	if ((r = list_read(&s, "engines", NULL, &s.engines, e)) == 0 &&
	    (r = list_read(&s, "build", NULL, &s.builds, e)) == 0 &&
	    (r = list_read(&s, "cache", "none", &s.caches, e)) == 0 &&
	    (r = list_read(&s, "home", "local", &s.homes, e)) == 0 &&
	    (r = list_read(&s, "jobs", "1", &s.jobs, e)) == 0 &&
	    (r = syscalls_read(&s, e)) == 0 && (r = base_read(&s, e)) == 0 &&
	    (r = caches_check(&s, e)) == 0 && (r = jobs_check(&s, e)) == 0)
		r = builds_check(&s, e);
	for (size_t i = 0; r == 0 && i < s.engines.count; i++)
		r = named_cells(&s, s.engines.words[i], e);
	free(s.engines.copy);
	free(s.builds.copy);
	free(s.homes.copy);
	free(s.jobs.copy);
	free(s.caches.copy);
	free(s.base);
	return r;
}
