/* A section [storage NAME] on the site's targets: cells of kind storage. See
 * schedule.h. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "cleanup.h"
#include "schedule.h"
#include "section.h"

#define CELLS_MAX 10000u
#define AXES 7u
#define SECTOR 512u

/* The kernel takes O_DIRECT in whole sectors only; some disks have 4 KiB. */
static int direct_check(const struct bench_case *c, struct err *e)
{
	const char *direct =
		json_string_value(json_object_get(c->options, "direct"));

	if (!direct || strcmp(direct, "yes") != 0 ||
	    (c->block_bytes % SECTOR == 0 && c->size_bytes % SECTOR == 0))
		return 0;
	return err_set(e, -EINVAL,
		       "direct I/O (direct = yes) moves whole sectors: block "
		       "and size must be multiples of %u",
		       SECTOR);
}

static int cell_add(struct builder *b, struct section *s,
		    const struct site_target *t, const uint64_t v[AXES],
		    struct err *e)
{
	struct bench_case *c = calloc(1, sizeof(*c));
	struct err why;
	int r;

	if (!c)
		return err_sys(e, -ENOMEM, "make the schedule");
	*c = (struct bench_case){
		.target = strdup(t->name),
		.driver = strdup(t->driver),
		.options = json_incref(t->options),
		.op = s->op,
		.size_bytes = v[0],
		.block_bytes = v[1],
		.depth = (unsigned)v[2],
		.jobs = (unsigned)v[3],
		.cache = (enum cache_state)v[4],
		.clients = (unsigned)v[5],
		.nodes = (unsigned)v[6],
		.one_folder = s->one_folder,
		.one_file = s->one_file,
		.next = s->next,
		.flock = s->flock,
		.ops = s->ops,
		.zero = s->zero,
		.verify_all = s->verify_all,
		.series = s->series,
		.timeout_s = s->plan->timeout_s,
	};
	r = c->target && c->driver ? case_name(c, &why) : -ENOMEM;
	if (r == 0)
		r = case_check(c, &why);
	if (r == 0)
		r = direct_check(c, &why);
	if (r == 0 && c->depth > 1 && !(t->ops->caps & STORAGE_ASYNC))
		r = err_set(&why, -EINVAL, "driver %s has no depth above 1",
			    t->driver);
	if (r == 0 && c->clients > CASE_LAUNCHES_MAX && !t->ranked)
		r = err_set(&why, -EINVAL,
			    "more than %u clients take a launch of MPI with "
			    "{clients}",
			    CASE_LAUNCHES_MAX);
	if (r < 0) {
		conf_error(s->plan->conf, s->at, e, "[%s]: %s: %s", s->name,
			   c->name ? c->name : t->name, why.msg);
		case_free(c);
		return r;
	}
	return cell_take(b, s->plan, s->at, c, t, e);
}

