/* See words.h. */
#include "words.h"

#include <math.h>
#include <string.h>

#include "fmt.h"

/* A number of percent with its sign; large ones need no decimals. */
static int percent(char *buf, size_t size, double shift)
{
	double v = expm1(shift) * 100;

	if (fabs(v) < 0.05) /* no "-0.0" */
		v = 0;
	return snprintf(buf, size, "%+.*f", fabs(v) < 99.95 ? 1 : 0, v);
}

char *words_change(double shift, char buf[WORDS_MAX])
{
	int n = percent(buf, WORDS_MAX - 3, shift);

	strcpy(buf + n, " %");
	return buf;
}

char *words_span(const struct span *s, char buf[WORDS_MAX])
{
	char lo[FMT_MAX], hi[FMT_MAX];

	percent(lo, sizeof(lo), s->lo);
	percent(hi, sizeof(hi), s->hi);
	if (s->known)
		snprintf(buf, WORDS_MAX, "%s to %s %%", lo, hi);
	else
		strcpy(buf, "too few");
	return buf;
}

char *words_p(double p, char buf[WORDS_MAX])
{
	if (p < 0.00005)
		strcpy(buf, "< 0.0001");
	else
		snprintf(buf, WORDS_MAX, "%.4f", p);
	return buf;
}

char *words_n(const struct pair *p, char buf[WORDS_MAX])
{
	if (p->tested)
		snprintf(buf, WORDS_MAX, "%zu, %zu%s", p->shift.m, p->shift.n,
			 p->by_session ? " sessions" : "");
	else
		strcpy(buf, "-");
	return buf;
}

char *words_median(const struct cell *cell, char buf[WORDS_MAX])
{
	double v = cell ? cell->value.median / cell->unit.scale : 0;

	if (!cell)
		strcpy(buf, "-");
	else if (cell->state > CELL_FEW)
		strcpy(buf, cell->state == CELL_FAILED ? "failed" : "invalid");
	else
		snprintf(buf, WORDS_MAX, "%.*f%s", fmt_decimals(v), v,
			 cell->unit.time ? " s" : "");
	return buf;
}

const char *words_units(const struct compare *c)
{
	if (!c->times)
		return "MB/s (10^6 bytes/s)";
	return c->speeds ? "MB/s (10^6 bytes/s); builds in seconds: more is "
			   "slower"
			 : "seconds of a build: more is slower";
}

char *words_verdict(const struct pair *p, char buf[WORDS_MAX])
{
	bool open =
		p->tested && !p->by_session && p->verdict != VERDICT_UNDECIDED;

	snprintf(buf, WORDS_MAX, "%s%s", verdict_name(p->verdict),
		 open ? " (unconfirmed)" : "");
	return buf;
}

/* Appends; what does not fit is cut. */
#define add(buf, size, ...)                                                    \
	snprintf((buf) + strlen(buf), (size)-strlen(buf), __VA_ARGS__)

static void add_undecided(const struct compare *c, const struct pair *p,
			  char buf[WORDS_MAX])
{
	const char *unit = p->by_session ? "sessions" : "samples";
	bool time = p->base->unit.time;
	double delta = time ? c->delta / (1 - c->delta) : c->delta;

	if (!p->shift.at95.known) {
		add(buf, WORDS_MAX,
		    "too few %s for an interval; a change takes at least %zu a "
		    "side",
		    unit, p->needed);
		return;
	}
	if (isnan(p->smallest))
		add(buf, WORDS_MAX, "too few %s for any change to show", unit);
	else
		add(buf, WORDS_MAX, "%.2g %% %s would have shown",
		    (time ? expm1(p->smallest) : -expm1(-p->smallest)) * 100,
		    time ? "longer" : "slower");
	add(buf, WORDS_MAX, ", %.3g %% takes %zu %s a side", delta * 100,
	    p->needed, unit);
}

