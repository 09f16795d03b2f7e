/* The headline of a report: each target at the largest size of each operation.
 */
#include <string.h>

#include "html.h"
#include "report.h"
#include "stats/tell/words.h"

#define TEXT_MAX REPORT_TEXT_MAX

/* The last cell of a target in a group: its largest size. */
static const struct cell *largest(const struct cells *cells, size_t first,
				  const char *target)
{
	const struct cell *found = NULL;
	size_t n = report_group_count(cells, first);

	for (size_t i = first; i < first + n; i++)
		if (strcmp(cells->sorted[i]->target, target) == 0)
			found = cells->sorted[i];
	return found;
}

static void headline_cell(const struct cell *c, FILE *out)
{
	char speed[WORDS_MAX], range[TEXT_MAX], size[TEXT_MAX];

	if (!c) {
		fputs("<td>-</td>", out);
		return;
	}
	if (c->survival.cuts) {
		fputs(c->survival.kept < c->survival.cuts ? "<td class=\"bad\">"
							  : "<td>",
		      out);
		html_text(survival_verdict(&c->survival, range, sizeof(range)),
			  out);
		fprintf(out, "<br><small>%s</small></td>",
			report_shape(c, size));
		return;
	}
	fprintf(out, "<td>%s<b>%s</b>%s",
		c->state > CELL_FEW ? "<span class=\"bad\">" : "",
		words_median(c, speed), c->state > CELL_FEW ? "</span>" : "");
	if (c->state == CELL_GOOD)
		fprintf(out, " [%s]", words_interval(c, range, sizeof(range)));
	fprintf(out, "<br><small>%s</small></td>", report_shape(c, size));
}

static const char *headline_note(const struct cells *cells)
{
	size_t builds = 0;

	for (size_t i = 0; i < cells->count; i++)
		builds += cells->sorted[i]->build != NULL;
	if (builds == cells->count)
		return "seconds of a build: median and its 95&nbsp;% interval";
	return builds ? "MB/s (10<sup>6</sup> bytes/s), or seconds of a build: "
			"median and its 95&nbsp;% interval, at the largest "
			"size of each operation"
		      : "MB/s (10<sup>6</sup> bytes/s): median and its "
			"95&nbsp;% interval, at the largest size of each "
			"operation";
}

void report_headline(const struct cells *cells, FILE *out)
{
	char text[TEXT_MAX];

	fprintf(out,
		"<h2>Headline</h2>\n<p class=\"note\">%s</p>\n"
		"<div class=\"scroll\"><table><thead><tr><th>target</th>",
		headline_note(cells));
	for (size_t g = 0; g < cells->count; g += report_group_count(cells, g))
		html_element("th", report_group_name(cells->sorted[g], text),
			     out);
	fputs("</tr></thead>\n<tbody>\n", out);
	for (size_t i = 0; i < cells->count; i++) {
		const struct cell *c = cells->sorted[i];
		size_t k = 0;

		/* each target once, where it comes first */
		while (strcmp(cells->sorted[k]->target, c->target) != 0)
			k++;
		if (k < i)
			continue;
		fputs(c->is_limit ? "<tr class=\"limit\">" : "<tr>", out);
		snprintf(text, sizeof(text), "%s%s", c->target,
			 c->is_limit ? " (limit)" : "");
		html_element("th", text, out);
		for (size_t g = 0; g < cells->count;
		     g += report_group_count(cells, g))
			headline_cell(largest(cells, g, c->target), out);
		fputs("</tr>\n", out);
	}
	fputs("</tbody></table></div>\n", out);
}
