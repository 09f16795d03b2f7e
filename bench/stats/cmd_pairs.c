/* ie-stats pairs: a table of what pairs.h reads, for people or as TSV. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "stats/args.h"
#include "stats/commands.h"
#include "stats/tell/fmt.h"
#include "stats/tell/grid.h"
#include "stats/compare/pairs.h"

enum {
	TARGET,
	PEER,
	OP,
	SIZE,
	BLOCK,
	DEPTH,
	N,
	OURS,
	THEIRS,
	RATIO,
	SPAN,
	OUR_COST,
	THEIR_COST,
	COST,
	COST_SPAN,
	COLUMNS,
};

#define TEXT_MAX 48

static double real_of(const struct value *v, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(v[i].name, name) == 0)
			return v[i].real;
	return NAN;
}

static void number(double v, char buf[TEXT_MAX])
{
	if (isnan(v))
		strcpy(buf, "-");
	else
		snprintf(buf, TEXT_MAX, "%.*f", fmt_decimals(v), v);
}

static void span(double lo, double hi, bool any, char buf[TEXT_MAX])
{
	if (!any)
		strcpy(buf, "-");
	else if (isnan(lo))
		strcpy(buf, "too few");
	else
		snprintf(buf, TEXT_MAX, "%.2f-%.2f", lo, hi);
}

static int row_set(struct grid *g, size_t row, struct comparison *c,
		   struct err *e)
{
	char text[COLUMNS][TEXT_MAX];
	struct value v[VALUES_MAX];
	size_t n = pairs_values(c, v);
	int ret = 0;

	snprintf(text[TARGET], TEXT_MAX, "%s", c->target);
	snprintf(text[PEER], TEXT_MAX, "%s", c->peer);
	snprintf(text[OP], TEXT_MAX, "%s", c->op);
	snprintf(text[SIZE], TEXT_MAX, "%uM", c->mib);
	snprintf(text[BLOCK], TEXT_MAX, "%uk", c->kib);
	snprintf(text[DEPTH], TEXT_MAX, "%u", c->depth);
	snprintf(text[N], TEXT_MAX, "%zu", c->n);
	number(real_of(v, n, "ours_Bps") / 1e6, text[OURS]);
	number(real_of(v, n, "theirs_Bps") / 1e6, text[THEIRS]);
	snprintf(text[RATIO], TEXT_MAX, "%.2f", real_of(v, n, "ratio"));
	span(real_of(v, n, "lo"), real_of(v, n, "hi"), true, text[SPAN]);
	number(real_of(v, n, "ours_cost"), text[OUR_COST]);
	number(real_of(v, n, "theirs_cost"), text[THEIR_COST]);
	number(real_of(v, n, "cost_ratio"), text[COST]);
	span(real_of(v, n, "cost_lo"), real_of(v, n, "cost_hi"), c->costs > 0,
	     text[COST_SPAN]);
	for (size_t i = 0; i < g->cols && ret == 0; i++)
		ret = i <= OP || i == SPAN || i == COST_SPAN
			      ? grid_set(g, row, i, NULL, text[i], e)
			      : grid_set(g, row, i, text[i], NULL, e);
	return ret;
}

/* Whether a peer does the same less in all that it was asked for. */
static bool less_always(const struct comparison *list,
			const struct comparison *c)
{
	for (; list; list = list->next)
		if (strcmp(list->peer, c->peer) == 0 &&
		    strcmp(list->less, c->less) != 0)
			return false;
	return true;
}

/* What each peer does less, once. */
static void less_print(const struct comparison *list)
{
	for (const struct comparison *c = list; c; c = c->next) {
		const struct comparison *k = list;
		bool always = less_always(list, c);

		while (strcmp(k->peer, c->peer) != 0 ||
		       strcmp(k->less, c->less) != 0)
			k = k->next;
		if (k == c && *c->less)
			printf("  %s%s%s: %s\n", c->peer, always ? "" : " ",
			       always ? "" : c->op, c->less);
	}
}

static int pairs_text(struct comparison *list, struct err *e)
{
	static const char *const titles[COLUMNS] = {
		"target",	 "peer", "op",	   "size",   "block",
		"depth",	 "n",	 "ours",   "theirs", "ratio",
		"95 % interval", "cost", "theirs", "ratio",  "95 % interval"};
	size_t rows = 1, costs = 0;
	struct grid g;
	int ret;

	for (const struct comparison *c = list; c; c = c->next) {
		rows++;
		costs += c->costs;
	}
	ret = grid_init(&g, rows, costs ? COLUMNS : OUR_COST, 3, e);
	for (size_t i = 0; i < g.cols && ret == 0; i++)
		ret = i <= OP || i == SPAN || i == COST_SPAN
			      ? grid_set(&g, 0, i, NULL, titles[i], e)
			      : grid_set(&g, 0, i, titles[i], NULL, e);
	rows = 1;
	for (struct comparison *c = list; c && ret == 0; c = c->next)
		ret = row_set(&g, rows++, c, e);
	if (ret == 0) {
		printf("MB/s (10^6 bytes/s), medians, and those of the ratios "
		       "of rounds%s\n",
		       costs ? "; cost: processor time of the client, s for "
			       "each GB, or of random operations for each "
			       "million"
			     : "");
		grid_print(&g, 10000, stdout);
		less_print(list);
	}
	grid_free(&g);
	return ret;
}

static void pairs_tsv(struct comparison *list)
{
	for (struct comparison *c = list; c; c = c->next) {
		struct value v[VALUES_MAX];
		size_t n = pairs_values(c, v);

		if (c == list)
			values_tsv_header(v, n, stdout);
		values_tsv(v, n, stdout);
	}
}

int cmd_pairs(int argc, char **argv, struct err *e)
{
	const char *format = "text";
	const struct arg_option options[] = {{"--format", &format},
					     {.name = NULL}};
	struct comparison *list = NULL;
	size_t files;
	int r = args_read(argc, argv, options, &files, e);

	if (r < 0)
		return r;
	if (files != 1)
		return err_set(e, -EINVAL, "exactly one FILE.tsv is needed");
	if (strcmp(format, "text") != 0 && strcmp(format, "tsv") != 0)
		return err_set(e, -EINVAL,
			       "read the command line: --format is %s: it can "
			       "be text or tsv",
			       format);
	r = pairs_read(&list, argv[0], e);
	if (r == 0 && strcmp(format, "tsv") == 0)
		pairs_tsv(list);
	else if (r == 0)
		r = pairs_text(list, e);
	pairs_free(list);
	return r;
}
