/* See summary.h; the format for people is text.c. */
#include "summary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "stats/tell/text/text.h"
#include "values.h"

int summary_tsv(const struct runs *runs, FILE *out, struct err *e)
{
	struct value v[VALUES_MAX];

	(void)e;
	for (size_t i = 0; i < runs->cells.count; i++) {
		size_t n = values_cell(runs->cells.sorted[i], v);

		if (i == 0)
			values_tsv_header(v, n, out);
		values_tsv(v, n, out);
	}
	return 0;
}

static int run_json(const struct run *run, FILE *out, struct err *e)
{
	static const char *const keys[] = {"run_id",	  "started", "plan",
					   "plan_sha256", "site",    "seed"};
	json_auto_t *j = json_object();

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		json_object_set(j, keys[i],
				json_object_get(run->record, keys[i]));
	json_object_set_new(j, "ok", json_integer((json_int_t)run->ok));
	json_object_set_new(j, "failed", json_integer((json_int_t)run->failed));
	json_object_set_new(j, "invalid",
			    json_integer((json_int_t)run->invalid));
	if (json_dumpf(j, out, JSON_COMPACT) < 0)
		return err_set(e, -EIO, "write the summary");
	return 0;
}

static int differences_json(const struct runs *runs, FILE *out, struct err *e)
{
	cleanup_free char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	json_auto_t *list = json_array();

	if (!f)
		return err_sys(e, -ENOMEM, "write the summary");
	runs_differences(runs, f);
	fclose(f);
	for (char *save, *line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		json_array_append_new(list, json_string(line));
	json_dumpf(list, out, JSON_COMPACT);
	return 0;
}

static int summary_json(const struct runs *runs, FILE *out, struct err *e)
{
	struct value v[VALUES_MAX];
	int ret = 0;

	fputs("{\"schema\":\"ie-stats-summary/1\",\n\"runs\":[", out);
	for (size_t i = 0; i < runs->count && ret == 0; i++) {
		fputs(i ? ",\n" : "\n", out);
		ret = run_json(&runs->list[i], out, e);
	}
	fputs("],\n\"differences\":", out);
	if (ret == 0)
		ret = differences_json(runs, out, e);
	fputs(",\n\"cells\":[", out);
	for (size_t i = 0; i < runs->cells.count; i++) {
		size_t n = values_cell(runs->cells.sorted[i], v);

		n += values_causes(runs->cells.sorted[i], v + n);
		n += values_survival(runs->cells.sorted[i], v + n);
		fputs(i ? ",\n" : "\n", out);
		values_json(v, n, out);
	}
	fputs("]}\n", out);
	return ret;
}

const struct summary_format *summary_format_find(const char *name)
{
	static const struct summary_format formats[] = {
		{"text", text_print},
		{"json", summary_json},
		{"tsv", summary_tsv},
	};

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	return NULL;
}
