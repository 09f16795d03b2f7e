/* The part of a report that says how to measure the same again: commands for a
 * shell on any machine, which need nothing of the one that measured. */
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "html.h"
#include "report.h"
#include "version.h"

#define END_OF_FILE "END-OF-FILE"

char *report_file(const struct run *r, const char *name)
{
	cleanup_free char *path = NULL;
	cleanup_file FILE *f = NULL;
	char *text = NULL;
	size_t room = 0;

	if (asprintf(&path, "%s/%s", r->dir, name) < 0) {
		path = NULL;
		return NULL;
	}
	f = fopen(path, "re");
	if (f && getdelim(&text, &room, '\0', f) < 0) {
		free(text);
		text = NULL;
	}
	return text;
}

static void here_document(const char *name, const char *text, FILE *out)
{
	size_t len = strlen(text);

	fprintf(out, "cat &gt;%s &lt;&lt;'" END_OF_FILE "'\n", name);
	html_text(text, out);
	fputs(len && text[len - 1] == '\n' ? END_OF_FILE "\n"
					   : "\n" END_OF_FILE "\n",
	      out);
}

/* What ie-cluster brought up for the run; NULL: it was another's site. */
static json_t *services_of(const struct run *r)
{
	json_t *cluster = json_object_get(r->record, "cluster");
	json_t *services = json_object_get(cluster, "services");

	return json_object_get(cluster, "supervisor") ? services : NULL;
}

static void cluster_print(json_t *services, FILE *out)
{
	const char *name;
	json_t *one;

	fputs("ie-cluster up", out);
	json_object_foreach (services, name, one) {
		fputc(' ', out);
		html_text(name, out);
	}
	fputs(" --dir \"$PWD/cluster\"\n"
	      "ie-cluster site --dir \"$PWD/cluster\" &gt;site.ini\n",
	      out);
}

static bool builds_images(const struct runs *runs)
{
	for (size_t i = 0; i < runs->cells.count; i++)
		if (runs->cells.sorted[i]->build)
			return true;
	return false;
}

static void run_again(const struct run *r, bool images, FILE *out)
{
	json_t *seed = json_object_get(r->record, "seed");
	cleanup_free char *plan = report_file(r, "plan.ini");
	cleanup_free char *site = report_file(r, "site.ini");
	json_t *services = services_of(r);

	fputs("<pre>", out);
	if (plan)
		here_document("plan.ini", plan, out);
	if (images)
		fputs("make images\n", out);
	if (services)
		cluster_print(services, out);
	else if (site)
		here_document("site.ini", site, out);
	fprintf(out, "ie-bench run plan.ini --site site.ini --seed %lld\n",
		(long long)json_integer_value(seed));
	if (services)
		fputs("ie-cluster down --dir \"$PWD/cluster\"\n", out);
	fputs("</pre>\n", out);
	if (!plan)
		fputs("<p>plan.ini: the run's folder did not have it.</p>\n",
		      out);
	if (!services)
		fputs("<p>site.ini names storage of the site that was "
		      "measured: elsewhere put yours in its place.</p>\n",
		      out);
}

void report_again(const struct runs *runs, FILE *out)
{
	const char *version = run_text(&runs->list[0], "versions.ie-bench");
	bool images = builds_images(runs);

	fputs("<h2>How to reproduce</h2>\n<p>With ie-bench ", out);
	html_text(version, out);
	fputs(images ? ", in the folder of its source"
		     : ", installed or with its <code>build</code> in PATH, in "
		       "an empty folder",
	      out);
	fputs("; the seed gives the same order and the same data:</p>\n", out);
	for (size_t i = 0; i < runs->count; i++)
		run_again(&runs->list[i], images, out);
	fputs("<p>This page is made of a run's folder: <code>ie-stats report "
	      "RUN_DIR -o report.html</code>, ie-stats " IE_VERSION ".</p>\n",
	      out);
}
