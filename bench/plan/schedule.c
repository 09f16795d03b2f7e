/* Plan x site -> cases, in the order of the run. See plan.h. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "rng.h"
#include "schedule.h"
#include "section.h"

#define CASES_MAX 100000u

static const char *keys_of(const char *section)
{
	if (strcmp(section, "plan") == 0)
		return "name, blocks, seed, sessions, timeout";
	return strncmp(section, "image ", 6) == 0 ? IMAGE_KEYS : SECTION_KEYS;
}

static int cells_read(struct builder *b, struct plan *p, struct err *e)
{
	const struct conf_entry *odd;

	for (size_t i = 0; i < p->conf->count; i++) {
		const struct conf_entry *at = &p->conf->entries[i];
		int r;

		if (at->key || strcmp(at->section, "plan") == 0)
			continue;
		if (strncmp(at->section, "image ", 6) == 0) {
			r = image_cells(b, p, at, e);
		} else if (strncmp(at->section, "storage ", 8) == 0) {
			r = storage_cells(b, p, at, e);
		} else {
			r = conf_error(p->conf, at, e,
				       "unknown section [%s]; allowed: "
				       "[plan], [storage NAME], [image NAME]",
				       at->section);
		}
		if (r < 0)
			return r;
	}
	odd = conf_unused(p->conf);
	if (odd)
		return conf_error(
			p->conf, odd, e, "unknown key %s in [%s]; allowed: %s",
			odd->key, odd->section, keys_of(odd->section));
	if (b->out->count == 0)
		return conf_error(p->conf, NULL, e, "no cell to measure on %s",
				  b->site->conf->path);
	return 0;
}

/* Repeats the cells: one fresh shuffle a block. */
static int blocks_make(struct builder *all, const struct schedule *cells,
		       const struct plan *p, uint64_t seed, struct err *e)
{
	cleanup_free size_t *order = calloc(cells->count, sizeof(*order));
	unsigned rounds = p->sessions * p->blocks;

	if (!order)
		return err_sys(e, -ENOMEM, "make the schedule");
	for (unsigned k = 0; k < rounds; k++) {
		struct rng rng = {rng_mix(seed, k)};

		for (size_t i = 0; i < cells->count; i++)
			order[i] = i;
		rng_shuffle(&rng, order, cells->count);
		for (size_t i = 0; i < cells->count; i++) {
			struct bench_case *c = NULL;
			int r = case_copy(&c, cells->cases[order[i]], e);

			if (r < 0)
				return r;
			c->session = k / p->blocks;
			c->block = k % p->blocks;
			c->position = (unsigned)i;
			c->seed = rng_next(&rng) >> 1; /* fits json_int_t */
			r = case_add(all, c, cells->targets[order[i]], e);
			if (r < 0)
				return r;
		}
	}
	return 0;
}

int schedule_make(struct schedule **out, struct plan *p, const struct site *s,
		  uint64_t seed, char *notes, size_t notes_size, struct err *e)
{
	struct schedule *cells = calloc(1, sizeof(*cells));
	struct schedule *all = calloc(1, sizeof(*all));
	struct builder one = {cells, s, notes, notes_size};
	struct builder every = {all, s, notes, notes_size};
	int r;

	notes[0] = '\0';
	if (!cells || !all)
		r = err_sys(e, -ENOMEM, "make the schedule");
	else
		r = cells_read(&one, p, e);
	if (r == 0 && p->sessions > 1 && !s->renew)
		r = conf_error(p->conf, conf_get(p->conf, "plan", "sessions"),
			       e,
			       "sessions = %u: %s has no renew command that "
			       "makes a fresh session",
			       p->sessions, s->conf->path);
	if (r == 0 && cells->count > CASES_MAX / p->blocks / p->sessions)
		r = conf_error(p->conf, conf_get(p->conf, "plan", "blocks"), e,
			       "%zu cells x %u blocks x %u sessions are more "
			       "than %u cases",
			       cells->count, p->blocks, p->sessions, CASES_MAX);
	if (r == 0)
		r = blocks_make(&every, cells, p, seed, e);
	if (r == 0)
		all->cells = cells->count;
	schedule_free(cells);
	if (r < 0) {
		schedule_free(all);
		return r;
	}
	*out = all;
	return 0;
}

void schedule_free(struct schedule *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->count; i++)
		case_free(s->cases[i]);
	free(s->cases);
	free(s->targets);
	free(s);
}