static void note_add(struct builder *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void note_add(struct builder *b, const char *fmt, ...)
{
	size_t n = strlen(b->notes);
	char line[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (!strstr(b->notes, line))
		snprintf(b->notes + n, b->notes_size - n, "%s", line);
}

static bool is_nfs(const struct site_target *t)
{
	const char *type =
		json_string_value(json_object_get(t->options, "fstype"));

	return type && strncmp(type, "nfs", 3) == 0;
}

/* Cells that a target is not made for are left out, and that is said. */
static bool target_fits(struct builder *b, const struct section *s,
			const struct site_target *t, const uint64_t v[AXES])
{
	char has[32];

	if (s->op->play && !(t->ops->caps & STORAGE_SHARED)) {
		note_add(b, "%s: %s left out: driver %s does not share\n",
			 t->name, s->op->name, t->driver);
		return false;
	}
	if (s->one_file && !(t->ops->caps & STORAGE_PARTS)) {
		note_add(b, "%s: a shared file left out: driver %s has none\n",
			 t->name, t->driver);
		return false;
	}
	if (s->op->cut && (!t->cut || t->ops->caps & STORAGE_NO_DATA)) {
		note_add(b, "%s: %s left out: %s\n", t->name, s->op->name,
			 t->cut ? "it stores nothing" : "it has no cut");
		return false;
	}
	if (s->op->play && s->op->play != PLAY_CREATE && !s->flock &&
	    v[6] > 1 && is_nfs(t)) {
		note_add(b,
			 "%s: %s on nodes left out: what one writes NFS shows "
			 "another only under a lock (lock = flock)\n",
			 t->name, s->op->name);
		return false;
	}
	if (v[6] > t->nodes && !t->spread) {
		snprintf(has, sizeof(has), "it has %u", t->nodes);
		note_add(b, "%s: %llu nodes left out: %s\n", t->name,
			 (unsigned long long)v[6],
			 t->ranked ? "its launch does not say {nodes}" : has);
		return false;
	}
	return true;
}

/* So many clients are on at most that many nodes, because none is without one.
 * 0: another number of nodes says the same. */
static uint64_t nodes_used(const struct axis *nodes, uint64_t most,
			   uint64_t clients)
{
	uint64_t n = MIN(most, clients);

	for (size_t i = 0; i < nodes->count; i++)
		if (nodes->values[i] < most &&
		    MIN(nodes->values[i], clients) == n)
			return 0;
	return n;
}

/* All combinations of a section's values on one target. */
static int target_cells(struct builder *b, struct section *s,
			const struct site_target *t, struct err *e)
{
	const struct axis *axes[AXES] = {&s->sizes, &s->block, &s->depth,
					 &s->jobs,  &s->cache, &s->clients,
					 &s->nodes};
	size_t total = 1;

	for (size_t i = 0; i < AXES; i++)
		total *= axes[i]->count;
	if (total > CELLS_MAX - b->out->count)
		return conf_error(s->plan->conf, s->at, e,
				  "[%s]: more than %u cells in this plan",
				  s->name, CELLS_MAX);
	for (size_t k = 0; k < total; k++) {
		uint64_t v[AXES];
		size_t rest = k;
		int r;

		for (size_t i = 0; i < AXES; i++) {
			v[i] = axes[i]->values[rest % axes[i]->count];
			rest /= axes[i]->count;
		}
		if (!target_fits(b, s, t, v))
			continue;
		v[6] = nodes_used(&s->nodes, v[6], v[5]);
		r = v[6] ? cell_add(b, s, t, v, e) : 0;
		if (r < 0)
			return r;
	}
	return 0;
}

/* `*`: every target that is no limit; `@limits`: every one that is. */
static int group_cells(struct builder *b, struct section *s, bool limits,
		       struct err *e)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < b->site->count; i++) {
		const struct site_target *t = &b->site->targets[i];

		if (t->is_limit != limits || t->engine)
			continue;
		if (!t->ops)
			note_add(b, "%s: left out: %s\n", t->name, t->missing);
		else
			r = target_cells(b, s, t, e);
	}
	return r;
}

static int named_cells(struct builder *b, struct section *s,
		       const struct conf_entry *at, const char *name,
		       struct err *e)
{
	const struct site_target *t = site_find(b->site, name);
	char allowed[400] = "*, @limits";

	if (t && t->ops)
		return target_cells(b, s, t, e);
	if (t)
		return conf_error(s->plan->conf, at, e,
				  "target %s: driver %s: %s", name, t->driver,
				  t->engine ? "it builds images; it stores "
					      "no files"
					    : t->missing);
	for (size_t i = 0; i < b->site->count; i++) {
		size_t n = strlen(allowed);

		snprintf(allowed + n, sizeof(allowed) - n, ", %s",
			 b->site->targets[i].name);
	}
	return conf_error(s->plan->conf, at, e, "unknown target %s; %s has: %s",
			  name, b->site->conf->path, allowed);
}

static int section_cells(struct builder *b, struct section *s, struct err *e)
{
	struct conf_entry *at = conf_get(s->plan->conf, s->name, "targets");
	cleanup_free char *copy = at ? strdup(at->value) : NULL;
	char *rest = copy;
	char *word;
	bool any = false;
	int r = 0;

	while (copy && r == 0 && (word = strsep(&rest, ", "))) {
		if (!*word)
			continue;
		any = true;
		if (strcmp(word, "*") == 0)
			r = group_cells(b, s, false, e);
		else if (strcmp(word, "@limits") == 0)
			r = group_cells(b, s, true, e);
		else
			r = named_cells(b, s, at, word, e);
	}
	if (r == 0 && !any)
		return conf_error(s->plan->conf, at ? at : s->at, e,
				  "[%s] needs targets: names, * or @limits",
				  s->name);
	return r;
}

int storage_cells(struct builder *b, struct plan *p,
		  const struct conf_entry *at, struct err *e)
{
	struct section s = {.plan = p, .name = at->section, .at = at};
	int r = section_read(&s, e);

	return r < 0 ? r : section_cells(b, &s, e);
}
