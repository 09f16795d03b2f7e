/* ie-stats export: the derived files of plots and paper. The same records
 * give the same bytes; each file appears whole or not at all. */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "stats/args.h"
#include "stats/commands.h"
#include "stats/effects.h"
#include "stats/macros.h"
#include "stats/outfile.h"
#include "stats/runs.h"
#include "stats/summary.h"
#include "stats/values.h"

static int samples_tsv(const struct runs *runs, FILE *out, struct err *e)
{
	const struct cells *cells = &runs->cells;
	const struct point none = {0};
	struct value v[VALUES_MAX];

	(void)e;
	if (cells->count) /* the header does not need a sample */
		values_tsv_header(
			v, values_sample(runs, cells->sorted[0], &none, v),
			out);
	for (size_t i = 0; i < cells->count; i++) {
		const struct cell *cell = cells->sorted[i];

		if (cell->state > CELL_FEW)
			continue; /* above its limit: points, but no truth */
		for (size_t k = 0; k < cell->ok; k++)
			values_tsv(
				v,
				values_sample(runs, cell, &cell->points[k], v),
				out);
	}
	return 0;
}

/* A row for each step of each sample that has throughput over time. */
static int series_tsv(const struct runs *runs, FILE *out, struct err *e)
{
	const struct cells *cells = &runs->cells;
	bool first = true;

	(void)e;
	for (size_t i = 0; i < cells->count; i++) {
		const struct cell *cell = cells->sorted[i];

		for (size_t k = 0;
		     cell->state <= CELL_FEW && k < cell->series_count; k++) {
			const struct series_kept *s = &cell->series[k];

			for (size_t t = 0; t < s->count; t++) {
				struct value v[VALUES_MAX];
				size_t n = values_step(runs, cell, s, t, v);

				if (first)
					values_tsv_header(v, n, out);
				first = false;
				values_tsv(v, n, out);
			}
		}
	}
	return 0;
}

/* A row for each cell that has values of its own kind. */
static int some_tsv(const struct runs *runs,
		    size_t (*values)(const struct cell *, struct value *),
		    FILE *out)
{
	const struct cells *cells = &runs->cells;
	bool first = true;

	for (size_t i = 0; i < cells->count; i++) {
		const struct cell *cell = cells->sorted[i];
		struct value v[VALUES_MAX];
		size_t n = values_cell(cell, v);
		size_t own = values(cell, v + n);

		if (!own)
			continue;
		if (first)
			values_tsv_header(v, n + own, out);
		first = false;
		values_tsv(v, n + own, out);
	}
	return 0;
}

static int builds_tsv(const struct runs *runs, FILE *out, struct err *e)
{
	(void)e;
	return some_tsv(runs, values_causes, out);
}

static int cuts_tsv(const struct runs *runs, FILE *out, struct err *e)
{
	(void)e;
	return some_tsv(runs, values_survival, out);
}

static const struct export_file {
	const char *name;
	int (*print)(const struct runs *runs, FILE *out, struct err *e);
} files[] = {
	{"cells.tsv", summary_tsv},   {"samples.tsv", samples_tsv},
	{"series.tsv", series_tsv},   {"builds.tsv", builds_tsv},
	{"effects.tsv", effects_tsv}, {"cuts.tsv", cuts_tsv},
	{"macros.tex", macros_print},
};

#define PATH_ROOM 4096

static int path_make(char out[PATH_ROOM], const char *dir, const char *name,
		     const char *end, struct err *e)
{
	int n = snprintf(out, PATH_ROOM, "%s/%s%s", dir, name, end);

	return n > 0 && n < PATH_ROOM
		       ? 0
		       : err_sys(e, -ENAMETOOLONG, "write %s/%s", dir, name);
}

static int file_write(const struct export_file *file, const struct runs *runs,
		      const char *dir, struct err *e)
{
	char path[PATH_ROOM];
	int ret = path_make(path, dir, file->name, ".tmp", e);

	return ret < 0 ? ret : outfile_print(path, file->print, runs, e);
}

/* All are renamed only when all have been written. */
static int files_write(const struct runs *runs, const char *dir, struct err *e)
{
	char tmp[PATH_ROOM], path[PATH_ROOM];
	int ret = 0;

	for (size_t i = 0; i < ARRAY_SIZE(files) && ret == 0; i++)
		ret = file_write(&files[i], runs, dir, e);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		struct err late = {.msg = ""};
		struct err *slot = ret == 0 ? e : &late;

		if (path_make(tmp, dir, files[i].name, ".tmp", slot) < 0 ||
		    path_make(path, dir, files[i].name, "", slot) < 0)
			continue;
		if (ret == 0 && rename(tmp, path) < 0)
			ret = err_sys(e, -errno, "write %s", path);
		if (ret < 0)
			unlink(tmp);
	}
	return ret;
}

int cmd_export(int argc, char **argv, struct err *e)
{
	const char *to = NULL;
	const struct arg_option options[] = {{"--to", &to}, {.name = NULL}};
	struct runs runs = {0};
	size_t dirs;
	int ret = args_read(argc, argv, options, &dirs, e);

	if (ret < 0)
		return ret;
	if (!to)
		return err_set(e, -EINVAL,
			       "read the command line: export needs --to DIR");
	ret = runs_read(&runs, argv, dirs, NULL, e);
	if (ret == 0 && mkdir(to, 0777) < 0 && errno != EEXIST)
		ret = err_sys(e, -errno, "create %s", to);
	if (ret == 0)
		ret = files_write(&runs, to, e);
	runs_free(&runs);
	return ret;
}
