/* See pairs.h. */
#include "pairs.h"

#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "stats/math/rank.h"

struct row {
	struct comparison key;
	double ours, theirs, cpu[2], bytes;
};

static struct comparison *find_or_add(struct comparison **list,
				      const struct comparison *key)
{
	struct comparison *c;

	for (; (c = *list); list = &c->next)
		if (strcmp(c->target, key->target) == 0 &&
		    strcmp(c->peer, key->peer) == 0 &&
		    strcmp(c->op, key->op) == 0 && c->mib == key->mib &&
		    c->kib == key->kib && c->depth == key->depth)
			return c;
	c = calloc(1, sizeof(*c));
	if (!c)
		return NULL;
	memcpy(c, key, offsetof(struct comparison, n));
	*list = c;
	return c;
}

static bool speed_good(double v)
{
	return isfinite(v) && v > 0;
}

/* A row of nine columns, or of thirteen. */
static bool row_read(struct row *row, const char *line)
{
	struct comparison *k = &row->key;
	char more[3][32] = {"NA", "NA", "NA"};
	int end = 0;
	int n = sscanf(line,
		       "%31s %31s %15s %u %u %u %*u %lf %lf %31[^\t\n] "
		       "%31[^\t\n] %31[^\t\n] %n",
		       k->target, k->peer, k->op, &k->mib, &k->kib, &k->depth,
		       &row->ours, &row->theirs, more[0], more[1], more[2],
		       &end);

	row->cpu[0] = strtod(more[0], NULL);
	row->cpu[1] = strtod(more[1], NULL);
	row->bytes = strtod(more[2], NULL);
	if (end > 0)
		snprintf(k->less, sizeof(k->less), "%.*s",
			 (int)strcspn(line + end, "\n"), line + end);
	return n >= 8 && speed_good(row->ours) && speed_good(row->theirs);
}

bool pairs_random(const struct comparison *c)
{
	return strncmp(c->op, "rand", 4) == 0;
}

/* ns for each byte is s for each GB, ns for each operation 1000 s for each
 * million. */
static void cost_add(struct comparison *c, const struct row *row)
{
	double units =
		pairs_random(c) ? row->bytes / 1024 / c->kib * 1e3 : row->bytes;

	if (!(row->cpu[0] > 0 && row->cpu[1] > 0 && units > 0))
		return;
	c->our_cost[c->costs] = row->cpu[0] / units;
	c->their_cost[c->costs] = row->cpu[1] / units;
	c->cost_ratios[c->costs++] = row->cpu[0] / row->cpu[1];
}

static int line_read(struct comparison **list, const char *line,
		     const char *path, size_t number, struct err *e)
{
	cleanup_free struct row *row = calloc(1, sizeof(*row));
	struct comparison *c = NULL;

	if (!row)
		return err_sys(e, -ENOMEM, "read %s", path);
	if (row_read(row, line))
		c = find_or_add(list, &row->key);
	if (!c)
		return err_set(e, -EINVAL,
			       "read %s:%zu: not a pair: target, peer, op, "
			       "MiB, KiB, depth, round, ours, theirs",
			       path, number);
	if (c->n == PAIRS_MAX)
		return err_set(e, -EINVAL, "read %s:%zu: more than %d rounds",
			       path, number, PAIRS_MAX);
	c->ours[c->n] = row->ours;
	c->theirs[c->n] = row->theirs;
	c->ratios[c->n++] = row->ours / row->theirs;
	cost_add(c, row);
	return 0;
}

int pairs_read(struct comparison **list, const char *path, struct err *e)
{
	cleanup_free char *line = NULL;
	cleanup_file FILE *f = NULL;
	size_t cap = 0, number = 0;
	int r = 0;

	f = fopen(path, "re");
	if (!f)
		return err_set(e, -EINVAL, "read %s: %s", path,
			       strerror(errno));
	while (r == 0 && getline(&line, &cap, f) > 0)
		if (number++ > 0) /* the first line names the columns */
			r = line_read(list, line, path, number, e);
	if (r == 0 && !*list)
		return err_set(e, -EINVAL, "read %s: no pair in it", path);
	return r;
}

static double median(double *v, size_t n)
{
	rank_sort(v, n);
	return n ? rank_median_log(v, n) : NAN;
}

/* Sorted values and their interval; NaN where there are too few. */
static void interval(const double *v, size_t n, double out[2])
{
	struct ranks ranks;
	bool known = n && rank_interval(n, 0.95, &ranks);

	out[0] = known ? v[ranks.lower - 1] : NAN;
	out[1] = known ? v[ranks.upper - 1] : NAN;
}

size_t pairs_values(struct comparison *c, struct value *v)
{
	double speed[2], cost[2];
	size_t n = 0;

	v[n++] = value_text("target", c->target);
	v[n++] = value_text("peer", c->peer);
	v[n++] = value_text("op", c->op);
	v[n++] = value_count("mib", c->mib);
	v[n++] = value_count("kib", c->kib);
	v[n++] = value_count("depth", c->depth);
	v[n++] = value_count("n", c->n);
	v[n++] = value_real("ours_Bps", median(c->ours, c->n));
	v[n++] = value_real("theirs_Bps", median(c->theirs, c->n));
	v[n++] = value_real("ratio", median(c->ratios, c->n));
	interval(c->ratios, c->n, speed);
	v[n++] = value_real("lo", speed[0]);
	v[n++] = value_real("hi", speed[1]);
	v[n++] = value_text("cost_unit",
			    pairs_random(c) ? "s/10^6 operations" : "s/GB");
	v[n++] = value_real("ours_cost", median(c->our_cost, c->costs));
	v[n++] = value_real("theirs_cost", median(c->their_cost, c->costs));
	v[n++] = value_real("cost_ratio", median(c->cost_ratios, c->costs));
	interval(c->cost_ratios, c->costs, cost);
	v[n++] = value_real("cost_lo", cost[0]);
	v[n++] = value_real("cost_hi", cost[1]);
	v[n++] = value_text("less", c->less);
	return n;
}

void pairs_free(struct comparison *list)
{
	for (struct comparison *next; list; list = next) {
		next = list->next;
		free(list);
	}
}
