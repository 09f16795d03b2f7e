/* A comparison for programs: JSON, TSV, and JUnit's XML, which every CI shows
 * as a list of tests. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "compare_out.h"
#include "stats/tell/report/html.h"
#include "stats/tell/values.h"
#include "stats/tell/words.h"

static double median(const struct cell *c)
{
	return c && c->state <= CELL_FEW ? c->value.median : NAN;
}

static double ratio(bool known, double shift)
{
	return known ? exp(shift) : NAN;
}

static size_t values_count(const struct pair *p, const struct cell *cell,
			   size_t tested)
{
	return p->tested ? tested : cell ? cell->ok : 0;
}

static size_t pair_values(const struct compare *c, const struct pair *p,
			  char note[WORDS_MAX], struct value *v)
{
	const struct cell *any = p->base ? p->base : p->new;
	struct shift shift = p->shift, *s = &shift;
	double smallest = any->unit.time ? p->smallest : -p->smallest;
	bool seen = p->tested && !isnan(p->smallest);
	size_t n = 0;

	side_turn(any, s);
	v[n++] = value_text("cell", p->name);
	n += values_identity(any, v + n);
	v[n++] = value_text("verdict", verdict_name(p->verdict));
	v[n++] = value_text("confirmed", !p->tested	 ? NULL
					 : p->by_session ? "yes"
							 : "no");
	v[n++] = value_text("note", words_note(c, p, note));
	v[n++] = value_text("unit", any->unit.name);
	v[n++] = value_real("base_median", median(p->base));
	v[n++] = value_real("new_median", median(p->new));
	v[n++] = value_count("base_n", values_count(p, p->base, s->m));
	v[n++] = value_count("new_n", values_count(p, p->new, s->n));
	v[n++] = value_count("base_sessions", p->sessions[0]);
	v[n++] = value_count("new_sessions", p->sessions[1]);
	v[n++] = value_text("values", !p->tested      ? NULL
				      : p->by_session ? "session medians"
						      : "samples");
	v[n++] = value_rounded("ratio", ratio(p->tested, s->shift));
	v[n++] = value_rounded("lo", ratio(s->at95.known, s->at95.lo));
	v[n++] = value_rounded("hi", ratio(s->at95.known, s->at95.hi));
	v[n++] = value_rounded("coverage",
			       s->at95.known ? s->at95.coverage : NAN);
	v[n++] = value_rounded("lo90", ratio(s->at90.known, s->at90.lo));
	v[n++] = value_rounded("hi90", ratio(s->at90.known, s->at90.hi));
	v[n++] = value_rounded("p", p->tested ? s->p : NAN);
	v[n++] = value_rounded("p_holm", p->holm);
	v[n++] = value_rounded("p_bh", p->bh);
	v[n++] = value_rounded("smallest_drop", ratio(seen, smallest));
	v[n++] = value_count("needed", p->needed);
	return n;
}

int compare_tsv(const struct compare *c, FILE *out, struct err *e)
{
	(void)e;
	for (size_t i = 0; i < c->count; i++) {
		struct value v[VALUES_MAX];
		char note[WORDS_MAX];
		size_t n = pair_values(c, &c->pairs[i], note, v);

		if (i == 0)
			values_tsv_header(v, n, out);
		values_tsv(v, n, out);
	}
	return 0;
}

static json_t *runs_json(const struct side *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->runs.count; i++)
		json_array_append_new(
			list,
			json_string(run_text(&s->runs.list[i], "run_id")));
	return json_pack("{s:o, s:s?}", "runs", list, "target", s->target);
}

static json_t *differences_json(const struct compare *c)
{
	cleanup_free char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	json_t *list = json_array();

	if (!f)
		return list;
	compare_differences(c, f);
	fclose(f);
	for (char *save, *line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		json_array_append_new(list, json_string(line));
	return list;
}

int compare_json(const struct compare *c, FILE *out, struct err *e)
{
	char total[2 * WORDS_MAX];
	json_auto_t *head = json_pack(
		"{s:s, s:s, s:b, s:s, s:f, s:f, s:I, s:o, s:o, s:o}", "schema",
		"ie-stats-compare/1", "verdict",
		verdict_name(compare_verdict(c)), "unconfirmed", c->unconfirmed,
		"summary", words_total(c, total), "delta", c->delta, "alpha",
		c->alpha, "tested", (json_int_t)c->tested, "base",
		runs_json(&c->base), "new", runs_json(&c->new), "differences",
		differences_json(c));
	cleanup_free char *text =
		head ? json_dumps(head, JSON_COMPACT | JSON_REAL_PRECISION(6))
		     : NULL;

	if (!text)
		return err_sys(e, -ENOMEM, "write the comparison");
	/* the cells follow inside the same object */
	fprintf(out, "%.*s,\n\"cells\":[", (int)strlen(text) - 1, text);
	for (size_t i = 0; i < c->count; i++) {
		struct value v[VALUES_MAX];
		char note[WORDS_MAX];
		size_t n = pair_values(c, &c->pairs[i], note, v);

		fputs(i ? ",\n" : "\n", out);
		values_json(v, n, out);
	}
	fputs("]}\n", out);
	return 0;
}

static void case_print(const struct compare *c, const struct pair *p, FILE *out)
{
	const char *element = p->verdict == VERDICT_REGRESSION	? "failure"
			      : p->verdict == VERDICT_UNDECIDED ? "skipped"
								: NULL;
	char note[WORDS_MAX], change[WORDS_MAX], span[WORDS_MAX];
	char holm[WORDS_MAX], verdict[WORDS_MAX];
	struct shift shift = p->shift;

	fputs("  <testcase classname=\"ie-stats compare\" name=\"", out);
	html_text(p->name, out);
	fputs(element ? "\">\n    <" : "\"/>\n", out);
	if (!element)
		return;
	fprintf(out, "%s message=\"%s", element, words_verdict(p, verdict));
	if (p->tested) {
		side_turn(p->base, &shift);
		fprintf(out, ": %s (95 %% interval %s), Holm p ",
			words_change(shift.shift, change),
			words_span(&shift.at95, span));
	}
	if (p->tested)
		html_text(words_p(p->holm, holm), out);
	fputs(*words_note(c, p, note) ? "; " : "", out);
	html_text(note, out);
	fputs("\"/>\n  </testcase>\n", out);
}

int compare_junit(const struct compare *c, FILE *out, struct err *e)
{
	char total[2 * WORDS_MAX];

	(void)e;
	fprintf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuite name=\"ie-stats compare\" tests=\"%zu\" "
		"failures=\"%zu\" errors=\"0\" skipped=\"%zu\">\n",
		c->count, c->verdicts[VERDICT_REGRESSION],
		c->verdicts[VERDICT_UNDECIDED]);
	for (size_t i = 0; i < c->count; i++)
		case_print(c, &c->pairs[i], out);
	fputs("  <system-out>", out);
	html_text(words_total(c, total), out);
	fputs("</system-out>\n</testsuite>\n", out);
	return 0;
}
