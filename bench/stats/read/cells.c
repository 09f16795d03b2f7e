/* See cells.h. Gathering only; judge.c computes. */
#include "cells.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"

static uint64_t hash(const char *text)
{
	uint64_t h = 0xcbf29ce484222325u; /* FNV-1a */

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 0x100000001b3u;
	return h;
}

static size_t slot_find(struct cell *const *table, size_t room,
			const char *name)
{
	size_t i = hash(name) & (room - 1);

	while (table[i] && strcmp(table[i]->name, name) != 0)
		i = (i + 1) & (room - 1);
	return i;
}

struct cell *cells_find(const struct cells *c, const char *name)
{
	return c->room ? c->table[slot_find(c->table, c->room, name)] : NULL;
}

static int table_grow(struct cells *c)
{
	size_t room = c->room ? c->room * 2 : 64;
	struct cell **table = calloc(room, sizeof(struct cell *));

	if (!table)
		return -ENOMEM;
	for (size_t i = 0; i < c->room; i++)
		if (c->table[i])
			table[slot_find(table, room, c->table[i]->name)] =
				c->table[i];
	free(c->table);
	c->table = table;
	c->room = room;
	return 0;
}

int cells_put(struct cells *c, struct cell *cell)
{
	if (c->count * 2 >= c->room && table_grow(c) < 0)
		return -ENOMEM;
	c->table[slot_find(c->table, c->room, cell->name)] = cell;
	c->count++;
	return 0;
}

static int cell_new(struct cells *c, const struct record *r, struct cell **out,
		    struct err *e)
{
	struct cell *cell = calloc(1, sizeof(*cell));
	int ret;

	if (!cell)
		return err_sys(e, -ENOMEM, "case");
	ret = cell_fill(cell, r, e);
	if (!ret && cells_put(c, cell))
		ret = err_sys(e, -ENOMEM, "case");
	if (ret < 0) {
		cell_free(cell);
		return ret;
	}
	*out = cell;
	return 0;
}

static int point_add(struct cell *cell, const struct point *p, struct err *e)
{
	if (cell->ok == cell->room) {
		size_t room = cell->room ? cell->room + cell->room / 2 : 8;
		void *more = reallocarray(cell->points, room, sizeof(*p));

		if (!more)
			return err_sys(e, -ENOMEM, "case %s", cell->name);
		cell->points = more;
		cell->room = room;
	}
	cell->points[cell->ok++] = *p;
	return 0;
}

static int reason_keep(char **slot, size_t *count, const struct record *r,
		       struct err *e)
{
	(*count)++;
	if (*slot)
		return 0;
	*slot = strdup(record_item(r, F_REASONS, 0));
	if (!*slot)
		return err_sys(e, -ENOMEM, "reason");
	for (char *p = *slot; *p; p++) /* one line, in any output */
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = ' ';
	return 0;
}

static int place_read(const struct record *r, enum field f, uint32_t *out,
		      struct err *e)
{
	uint64_t v = record_count(r, f);

	if (v > UINT32_MAX)
		return err_set(e, -EINVAL, "%s is too large",
			       schema_fields[f].name);
	*out = (uint32_t)v;
	return 0;
}

static int series_keep(struct cell *cell, const struct record *r,
		       const struct point *p, struct err *e)
{
	const struct scan_node *list = r->fields[F_SERIES_BYTES];
	struct series_kept *more, *s;

	if (!list)
		return 0;
	more = reallocarray(cell->series, cell->series_count + 1,
			    sizeof(*more));
	if (!more)
		return err_sys(e, -ENOMEM, "case %s", cell->name);
	cell->series = more;
	s = &more[cell->series_count++];
	*s = (struct series_kept){
		.point = *p,
		.step_ns = record_real(r, F_SERIES_STEP),
		/* the numbers of a list follow it, one node each */
		.count = (size_t)(scan_next(&r->scan, list) - list) - 1,
	};
	s->bytes = calloc(s->count + 1, sizeof(*s->bytes));
	if (!s->bytes)
		return err_sys(e, -ENOMEM, "case %s", cell->name);
	for (size_t i = 0; i < s->count; i++)
		s->bytes[i] = (uint64_t)list[i + 1].integer;
	return 0;
}

static int causes_keep(struct point *p, const struct record *r, struct err *e)
{
	p->causes = calloc(CAUSES, sizeof(*p->causes));
	if (!p->causes)
		return err_sys(e, -ENOMEM, "case");
	p->value = record_real(r, F_WALL_NS) / 1e9;
	causes_read(r, p->causes);
	return 0;
}

static int ok_add(struct cell *cell, const struct record *r, struct point *p,
		  struct err *e)
{
	int ret = cell->build ? causes_keep(p, r, e) : 0;

	checked_add(&cell->checked, r);
	if (ret < 0)
		return ret;
	ret = point_add(cell, p, e);
	if (ret < 0)
		free(p->causes);
	return ret < 0 ? ret : series_keep(cell, r, p, e);
}

/* How many operations the sample's latencies are of: one client's. */
static double latency_ops(const struct record *r)
{
	double clients = fmax(1, (double)record_count(r, F_CLIENTS));

	if (r->fields[F_OPS])
		return (double)record_count(r, F_OPS);
	return (double)record_count(r, F_BYTES) /
	       (double)record_count(r, F_BLOCK_SIZE) / clients;
}

static void latency_read(const struct record *r, double out[PERCENTILES])
{
	static const struct {
		enum field field;
		double one_beyond; /* of so many operations */
	} percentiles[PERCENTILES] = {
		[P50] = {F_P50, 2},
		[P90] = {F_P90, 10},
		[P99] = {F_P99, 100},
		[P999] = {F_P999, 1000},
	};
	double ops = latency_ops(r);

	for (unsigned p = 0; p < PERCENTILES; p++)
		out[p] = ops / percentiles[p].one_beyond >= PERCENTILE_BEYOND
				 ? record_real(r, percentiles[p].field)
				 : NAN;
}

static int sample_add(struct cell *cell, const struct record *r, uint32_t run,
		      uint32_t line, struct err *e)
{
	struct point p = {
		.value = record_real(r, F_THROUGHPUT),
		.cold_ratio = record_real(r, F_COLD_RATIO),
		.run = run,
		.line = line,
	};
	int ret;

	if ((ret = place_read(r, F_SESSION, &p.session, e)) < 0 ||
	    (ret = place_read(r, F_BLOCK, &p.block, e)) < 0 ||
	    (ret = place_read(r, F_POSITION, &p.position, e)) < 0)
		return ret;
	latency_read(r, p.latency_ns);
	survival_add(&cell->survival, r);
	if (r->ok)
		return ok_add(cell, r, &p, e);
	if (strcmp(record_text(r, F_STATUS), "failed") == 0)
		return reason_keep(&cell->failed_reason, &cell->failed, r, e);
	return reason_keep(&cell->invalid_reason, &cell->invalid, r, e);
}

int cells_add(struct cells *c, const struct record *r, uint32_t run,
	      uint32_t line, struct err *e)
{
	struct cell *cell = cells_find(c, record_text(r, F_CASE));
	int ret;

	ret = cell ? cell_matches(cell, r, e) : cell_new(c, r, &cell, e);
	if (ret < 0 || !cell)
		return ret;
	if (strcmp(record_text(r, F_ROLE), "limit") == 0)
		cell->is_limit = true;
	return sample_add(cell, r, run, line, e);
}

void cells_free(struct cells *c)
{
	for (size_t i = 0; i < c->room; i++)
		cell_free(c->table[i]);
	free(c->table);
	free(c->sorted);
	*c = (struct cells){0};
}
