/* The part of a report that is about cells: each operation's figures with their
 * table. The table of builds is in report_builds.c. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "figure.h"
#include "stats/tell/fmt.h"
#include "html.h"
#include "stats/math/rank.h"
#include "report.h"
#include "stats/tell/words.h"
#include "units.h"

#define TEXT_MAX REPORT_TEXT_MAX

static bool same_group(const struct cell *a, const struct cell *b)
{
	return strcmp(a->op, b->op) == 0 && strcmp(a->cache, b->cache) == 0 &&
	       strcmp(a->variant, b->variant) == 0;
}

size_t report_group_count(const struct cells *cells, size_t first)
{
	size_t n = 1;

	while (first + n < cells->count &&
	       same_group(cells->sorted[first], cells->sorted[first + n]))
		n++;
	return n;
}

const char *report_group_name(const struct cell *c, char buf[TEXT_MAX])
{
	snprintf(buf, TEXT_MAX, "%s%s%s%s%s", c->op, *c->cache ? ", " : "",
		 c->cache, *c->variant ? ", " : "", c->variant);
	return buf;
}

const char *report_shape(const struct cell *c, char buf[TEXT_MAX])
{
	char size[SIZE_TEXT_MAX], block[SIZE_TEXT_MAX];
	int n = snprintf(buf, TEXT_MAX, "%s", size_format(c->size_bytes, size));

	if (c->build) {
		*buf = '\0';
		return buf;
	}
	if (c->block_bytes != 65536)
		n += snprintf(buf + n, TEXT_MAX - (size_t)n, " b%s",
			      size_format(c->block_bytes, block));
	if (c->depth != 1)
		n += snprintf(buf + n, TEXT_MAX - (size_t)n, " d%" PRIu64,
			      c->depth);
	if (c->jobs != 1)
		snprintf(buf + n, TEXT_MAX - (size_t)n, " j%" PRIu64, c->jobs);
	return buf;
}

/* Labels, and rows for speeds and for latencies. */
struct sheet {
	struct figure_row *speed, *latency;
	char (*labels)[TEXT_MAX];
	size_t count, latencies;
};

/* From the median to the last percentile that there is. */
static struct figure_row latency_row(const struct cell *c, const char *label)
{
	unsigned last = P999;

	while (last > P50 && isnan(c->latency_ns[last]))
		last--;
	return (struct figure_row){
		.label = label,
		.gray = c->is_limit,
		.mid = c->latency_ns[P50] / 1e6,
		.lo = c->latency_ns[P50] / 1e6,
		.hi = c->latency_ns[last] / 1e6,
		.dots = &c->latency_ns[P90],
		.count = P999 - P90 + 1,
		.step = sizeof(double),
		.scale = 1e-6,
	};
}

static int sheet_fill(struct sheet *s, struct cell *const *cells, size_t n,
		      struct err *e)
{
	s->speed = calloc(n, sizeof(*s->speed));
	s->latency = calloc(n, sizeof(*s->latency));
	s->labels = calloc(n, sizeof(*s->labels));
	if (!s->speed || !s->latency || !s->labels)
		return err_sys(e, -ENOMEM, "draw a figure");
	for (size_t i = 0; i < n; i++) {
		const struct cell *c = cells[i];
		bool shown = c->state <= CELL_FEW;
		double scale = c->unit.scale;
		char text[TEXT_MAX];

		snprintf(s->labels[i], TEXT_MAX, "%.200s %.100s", c->target,
			 report_shape(c, text));
		s->speed[i] = (struct figure_row){
			.label = s->labels[i],
			.gray = c->is_limit,
			.mid = shown ? c->value.median / scale : NAN,
			.lo = c->state == CELL_GOOD ? c->value.lo / scale : NAN,
			.hi = c->state == CELL_GOOD ? c->value.hi / scale : NAN,
			.dots = shown && c->ok ? &c->points[0].value : NULL,
			.count = shown && c->ok <= 100 ? c->ok : 0,
			.step = sizeof(struct point),
			.scale = 1 / scale,
		};
		if (!shown || isnan(c->latency_ns[P50]))
			continue;
		s->latency[s->latencies++] = latency_row(c, s->labels[i]);
	}
	return 0;
}

