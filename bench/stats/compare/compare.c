/* See compare.h. */
#include "compare.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "command.h"
#include "stats/math/adjust.h"

const char *verdict_name(enum verdict v)
{
	static const char *const names[VERDICT_COUNT] = {
		[VERDICT_REGRESSION] = "regression",
		[VERDICT_IMPROVEMENT] = "improvement",
		[VERDICT_EQUIVALENT] = "equivalent",
		[VERDICT_UNDECIDED] = "undecided",
		[VERDICT_NEW] = "new cell",
	};

	return names[v];
}

static bool usable(const struct cell *c)
{
	return c && c->state <= CELL_FEW;
}

/* Why a pair cannot be tested, and what that means. */
static void untested(struct pair *p)
{
	p->verdict = p->base ? VERDICT_UNDECIDED : VERDICT_NEW;
	if (!p->base)
		p->why = "not in BASE";
	else if (!p->new)
		p->why = "not in NEW";
	else if (!usable(p->base))
		p->why = p->base->state == CELL_FAILED ? "failed in BASE"
						       : "invalid in BASE";
	else if (p->new->state == CELL_INVALID)
		p->why = "invalid in NEW";
	else {
		p->why = "failed in NEW";
		p->verdict = VERDICT_REGRESSION;
	}
}

static int pair_test(struct pair *p, struct mw_cache *cache, struct err *e)
{
	p->holm = p->bh = p->smallest = NAN;
	p->why = "";
	p->tested = usable(p->base) && usable(p->new);
	if (!p->tested) {
		untested(p);
		return 0;
	}
	p->sessions[0] = cell_sessions(p->base);
	p->sessions[1] = cell_sessions(p->new);
	p->by_session = sides_by_session(p->base, p->new);
	return sides_shift(&p->shift, cache, p->base, p->new, p->by_session, e);
}

static void pair_judge(struct pair *p, double alpha, double delta,
		       size_t tested)
{
	const struct shift *s = &p->shift;
	/* what Holm asks of the smallest p: the worst that can be asked */
	double each = alpha / (double)tested;

	if (p->holm <= alpha && s->shift < -delta)
		p->verdict = VERDICT_REGRESSION;
	else if (p->holm <= alpha && s->shift > delta)
		p->verdict = VERDICT_IMPROVEMENT;
	else if (s->at90.known && s->at90.lo > -delta && s->at90.hi < delta)
		p->verdict = VERDICT_EQUIVALENT;
	else
		p->verdict = VERDICT_UNDECIDED;
	p->smallest = shift_smallest(s, each);
	p->needed = shift_needed(s, each, delta);
}

/* Holm and Benjamini-Hochberg over all tested cells. */
static int pairs_judge(struct compare *c, struct err *e)
{
	cleanup_free double *p = calloc(3 * c->count + 1, sizeof(*p));
	double *holm = p + c->count, *bh = p + 2 * c->count;
	int ret = p ? 0 : err_sys(e, -ENOMEM, "compare");
	size_t n = 0;

	for (size_t i = 0; i < c->count && ret == 0; i++)
		if (c->pairs[i].tested)
			p[n++] = c->pairs[i].shift.p;
	c->tested = n;
	if (ret == 0)
		ret = adjust_holm(p, n, holm, e);
	if (ret == 0)
		ret = adjust_bh(p, n, bh, e);
	for (size_t i = 0, k = 0; i < c->count && ret == 0; i++) {
		struct pair *pair = &c->pairs[i];

		if (pair->tested) {
			pair->holm = holm[k];
			pair->bh = bh[k++];
			pair_judge(pair, c->alpha, -log(1 - c->delta), n);
			c->unconfirmed |= !pair->by_session;
		}
		c->verdicts[pair->verdict]++;
	}
	return ret;
}

static void pairs_gather(struct compare *c)
{
	const struct cells *base = &c->base.runs.cells;
	const struct cells *new = &c->new.runs.cells;

	for (size_t i = 0; i < base->count; i++) {
		const char *name = side_name(&c->base, base->sorted[i]);

		if (name)
			c->pairs[c->count++] =
				(struct pair){.name = name,
					      .base = base->sorted[i],
					      .new = side_find(&c->new, name)};
	}
	for (size_t i = 0; i < new->count; i++) {
		const char *name = side_name(&c->new, new->sorted[i]);

		if (name && !side_find(&c->base, name))
			c->pairs[c->count++] = (struct pair){
				.name = name, .new = new->sorted[i]};
	}
	for (size_t i = 0; i < c->count; i++) {
		const struct pair *p = &c->pairs[i];
		bool time = (p->base ? p->base : p->new)->unit.time;

		c->times |= time;
		c->speeds |= !time;
	}
}