/* Samples that did not count although their cell was tested. */
static void add_left_out(const char *side, const struct cell *cell,
			 char buf[WORDS_MAX])
{
	const char *gap = *buf ? "; " : "";

	if (!cell || cell->state > CELL_FEW)
		return;
	if (cell->failed)
		add(buf, WORDS_MAX, "%s%zu failed in %s: %s", gap, cell->failed,
		    side, cell->failed_reason);
	gap = *buf ? "; " : "";
	if (cell->invalid)
		add(buf, WORDS_MAX, "%s%zu invalid in %s: %s", gap,
		    cell->invalid, side, cell->invalid_reason);
}

char *words_note(const struct compare *c, const struct pair *p,
		 char buf[WORDS_MAX])
{
	*buf = '\0';
	if (!p->tested) {
		const struct cell *bad =
			p->new && p->new->state > CELL_FEW ? p->new : p->base;

		add(buf, WORDS_MAX, "%s%s%s", p->why,
		    bad && bad->reason ? ": " : "",
		    bad && bad->reason ? bad->reason : "");
	} else if (p->verdict == VERDICT_UNDECIDED) {
		add_undecided(c, p, buf);
	}
	if (p->new && p->base && strcmp(p->base->driver, p->new->driver) != 0)
		add(buf, WORDS_MAX, "%sdriver %s in BASE, %s in NEW",
		    *buf ? "; " : "", p->base->driver, p->new->driver);
	add_left_out("BASE", p->base, buf);
	add_left_out("NEW", p->new, buf);
	return buf;
}

char *words_total(const struct compare *c, char buf[2 * WORDS_MAX])
{
	const size_t size = 2 * WORDS_MAX;
	const char *gap = "";

	*buf = '\0';
	add(buf, size, "%s%s: ", verdict_name(compare_verdict(c)),
	    c->unconfirmed ? " (unconfirmed)" : "");
	for (unsigned v = 0; v < VERDICT_COUNT; v++) {
		if (!c->verdicts[v])
			continue;
		add(buf, size, "%s%zu %s%s", gap, c->verdicts[v],
		    verdict_name((enum verdict)v),
		    c->verdicts[v] > 1 && v != VERDICT_EQUIVALENT &&
				    v != VERDICT_UNDECIDED
			    ? "s"
			    : "");
		gap = ", ";
	}
	add(buf, size,
	    "; %zu of %zu cells tested, alpha %.3g over all of them (Holm), "
	    "delta %.3g %%",
	    c->tested, c->count, c->alpha, c->delta * 100);
	if (c->unconfirmed)
		add(buf, size,
		    "; unconfirmed: one session on a side, so that another "
		    "cluster or mount might differ");
	return buf;
}

void words_runs(const char *side, const struct runs *runs, FILE *out)
{
	for (size_t i = 0; i < runs->count; i++) {
		const struct run *r = &runs->list[i];

		fprintf(out, "%s%s: plan %s, site %s, started %s, %zu ok", side,
			run_text(r, "run_id"), run_text(r, "plan"),
			run_text(r, "site"), run_text(r, "started"), r->ok);
		if (r->failed)
			fprintf(out, ", %zu failed", r->failed);
		if (r->invalid)
			fprintf(out, ", %zu invalid", r->invalid);
		fputc('\n', out);
	}
}

char *words_machine(const struct run *r, char buf[WORDS_MAX])
{
	json_t *host = json_object_get(r->record, "host");
	json_t *count = json_object_get(json_object_get(host, "cpu"), "count");
	double bytes = json_number_value(json_object_get(host, "memory_bytes"));

	*buf = '\0';
	if (count)
		add(buf, WORDS_MAX, "%lld x ",
		    (long long)json_integer_value(count));
	add(buf, WORDS_MAX, "%.200s", run_text(r, "host.cpu.model"));
	if (bytes > 0)
		add(buf, WORDS_MAX, ", %.1f GiB of memory", bytes / (1 << 30));
	return buf;
}

const char *words_interval(const struct cell *c, char *buf, size_t size)
{
	double scale = c->unit.scale;
	int d = fmt_decimals(c->value.median / scale);

	if (c->state == CELL_GOOD)
		snprintf(buf, size, "%.*f to %.*f", d, c->value.lo / scale, d,
			 c->value.hi / scale);
	else
		snprintf(buf, size, "%s",
			 c->state == CELL_FEW ? "too few" : "-");
	return buf;
}
