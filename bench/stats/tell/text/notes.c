/* See notes.h. */
#include "notes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "stats/math/rank.h"

struct note {
	const struct cell *first;
	size_t more; /* cells like it */
	size_t ok, failed, invalid;
};

/* Above its limit, and so invalid although its samples are ok. */
static bool above_limit(const struct cell *c)
{
	return c->state == CELL_INVALID && c->value.n > 0;
}

static bool note_covers(const struct note *n, const struct cell *c)
{
	const struct cell *f = n->first;

	return above_limit(f) == above_limit(c) && !f->failed == !c->failed &&
	       !f->invalid == !c->invalid && strcmp(f->target, c->target) == 0;
}

static void note_print(const struct note *n, FILE *out)
{
	const struct cell *c = n->first;

	fprintf(out, "  %s", c->name);
	if (n->more)
		fprintf(out, " and %zu more", n->more);
	if (above_limit(c)) {
		fprintf(out, ": invalid: %s\n", c->reason);
		return;
	}
	fprintf(out, ": %zu ok", n->ok);
	if (n->failed)
		fprintf(out, ", %zu failed: %s", n->failed, c->failed_reason);
	if (n->invalid)
		fprintf(out, "%c %zu invalid: %s", n->failed ? ';' : ',',
			n->invalid, c->invalid_reason);
	fputc('\n', out);
}

static void notes_add(struct note *list, size_t *count, const struct cell *c)
{
	size_t i = 0;

	while (i < *count && !note_covers(&list[i], c))
		i++;
	if (i == *count)
		list[(*count)++] = (struct note){.first = c};
	else
		list[i].more++;
	list[i].ok += c->ok;
	list[i].failed += c->failed;
	list[i].invalid += c->invalid;
}

/* The notes of one operation's cells. */
static void group_print(struct cell *const *cells, size_t count,
			struct note *list, FILE *out)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		if (cells[i]->state == CELL_INVALID || cells[i]->failed ||
		    cells[i]->invalid)
			notes_add(list, &n, cells[i]);
	for (size_t i = 0; i < n; i++)
		note_print(&list[i], out);
}

static bool anything(const struct cells *cells, size_t *few, size_t *pooled)
{
	bool any = false;

	*few = *pooled = 0;
	for (size_t i = 0; i < cells->count; i++) {
		const struct cell *c = cells->sorted[i];

		*few += c->state == CELL_FEW;
		*pooled += c->state == CELL_GOOD && estimate_pooled(&c->value);
		any |= c->state != CELL_GOOD || c->failed || c->invalid;
	}
	return any || *pooled;
}

void notes_pooled(size_t pooled, size_t count, FILE *out)
{
	fprintf(out,
		"several sessions, but fewer than %d: the interval is of all "
		"their samples, and does not hold what another session would "
		"differ by: %zu of %zu cells",
		RANK_MIN_N, pooled, count);
}

static void groups_print(const struct cells *cells, struct note *list,
			 FILE *out)
{
	for (size_t i = 0, n; i < cells->count; i += n) {
		const struct cell *c = cells->sorted[i];

		for (n = 1; i + n < cells->count; n++)
			if (strcmp(c->op, cells->sorted[i + n]->op) != 0 ||
			    strcmp(c->cache, cells->sorted[i + n]->cache) != 0)
				break;
		group_print(cells->sorted + i, n, list, out);
	}
}

int notes_print(const struct cells *cells, FILE *out, struct err *e)
{
	struct note *list;
	size_t few, pooled;

	if (!anything(cells, &few, &pooled))
		return 0;
	list = calloc(cells->count, sizeof(*list));
	if (!list)
		return err_sys(e, -ENOMEM, "write the notes");
	fputs("\nnotes (each with its first reason)\n", out);
	groups_print(cells, list, out);
	free(list);
	if (few)
		fprintf(out,
			"  fewer than %d ok samples, so a median without an "
			"interval: %zu of %zu cells\n",
			RANK_MIN_N, few, cells->count);
	if (pooled) {
		fputs("  ", out);
		notes_pooled(pooled, cells->count, out);
		fputc('\n', out);
	}
	return 0;
}