/* The same samples on both sides would be found equivalent to themselves. */
static int sides_check(const struct compare *c, struct err *e)
{
	const struct runs *base = &c->base.runs;
	const struct runs *new = &c->new.runs;

	if (c->base.target &&
	    c->new.target &&strcmp(c->base.target, c->new.target) != 0)
		return 0;
	for (size_t i = 0; i < base->count * new->count; i++) {
		const char *id =
			run_text(&base->list[i / new->count], "run_id");

		if (strcmp(id,
			   run_text(&new->list[i % new->count], "run_id")) == 0)
			return err_set(e, -EINVAL,
				       "compare: run %s is on both sides", id);
	}
	return 0;
}

int compare_find(struct compare *c, struct err *e)
{
	struct mw_cache *cache = calloc(1, sizeof(*cache));
	int ret = sides_check(c, e);

	c->pairs = calloc(c->base.runs.cells.count + c->new.runs.cells.count,
			  sizeof(*c->pairs));
	if (!c->pairs || !cache)
		ret = err_sys(e, -ENOMEM, "compare");
	if (ret == 0)
		pairs_gather(c);
	for (size_t i = 0; i < c->count && ret == 0; i++)
		ret = pair_test(&c->pairs[i], cache, e);
	if (ret == 0)
		ret = pairs_judge(c, e);
	if (cache)
		mw_cache_free(cache);
	free(cache);
	return ret;
}

void compare_free(struct compare *c)
{
	side_free(&c->base);
	side_free(&c->new);
	free(c->pairs);
	*c = (struct compare){0};
}

enum verdict compare_verdict(const struct compare *c)
{
	if (c->verdicts[VERDICT_REGRESSION])
		return VERDICT_REGRESSION;
	if (c->verdicts[VERDICT_UNDECIDED] || c->tested == 0)
		return VERDICT_UNDECIDED;
	return c->verdicts[VERDICT_IMPROVEMENT] ? VERDICT_IMPROVEMENT
						: VERDICT_EQUIVALENT;
}

int compare_exit(const struct compare *c)
{
	switch (compare_verdict(c)) {
	case VERDICT_REGRESSION:
		return EXIT_FAILED;
	case VERDICT_UNDECIDED:
		return COMPARE_UNDECIDED;
	default:
		return EXIT_DONE;
	}
}

/* Each value once, of all runs of a side. */
static void texts_print(const struct runs *runs, const char *path, FILE *out)
{
	for (size_t i = 0; i < runs->count; i++) {
		const char *text = run_text(&runs->list[i], path);
		size_t k = 0;

		while (strcmp(run_text(&runs->list[k], path), text) != 0)
			k++;
		if (k == i)
			fprintf(out, "%s%s", i ? ", " : "",
				*text ? text : "none");
	}
}

static bool texts_differ(const struct compare *c, const char *path)
{
	const struct runs *sides[] = {&c->base.runs, &c->new.runs};
	const char *first = run_text(&c->base.runs.list[0], path);

	for (size_t s = 0; s < 2; s++)
		for (size_t i = 0; i < sides[s]->count; i++)
			if (strcmp(run_text(&sides[s]->list[i], path), first))
				return true;
	return false;
}

/* A target's settings, as the run recorded them. */
static json_t *settings(const struct side *s)
{
	return json_object_get(
		json_object_get(s->runs.list[0].record, "targets"), s->target);
}

static void targets_print(const struct compare *c, FILE *out)
{
	const struct side *sides[] = {&c->base, &c->new};

	for (size_t i = 0; i < 2; i++) {
		json_t *of = sides[i]->target ? settings(sides[i]) : NULL;
		cleanup_free char *text =
			of ? json_dumps(of, JSON_SORT_KEYS) : NULL;

		if (text)
			fprintf(out, "target %s: %s\n", sides[i]->target, text);
	}
}

void compare_differences(const struct compare *c, FILE *out)
{
	static const struct {
		const char *path, *what;
	} facts[] = {
		{"plan_sha256", "plan checksums"},
		{"site", "sites"},
		{"host.hostname", "hosts"},
		{"host.kernel", "kernels"},
		{"host.os", "systems"},
		{"host.cpu.model", "processors"},
		{"versions.ie-bench", "versions of ie-bench"},
		{"versions.rados", "versions of rados"},
		{"versions.rbd", "versions of rbd"},
		{"versions.cephfs", "versions of cephfs"},
		{"versions.nfs", "versions of nfs"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(facts); i++) {
		if (!texts_differ(c, facts[i].path))
			continue;
		fprintf(out, "%s differ: base ", facts[i].what);
		texts_print(&c->base.runs, facts[i].path, out);
		fputs("; new ", out);
		texts_print(&c->new.runs, facts[i].path, out);
		fputc('\n', out);
	}
	if (c->base.target || c->new.target)
		targets_print(c, out);
}
