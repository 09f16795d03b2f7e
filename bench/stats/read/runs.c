/* See runs.h. */
#include "runs.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "jsonl.h"
#include "record_check.h"
#include "utf8.h"

/* More than these are a broken file, not broken lines. */
#define PROBLEMS_MAX 100

struct reader {
	struct runs *runs;
	struct hsearch_data ids; /* run_id to its run */
	struct problems *problems;
	struct record record;
	char *path;
	size_t line;
};

const char *run_text(const struct run *run, const char *path)
{
	const json_t *at = run->record;
	const char *text;

	for (size_t len; at && *path; path += len + (path[len] == '.')) {
		len = strcspn(path, ".");
		at = json_object_getn(at, path, len);
	}
	text = json_string_value(at);
	return text ? text : "";
}

/* Puts the place before the message; goes on when problems are collected. */
static int problem(struct reader *rd, size_t line, int ret, struct err *e)
{
	struct problems *p = rd->problems;

	if (line)
		err_wrap(e, ret, "read %s:%zu", rd->path, line);
	else
		err_wrap(e, ret, "read %s", rd->path);
	if (ret != -EINVAL || !p)
		return ret;
	utf8_scrub(e->msg);
	fprintf(p->out, "%s\n", e->msg + strlen("read "));
	if (++p->count == PROBLEMS_MAX)
		return err_set(e, -EINVAL, "read %s: too many problems",
			       rd->path);
	return 0;
}

static int unknown_note(struct problems *p, const struct record *r)
{
	for (size_t i = 0; p && i < r->unknown_count; i++) {
		size_t k = 0;

		while (k < p->unknown_count &&
		       strcmp(p->unknown[k], r->unknown[i]) != 0)
			k++;
		if (k < p->unknown_count || k == ARRAY_SIZE(p->unknown))
			continue;
		p->unknown[k] = strdup(r->unknown[i]);
		if (!p->unknown[k])
			return -ENOMEM;
		p->unknown_count++;
	}
	return 0;
}

static int run_check(struct reader *rd, struct run *run, struct err *e)
{
	ENTRY new = {(char *)run_text(run, "run_id"), run};
	ENTRY *entry;

	if (!hsearch_r(new, ENTER, &entry, &rd->ids))
		return err_sys(e, -ENOMEM, "runs");
	if (entry->data != run)
		return err_set(e, -EINVAL,
			       "run %s is given twice: it is that of %s too",
			       new.key, ((struct run *)entry->data)->dir);
	return 0;
}

static int sample_take(struct reader *rd, struct run *run, struct err *e)
{
	const struct record *r = &rd->record;
	uint32_t number = (uint32_t)(rd->runs->count - 1);
	int ret;

	if (r->kind == RECORD_RUN)
		return err_set(e, -EINVAL, "a second run record");
	ret = cells_add(&rd->runs->cells, r, number, (uint32_t)rd->line, e);
	if (ret < 0)
		return ret;
	if (r->ok)
		run->ok++;
	else if (strcmp(record_text(r, F_STATUS), "failed") == 0)
		run->failed++;
	else
		run->invalid++;
	return 0;
}

static int line_take(struct reader *rd, struct run *run, char *text, size_t len,
		     struct err *e)
{
	int ret;

	if (text[len - 1] != '\n')
		return err_set(e, -EINVAL,
			       "the last line is torn (no newline)");
	/* record_read() changes the text: keep the run's own line first */
	if (rd->line == 1)
		run->record = json_loadb(text, len, 0, NULL);
	ret = record_read(&rd->record, text, len - 1, e);
	if (ret == 0)
		ret = record_check(&rd->record, e);
	if (ret < 0)
		return ret;
	if (unknown_note(rd->problems, &rd->record) < 0)
		return err_sys(e, -ENOMEM, "fields");
	if (rd->line > 1)
		return sample_take(rd, run, e);
	if (rd->record.kind != RECORD_RUN)
		return err_set(e, -EINVAL,
			       "the first line is not the run record");
	return run_check(rd, run, e);
}

static int lines_take(struct reader *rd, struct run *run, FILE *f,
		      struct err *e)
{
	cleanup_free char *text = NULL;
	size_t room = 0;
	ssize_t len;
	int ret;

