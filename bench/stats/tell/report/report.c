/* See report.h. Cells are in report_cells.c. */
#include "report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "html.h"
#include "stats/tell/text/notes.h"
#include "stats/math/rank.h"
#include "report_style.h"
#include "stats/tell/words.h"

static void head_print(const struct runs *runs, FILE *out)
{
	const struct run *r = &runs->list[0];

	fputs("<!doctype html>\n<html lang=\"en\"><head><meta "
	      "charset=\"utf-8\">\n<meta name=\"viewport\" "
	      "content=\"width=device-width,initial-scale=1\">\n<meta "
	      "http-equiv=\"Content-Security-Policy\" content=\"default-src "
	      "'none';style-src 'unsafe-inline'\">\n<title>ie-bench: ",
	      out);
	html_text(run_text(r, "run_id"), out);
	fprintf(out, "</title>\n<style>\n%s</style></head>\n<body>\n<h1>",
		report_style);
	html_text(run_text(r, "plan"), out);
	fputs(" on ", out);
	html_text(run_text(r, "site"), out);
	if (runs->count > 1)
		fprintf(out, ", and %zu more", runs->count - 1);
	fputs("</h1>\n", out);
}

static void fact(const char *name, const char *text, FILE *out)
{
	fputs("<tr>", out);
	html_element("th", name, out);
	html_element("td class=\"wrap\"", *text ? text : "-", out);
	fputs("</tr>\n", out);
}

static void targets_text(const struct run *r, char *buf, size_t size)
{
	json_t *targets = json_object_get(r->record, "targets"), *one;
	const char *name;

	buf[0] = '\0';
	json_object_foreach (targets, name, one) {
		size_t n = strlen(buf);
		const char *driver =
			json_string_value(json_object_get(one, "driver"));

		snprintf(buf + n, size - n, "%s%s (%s)", n ? ", " : "", name,
			 driver ? driver : "?");
	}
}

static void run_facts(const struct run *r, FILE *out)
{
	char text[4096], words[WORDS_MAX];

	fputs("<div class=\"scroll\"><table><tbody>\n", out);
	fact("run", run_text(r, "run_id"), out);
	fact("started", run_text(r, "started"), out);
	snprintf(text, sizeof(text), "%zu ok, %zu failed, %zu invalid", r->ok,
		 r->failed, r->invalid);
	fact("samples", text, out);
	snprintf(text, sizeof(text), "%.200s (sha256 %.100s)",
		 run_text(r, "plan"), run_text(r, "plan_sha256"));
	fact("plan", text, out);
	fact("site", run_text(r, "site"), out);
	targets_text(r, text, sizeof(text));
	fact("targets", text, out);
	fact("host", run_text(r, "host.hostname"), out);
	fact("machine", words_machine(r, words), out);
	snprintf(text, sizeof(text), "%.200s, %.200s", run_text(r, "host.os"),
		 run_text(r, "host.kernel"));
	fact("system", text, out);
	fact("self-test", report_selftest(r, text, sizeof(text)), out);
	fputs("</tbody></table></div>\n", out);
}

/* A file of the run folder, if it is there. */
static void file_print(const struct run *r, const char *name, FILE *out)
{
	cleanup_free char *text = report_file(r, name);

	if (!text)
		return;
	html_element("h3", name, out);
	fputs("\n<pre>", out);
	html_text(text, out);
	fputs("</pre>\n", out);
}

static int configuration(const struct run *r, FILE *out, struct err *e)
{
	cleanup_free char *text =
		json_dumps(r->record, JSON_INDENT(2) | JSON_REAL_PRECISION(9));

	if (!text)
		return err_sys(e, -ENOMEM, "write the configuration");
	fputs("<details><summary>", out);
	html_text(run_text(r, "run_id"), out);
	fputs(": plan, site, and everything that the run recorded about "
	      "itself</summary>\n",
	      out);
	file_print(r, "plan.ini", out);
	file_print(r, "site.ini", out);
	fputs("<h3>run record</h3>\n<pre>", out);
	html_text(text, out);
	fputs("</pre></details>\n", out);
	return 0;
}

static void method(FILE *out)
{
	fprintf(out,
		"<h2>How to read it</h2>\n<p>The sync at the end of a write is "
		"inside its time. The median of an even number of samples is "
		"the geometric mean of the middle two (of processor time, "
		"bytes and other causes of a build the arithmetic mean). The "
		"interval of a median assumes nothing "
		"about the noise (order statistics; at least %d samples); of "
		"as many sessions, in one run or several, median and interval "
		"are those of their medians. "
		"<i>read back and compared</i>: how much of the data, of the "
		"sample where it is least, and of a write what answered: "
		"storage, servers (which may have had it in memory), or this "
		"host's cache. <i>from disk</i>: bytes that the servers read "
		"from "
		"their disks, as a share of the bytes returned; a cold read "
		"below 95&nbsp;%% is invalid. <i>share of limit</i>: of the "
		"lowest limit that was measured in the same plan; above it a "
		"cell is invalid. <i>p50</i> to <i>p99.9</i>: time of one "
		"operation, where at least %d operations of each sample took "
		"longer (p99 needs %d of them); the next operation begins "
		"when one has ended, so a stall makes none behind it late. "
		"No outlier is "
		"discarded.</p>\n",
		RANK_MIN_N, PERCENTILE_BEYOND, 100 * PERCENTILE_BEYOND);
}

/* What the intervals do not hold. */
static void pooled_print(const struct cells *cells, FILE *out)
{
	size_t n = 0;

	for (size_t i = 0; i < cells->count; i++)
		n += cells->sorted[i]->state == CELL_GOOD &&
		     estimate_pooled(&cells->sorted[i]->value);
	if (n == 0)
		return;
	fputs("<p class=\"bad\">", out);
	notes_pooled(n, cells->count, out);
	fputs("</p>\n", out);
}

int report_print(const struct runs *runs, FILE *out, struct err *e)
{
	int ret;

	head_print(runs, out);
	for (size_t i = 0; i < runs->count; i++)
		run_facts(&runs->list[i], out);
	if (runs->count > 1) {
		fputs("<p class=\"bad\">", out);
		runs_differences(runs, out);
		fputs("</p>\n", out);
	}
	pooled_print(&runs->cells, out);
	report_headline(&runs->cells, out);
	ret = report_groups(&runs->cells, out, e);
	if (ret == 0)
		ret = report_effects(&runs->cells, out, e);
	survival_report(&runs->cells, out);
	report_troubles(&runs->cells, out);
	method(out);
	fputs("<h2>Configuration</h2>\n", out);
	for (size_t i = 0; i < runs->count && ret == 0; i++)
		ret = configuration(&runs->list[i], out, e);
	report_again(runs, out);
	fputs("</body></html>\n", out);
	return ret;
}
