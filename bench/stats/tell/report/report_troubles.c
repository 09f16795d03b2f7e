/* The part of a report that says what went wrong; see report.h. */
#include "html.h"
#include "report.h"

static void trouble_row(const struct cell *c, size_t n, const char *what,
			const char *why, FILE *out)
{
	fputs("<tr>", out);
	html_element("td", c->name, out);
	fprintf(out, "<td class=\"n\">%zu</td>", n);
	html_element("td class=\"bad\"", what, out);
	html_element("td class=\"wrap\"", why, out);
	fputs("</tr>\n", out);
}

void report_troubles(const struct cells *cells, FILE *out)
{
	size_t rows = 0;

	fputs("<h2>Failed and invalid</h2>\n<div class=\"scroll\"><table>"
	      "<thead><tr><th>cell</th><th class=\"n\">samples</th>"
	      "<th>what</th><th>the first one's reason</th></tr></thead>\n"
	      "<tbody>\n",
	      out);
	for (size_t i = 0; i < cells->count; i++) {
		const struct cell *c = cells->sorted[i];

		if (c->failed)
			trouble_row(c, c->failed, "failed", c->failed_reason,
				    out);
		if (c->invalid)
			trouble_row(c, c->invalid, "invalid", c->invalid_reason,
				    out);
		if (c->state == CELL_INVALID && c->ok)
			trouble_row(c, c->ok, "invalid cell", c->reason, out);
		rows += c->failed || c->invalid || c->state == CELL_INVALID;
	}
	fputs("</tbody></table></div>\n", out);
	if (rows == 0)
		fputs("<p>None: every sample is ok.</p>\n", out);
}