	while ((len = jsonl_line(&text, &room, f)) > 0) {
		rd->line++;
		ret = line_take(rd, run, text, (size_t)len, e);
		if (ret < 0)
			ret = problem(rd, rd->line, ret, e);
		if (ret < 0)
			return ret;
	}
	if (len == -EFBIG)
		return err_set(e, -EINVAL,
			       "read %s:%zu: line is longer than 4 MiB",
			       rd->path, rd->line + 1);
	if (len < 0) { /* it may be a folder: bad input as well */
		err_sys(e, (int)len, "read %s", rd->path);
		return -EINVAL;
	}
	if (rd->line == 0)
		ret = err_set(e, -EINVAL, "no run record: the file is empty");
	else if (run->ok + run->failed + run->invalid == 0)
		ret = err_set(e, -EINVAL, "no samples");
	else
		return 0;
	return problem(rd, 0, ret, e);
}

static int run_read(struct reader *rd, const char *dir, struct err *e)
{
	cleanup_file FILE *f = NULL;
	struct runs *runs = rd->runs;
	struct run *run = &runs->list[runs->count];
	int ret;

	run->dir = strdup(dir);
	if (!run->dir || asprintf(&rd->path, "%s/records.jsonl", dir) < 0) {
		free(run->dir);
		rd->path = NULL;
		return err_sys(e, -ENOMEM, "read %s", dir);
	}
	runs->count++;
	rd->line = 0;
	f = fopen(rd->path, "re");
	if (f) {
		ret = lines_take(rd, run, f, e);
	} else {
		err_sys(e, -errno, "read %s", rd->path);
		ret = -EINVAL; /* a folder that is no run is bad input */
	}
	free(rd->path);
	rd->path = NULL;
	return ret;
}

static int twice_find(struct reader *rd, const struct cell *cell, struct err *e)
{
	for (size_t i = 1; i < cell->ok; i++) {
		const struct point *a = &cell->points[i - 1];
		const struct point *b = &cell->points[i];
		int ret;

		if (!point_same(a, b))
			continue;
		err_set(e, -EINVAL,
			"case %s: block %u of session %u is there twice, "
			"first on line %u",
			cell->name, b->block, b->session, a->line);
		if (asprintf(&rd->path, "%s/records.jsonl",
			     rd->runs->list[b->run].dir) < 0) {
			rd->path = NULL;
			return err_sys(e, -ENOMEM, "case %s", cell->name);
		}
		ret = problem(rd, b->line, -EINVAL, e);
		free(rd->path);
		if (ret < 0)
			return ret;
	}
	return 0;
}

static int runs_finish(struct reader *rd, struct err *e)
{
	struct cells *cells = &rd->runs->cells;
	int ret = cells_sort(cells, e);

	for (size_t i = 0; i < cells->count && ret == 0; i++)
		ret = twice_find(rd, cells->sorted[i], e);
	if (ret < 0)
		return ret;
	if (rd->problems && rd->problems->count)
		return err_set(e, -EINVAL, "%zu problem%s", rd->problems->count,
			       rd->problems->count == 1 ? "" : "s");
	return cells_judge(cells, e);
}

int runs_read(struct runs *runs, char *const dirs[], size_t count,
	      struct problems *problems, struct err *e)
{
	struct reader rd = {.runs = runs, .problems = problems};
	int ret = 0;

	runs->list = calloc(count, sizeof(*runs->list));
	if (!runs->list || !hcreate_r(count + count / 2 + 1, &rd.ids))
		return err_sys(e, -ENOMEM, "read the runs");
	for (size_t i = 0; i < count && ret == 0; i++)
		ret = run_read(&rd, dirs[i], e);
	if (ret == 0)
		ret = runs_finish(&rd, e);
	record_free(&rd.record);
	hdestroy_r(&rd.ids);
	return ret;
}

void runs_free(struct runs *runs)
{
	for (size_t i = 0; i < runs->count; i++) {
		free(runs->list[i].dir);
		json_decref(runs->list[i].record);
	}
	free(runs->list);
	cells_free(&runs->cells);
	*runs = (struct runs){0};
}

void problems_free(struct problems *p)
{
	for (size_t i = 0; i < p->unknown_count; i++)
		free(p->unknown[i]);
}

static bool differ(const struct run *a, const struct run *b, const char *path)
{
	return strcmp(run_text(a, path), run_text(b, path)) != 0;
}

void runs_differences(const struct runs *runs, FILE *out)
{
	bool plans = false;
	bool sites = false;
	bool hosts = false;

	for (size_t i = 1; i < runs->count; i++) {
		const struct run *a = &runs->list[0];
		const struct run *b = &runs->list[i];

		plans |= differ(a, b, "plan_sha256");
		sites |= differ(a, b, "site");
		hosts |= differ(a, b, "host.hostname");
	}
	if (plans)
		fputs("these runs followed different plans\n", out);
	if (sites)
		fputs("these runs measured different sites\n", out);
	if (hosts)
		fputs("these runs were made on different hosts\n", out);
}
