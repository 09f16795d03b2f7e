/* See proof.h. */
#include "stats/proof.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "stats/fmt.h"
#include "stats/grid.h"
#include "stats/rank.h"

struct range {
	double min, max; /* NaN: nothing yet */
};

/* Cells of one operation and target, put together. */
struct proof {
	const struct cell *any;
	size_t ok, failed, invalid, verified;
	const char *limit; /* "" when they differ */
	struct range share, cold, p99;
};

static void range_add(struct range *r, double v)
{
	r->min = fmin(r->min, v); /* fmin and fmax pass over a NaN */
	r->max = fmax(r->max, v);
}

static void proof_add(struct proof *p, const struct cell *c)
{
	p->ok += c->ok;
	p->failed += c->failed;
	p->invalid += c->invalid;
	p->verified += c->verified;
	if (c->state > CELL_FEW)
		return;
	range_add(&p->cold, c->cold_ratio);
	range_add(&p->p99, c->p99_ns);
	if (!c->limit)
		return;
	range_add(&p->share, c->share);
	if (!p->limit)
		p->limit = c->limit->target;
	else if (strcmp(p->limit, c->limit->target) != 0)
		p->limit = "";
}

static int proof_compare(const struct cell *a, const struct cell *b)
{
	int d = strcmp(a->op, b->op);

	if (d == 0)
		d = strcmp(a->cache, b->cache);
	return d ? d : strcmp(a->target, b->target);
}

/* By operation in the cells' order, then target: the list is short. */
static struct proof *proofs_gather(const struct cells *cells, size_t *count)
{
	struct proof *list = calloc(cells->count + 1, sizeof(*list));
	const struct range none = {NAN, NAN};
	size_t n = 0;

	for (size_t i = 0; list && i < cells->count; i++) {
		const struct cell *c = cells->sorted[i];
		size_t k = n;

		/* its operation's rows are the last ones */
		while (k > 0 && strcmp(list[k - 1].any->op, c->op) == 0 &&
		       strcmp(list[k - 1].any->cache, c->cache) == 0 &&
		       proof_compare(list[k - 1].any, c) > 0)
			k--;
		if (k == 0 || proof_compare(list[k - 1].any, c) != 0) {
			memmove(list + k + 1, list + k,
				(n - k) * sizeof(*list));
			list[k] = (struct proof){.any = c,
						 .share = none,
						 .cold = none,
						 .p99 = none};
			n++;
			k++;
		}
		proof_add(&list[k - 1], c);
	}
	*count = n;
	return list;
}

static void range_text(const struct range *r,
		       char *(*fmt)(double, char[FMT_MAX]), char *out,
		       size_t size)
{
	char a[FMT_MAX], b[FMT_MAX];

	if (isnan(r->min)) {
		snprintf(out, size, "-");
		return;
	}
	fmt(r->min, a);
	fmt(r->max, b);
	if (strcmp(a, b) == 0)
		snprintf(out, size, "%s", a);
	else
		snprintf(out, size, "%s .. %s", a, b);
}

static int row_set(struct grid *g, size_t row, const struct proof *p,
		   struct err *e)
{
	const struct cell *c = p->any;
	const size_t counts[] = {p->ok, p->failed, p->invalid};
	char text[3][3 * FMT_MAX];
	char op[64], verified[64];
	int ret;

	snprintf(op, sizeof(op), "%s%s%s", c->op, *c->cache ? "-" : "",
		 c->cache);
	ret = grid_set(g, row, 0, NULL, op, e);
	if (ret == 0)
		ret = grid_set(g, row, 1, NULL, c->target, e);
	for (size_t i = 0; i < ARRAY_SIZE(counts) && ret == 0; i++) {
		char n[FMT_MAX];

		snprintf(n, sizeof(n), "%zu", counts[i]);
		ret = grid_set(g, row, 2 + i, n, NULL, e);
	}
	range_text(&p->share, fmt_percent, text[0], sizeof(text[0]));
	range_text(&p->cold, fmt_percent, text[1], sizeof(text[1]));
	range_text(&p->p99, fmt_time, text[2], sizeof(text[2]));
	if (p->limit && *p->limit) {
		size_t len = strlen(text[0]);

		snprintf(text[0] + len, sizeof(text[0]) - len, " of %s",
			 p->limit);
	}
	if (p->verified == p->ok)
		snprintf(verified, sizeof(verified), p->ok ? "all" : "-");
	else
		snprintf(verified, sizeof(verified), "%zu", p->verified);
	for (size_t i = 0; i < ARRAY_SIZE(text) && ret == 0; i++)
		ret = grid_set(g, row, 6 + i, NULL, text[i], e);
	return ret ? ret : grid_set(g, row, 5, verified, NULL, e);
}

int proof_print(const struct cells *cells, size_t width, FILE *out,
		struct err *e)
{
	static const char *const titles[] = {"",
					     "target",
					     "ok",
					     "failed",
					     "invalid",
					     "verified",
					     "share of limit",
					     "from disk",
					     "p99 latency"};
	cleanup_free struct proof *list = NULL;
	struct grid g;
	size_t n;
	int ret;

	list = proofs_gather(cells, &n);
	if (!list)
		return err_sys(e, -ENOMEM, "lay out a table");
	ret = grid_init(&g, n + 1, ARRAY_SIZE(titles), 2, e);
	for (size_t i = 0; i < ARRAY_SIZE(titles) && ret == 0; i++)
		ret = i >= 2 && i <= 5 ? grid_set(&g, 0, i, titles[i], NULL, e)
				       : grid_set(&g, 0, i, NULL, titles[i], e);
	for (size_t i = 0; i < n && ret == 0; i++)
		ret = row_set(&g, i + 1, &list[i], e);
	if (ret == 0) {
		fputs("what stands behind it: samples, and over the sizes the "
		      "medians from .. to\n",
		      out);
		grid_print(&g, width, out);
	}
	grid_free(&g);
	return ret;
}

static void note_print(const struct cell *c, FILE *out)
{
	fprintf(out, "  %s: ", c->name);
	if (c->state == CELL_INVALID && c->bps.n > 0) {
		fprintf(out, "invalid: %s\n", c->reason);
		return;
	}
	fprintf(out, "%zu ok", c->ok);
	if (c->failed)
		fprintf(out, ", %zu failed: %s", c->failed, c->failed_reason);
	if (c->invalid)
		fprintf(out, "%c %zu invalid: %s", c->failed ? ';' : ',',
			c->invalid, c->invalid_reason);
	fputc('\n', out);
}

void notes_print(const struct cells *cells, FILE *out)
{
	size_t few = 0;
	bool any = false;

	for (size_t i = 0; i < cells->count; i++) {
		const struct cell *c = cells->sorted[i];

		few += c->state == CELL_FEW;
		if (c->state != CELL_INVALID && !c->failed && !c->invalid)
			continue;
		if (!any)
			fputs("\nnotes (each with the first reason)\n", out);
		any = true;
		note_print(c, out);
	}
	if (few)
		fprintf(out,
			"%s%zu of %zu cells have fewer than %d ok samples: a "
			"median, but no 95 %% interval\n",
			any ? "  " : "\n", few, cells->count, RANK_MIN_N);
}
