/* See proof.h. */
#include "proof.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "cleanup.h"
#include "stats/tell/grid.h"
#include "stats/tell/range.h"

/* Cells of one operation and target, put together. */
struct proof {
	const struct cell *any;
	size_t ok, not_ok;
	struct checked checked;
	const char *limit; /* "" when they differ */
	struct range share, cold, p99;
};

static void proof_add(struct proof *p, const struct cell *c)
{
	p->ok += c->ok;
	p->not_ok += c->failed + c->invalid;
	checked_merge(&p->checked, &c->checked);
	if (c->state > CELL_FEW)
		return;
	range_add(&p->cold, c->cold_ratio);
	range_add(&p->p99, c->latency_ns[P99]);
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
	size_t n = 0;

	for (size_t i = 0; list && i < cells->count; i++) {
		const struct cell *c = cells->sorted[i];
		size_t k = n;

		if (c->build)
			continue; /* text_builds.c */
		/* its operation's rows are the last ones */
		while (k > 0 && strcmp(list[k - 1].any->op, c->op) == 0 &&
		       strcmp(list[k - 1].any->cache, c->cache) == 0 &&
		       proof_compare(list[k - 1].any, c) > 0)
			k--;
		if (k == 0 || proof_compare(list[k - 1].any, c) != 0) {
			memmove(list + k + 1, list + k,
				(n - k) * sizeof(*list));
			list[k] = (struct proof){.any = c,
						 .share = RANGE_NONE,
						 .cold = RANGE_NONE,
						 .p99 = RANGE_NONE};
			n++;
			k++;
		}
		proof_add(&list[k - 1], c);
	}
	*count = n;
	return list;
}

enum { OP, TARGET, OK, NOT_OK, SHARE, COLD, SLOW, CHECKED, COLUMNS };

static int row_set(struct grid *g, size_t row, const struct proof *p,
		   bool op_again, struct err *e)
{
	const struct cell *c = p->any;
	char text[COLUMNS][MAX(3 * FMT_MAX, CHECKED_TEXT_MAX)];
	int ret = 0;

	snprintf(text[OP], sizeof(text[0]), "%s%s%s", op_again ? "" : c->op,
		 op_again || !*c->cache ? "" : "-", op_again ? "" : c->cache);
	snprintf(text[OK], sizeof(text[0]), "%zu", p->ok);
	snprintf(text[NOT_OK], sizeof(text[0]), "%zu", p->not_ok);
	checked_text(&p->checked, text[CHECKED]);
	range_text(&p->share, fmt_percent, text[SHARE], sizeof(text[0]));
	range_text(&p->cold, fmt_percent, text[COLD], sizeof(text[0]));
	range_text(&p->p99, fmt_time, text[SLOW], sizeof(text[0]));
	for (size_t i = 0; i < COLUMNS && ret == 0; i++)
		ret = i >= OK && i <= NOT_OK
			      ? grid_set(g, row, i, text[i], NULL, e)
			      : grid_set(g, row, i, NULL,
					 i == TARGET ? c->target : text[i], e);
	if (ret == 0 && p->limit && *p->limit) {
		char share[5 * FMT_MAX];

		snprintf(share, sizeof(share), "%s of %.64s", text[SHARE],
			 p->limit);
		ret = grid_set(g, row, SHARE, NULL, share, e);
	}
	return ret;
}

static bool op_same(const struct proof *a, const struct proof *b)
{
	return strcmp(a->any->op, b->any->op) == 0 &&
	       strcmp(a->any->cache, b->any->cache) == 0;
}

int proof_print(const struct cells *cells, size_t width, FILE *out,
		struct err *e)
{
	static const char *const titles[COLUMNS] = {
		[OP] = "",
		[TARGET] = "target",
		[OK] = "ok",
		[NOT_OK] = "not ok",
		[SHARE] = "share of limit",
		[COLD] = "from disk",
		[SLOW] = "p99 latency",
		[CHECKED] = "read back",
	};
	cleanup_free struct proof *list = NULL;
	struct grid g;
	size_t n;
	int ret;

	list = proofs_gather(cells, &n);
	if (!list)
		return err_sys(e, -ENOMEM, "lay out a table");
	if (n == 0)
		return 0;
	ret = grid_init(&g, n + 1, COLUMNS, 2, e);
	for (size_t i = 0; i < COLUMNS && ret == 0; i++)
		ret = i >= OK && i <= NOT_OK
			      ? grid_set(&g, 0, i, titles[i], NULL, e)
			      : grid_set(&g, 0, i, NULL, titles[i], e);
	for (size_t i = 0; i < n && ret == 0; i++)
		ret = row_set(&g, i + 1, &list[i],
			      i > 0 && op_same(&list[i - 1], &list[i]), e);
	if (ret == 0) {
		fprintf(out,
			"proof: samples, and medians of cells, smallest to "
			"largest (p99: where %d operations took longer),\n"
			"and how much was read back and compared, of the "
			"sample where it is least\n",
			PERCENTILE_BEYOND);
		grid_print(&g, width, out);
	}
	grid_free(&g);
	return ret;
}