static void cell_row(const struct cell *c, FILE *out)
{
	char text[TEXT_MAX], words[WORDS_MAX], fmt[FMT_MAX];
	char checked[CHECKED_TEXT_MAX];
	bool shown = c->state <= CELL_FEW;

	fputs(c->is_limit ? "<tr class=\"limit\">" : "<tr>", out);
	html_element("td", c->target, out);
	html_element("td class=\"n\"", report_shape(c, text), out);
	html_element(shown ? "td class=\"n\"" : "td class=\"n bad\"",
		     words_median(c, words), out);
	html_element("td class=\"n\"", words_interval(c, text, sizeof(text)),
		     out);
	fprintf(out, "<td class=\"n\">%zu</td>", c->ok);
	fprintf(out, "<td class=\"n%s\">%zu</td>",
		c->failed + c->invalid ? " bad" : "", c->failed + c->invalid);
	html_element("td", checked_text(&c->checked, checked), out);
	if (shown && c->limit)
		snprintf(text, sizeof(text), "%s of %.200s",
			 fmt_percent(c->share, fmt), c->limit->target);
	html_element("td", shown && c->limit ? text : "-", out);
	html_element("td class=\"n\"",
		     shown && !isnan(c->cold_ratio)
			     ? fmt_percent(c->cold_ratio, fmt)
			     : "-",
		     out);
	for (unsigned p = P50; p < PERCENTILES; p++)
		html_element("td class=\"n\"",
			     shown && !isnan(c->latency_ns[p])
				     ? fmt_time(c->latency_ns[p], fmt)
				     : "-",
			     out);
	fputs("</tr>\n", out);
}

static void table_print(struct cell *const *cells, size_t n, FILE *out)
{
	fputs("<div class=\"scroll\"><table><thead><tr><th>target</th>"
	      "<th class=\"n\">size</th><th class=\"n\">MB/s</th>"
	      "<th class=\"n\">95&nbsp;% interval</th>"
	      "<th class=\"n\">ok</th><th class=\"n\">not ok</th>"
	      "<th>read back and compared</th><th>share of limit</th>"
	      "<th class=\"n\">from disk</th><th class=\"n\">p50</th>"
	      "<th class=\"n\">p90</th><th class=\"n\">p99</th>"
	      "<th class=\"n\">p99.9</th></tr></thead>\n<tbody>\n",
	      out);
	for (size_t i = 0; i < n; i++)
		cell_row(cells[i], out);
	fputs("</tbody></table></div>\n", out);
}

static int group_print(struct cell *const *cells, size_t n, FILE *out,
		       struct err *e)
{
	struct sheet s = {.count = n};
	bool time = cells[0]->unit.time;
	char name[TEXT_MAX];
	int ret = sheet_fill(&s, cells, n, e);

	if (ret == 0) {
		html_element("h2", report_group_name(cells[0], name), out);
		fputs("<figure>\n", out);
		figure_print(s.speed, n, name,
			     time ? "s, logarithmic" : "MB/s, logarithmic",
			     out);
		fprintf(out,
			"<figcaption>%s: median, its 95&nbsp;%% interval, "
			"samples; limits are grey</figcaption></figure>\n",
			time ? "Time of a build" : "Throughput");
	}
	if (ret == 0 && s.latencies) {
		fputs("<figure>\n", out);
		figure_print(s.latency, s.latencies, name,
			     "ms for one operation, logarithmic", out);
		fprintf(out,
			"<figcaption>Latency: 50, 90, 99 and 99.9&nbsp;%% of "
			"the operations took at most this, each where at "
			"least %d operations took longer"
			"</figcaption></figure>\n",
			PERCENTILE_BEYOND);
	}
	if (ret == 0 && cells[0]->build)
		report_builds(cells, n, out);
	else if (ret == 0)
		table_print(cells, n, out);
	free(s.speed);
	free(s.latency);
	free(s.labels);
	return ret;
}

int report_groups(const struct cells *cells, FILE *out, struct err *e)
{
	int ret = 0;

	for (size_t i = 0, n; i < cells->count && ret == 0; i += n) {
		n = report_group_count(cells, i);
		ret = group_print(cells->sorted + i, n, out, e);
	}
	return ret;
}
