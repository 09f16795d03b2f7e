/* The part of a report that is about image builds; see report.h. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "stats/study/effects.h"
#include "figure.h"
#include "html.h"
#include "report.h"
#include "stats/tell/words.h"

#define TEXT_MAX 512

static void build_row(const struct cell *c, FILE *out)
{
	char text[TEXT_MAX], words[WORDS_MAX];

	fputs(c->is_limit ? "<tr class=\"limit\">" : "<tr>", out);
	html_element("td", c->target, out);
	html_element(c->state <= CELL_FEW ? "td class=\"n\""
					  : "td class=\"n bad\"",
		     words_median(c, words), out);
	html_element("td class=\"n\"", words_interval(c, text, sizeof(text)),
		     out);
	fprintf(out, "<td class=\"n\">%zu</td><td class=\"n%s\">%zu</td>",
		c->ok, c->failed + c->invalid ? " bad" : "",
		c->failed + c->invalid);
	for (enum cause k = 0; k < CAUSES; k++)
		html_element("td class=\"n\"",
			     cause_text(k, c->causes[k], text, sizeof(text)),
			     out);
	fputs("</tr>\n", out);
}

void report_builds(struct cell *const *cells, size_t n, FILE *out)
{
	fputs("<div class=\"scroll\"><table><thead><tr><th>engine</th>"
	      "<th class=\"n\">time</th><th class=\"n\">95&nbsp;% "
	      "interval</th><th class=\"n\">ok</th><th class=\"n\">not "
	      "ok</th>",
	      out);
	for (enum cause k = 0; k < CAUSES; k++)
		html_element("th class=\"n\"", cause_infos[k].title, out);
	fputs("</tr></thead>\n<tbody>\n", out);
	for (size_t i = 0; i < n; i++)
		build_row(cells[i], out);
	fputs("</tbody></table></div>\n", out);
}

static void effect_name(const struct effect *f, char buf[TEXT_MAX])
{
	snprintf(buf, TEXT_MAX, "%.200s: %.200s%s%.20s", f->name,
		 f->of->variant, *f->of->cache ? " " : "", f->of->cache);
}

static int effects_figure(const struct effects *effects, FILE *out,
			  struct err *e)
{
	cleanup_free struct figure_row *rows =
		calloc(effects->count, sizeof(*rows));
	cleanup_free char(*labels)[TEXT_MAX] =
		calloc(effects->count, sizeof(*labels));

	if (!rows || !labels)
		return err_sys(e, -ENOMEM, "draw a figure");
	for (size_t i = 0; i < effects->count; i++) {
		const struct effect *f = &effects->list[i];
		const struct span *s = &f->shift.at95;

		snprintf(labels[i], TEXT_MAX, "%.200s", f->name);
		rows[i] = (struct figure_row){
			.label = labels[i],
			.mid = exp(f->shift.shift),
			.lo = s->known ? exp(s->lo) : NAN,
			.hi = s->known ? exp(s->hi) : NAN,
		};
	}
	fputs("<figure>\n", out);
	figure_print(rows, effects->count, "What makes builds slower",
		     "ratio of times, logarithmic", out);
	fputs("<figcaption>Ratio of times (Hodges-Lehmann) and its 95&nbsp;% "
	      "interval</figcaption></figure>\n",
	      out);
	return 0;
}

static int answers_print(const struct effects *effects, FILE *out,
			 struct err *e)
{
	cleanup_free char *text = effects_answers(effects, e);

	if (!text)
		return -ENOMEM;
	fputs("<ul>\n", out);
	for (char *save, *line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		html_element("li", line, out);
		fputc('\n', out);
	}
	fputs("</ul>\n", out);
	return 0;
}

static int effects_print(const struct effects *effects, FILE *out,
			 struct err *e)
{
	char text[TEXT_MAX];
	int ret;

	fputs("<h2>What makes builds slower</h2>\n", out);
	ret = answers_print(effects, out, e);
	if (ret == 0)
		ret = effects_figure(effects, out, e);
	fputs("<div class=\"scroll\"><table><thead><tr><th>what</th>"
	      "<th class=\"n\">ratio of times [95&nbsp;% interval]</th>"
	      "</tr></thead>\n<tbody>\n",
	      out);
	for (size_t i = 0; i < effects->count; i++) {
		const struct effect *f = &effects->list[i];

		fputs("<tr>", out);
		effect_name(f, text);
		html_element("td", text, out);
		html_element("td class=\"n\"",
			     effect_text(f, text, sizeof(text)), out);
		fputs("</tr>\n", out);
	}
	fputs("</tbody></table></div>\n<p>Of builds, CPU is the time of their "
	      "own processes and <i>idle</i> how long none of them ran, at "
	      "least (time less CPU): asleep, or waiting for the disk. System "
	      "calls are those of the whole machine while a build ran. The "
	      "sync after a build is not in its time.</p>\n",
	      out);
	return ret;
}

int report_effects(const struct cells *cells, FILE *out, struct err *e)
{
	struct effects effects;
	int ret = effects_find(&effects, cells, e);

	if (ret == 0 && effects.count)
		ret = effects_print(&effects, out, e);
	if (ret == 0)
		effects_free(&effects);
	return ret;
}
