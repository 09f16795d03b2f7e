/* ie-stats export: the derived files of plots and paper. The same records
 * give the same bytes; each file appears whole or not at all. */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "stats/commands.h"
#include "stats/study/effects.h"
#include "stats/study/macros.h"
#include "stats/tell/outfile.h"
#include "stats/tell/summary.h"
#include "stats/tell/values.h"

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
	outfile_print *print;
} files[] = {
	{"cells.tsv", summary_tsv},   {"samples.tsv", samples_tsv},
	{"series.tsv", series_tsv},   {"builds.tsv", builds_tsv},
	{"effects.tsv", effects_tsv}, {"cuts.tsv", cuts_tsv},
	{"macros.tex", macros_print},
};

static int file_write(struct outfile *o, const struct export_file *file,
		      const struct runs *runs, const char *dir, struct err *e)
{
	cleanup_free char *path = NULL;

	if (asprintf(&path, "%s/%s", dir, file->name) < 0) {
		path = NULL;
		return err_sys(e, -ENOMEM, "write %s/%s", dir, file->name);
	}
	return outfile_write(o, path, file->print, runs, e);
}

/* All take their names only when all have been written. */
static int files_write(const struct runs *runs, const char *dir, struct err *e)
{
	struct outfile out[ARRAY_SIZE(files)] = {0};
	int ret = 0;

	if (mkdir(dir, 0777) < 0 && errno != EEXIST)
		return err_sys(e, -errno, "create %s", dir);
	for (size_t i = 0; i < ARRAY_SIZE(files) && ret == 0; i++)
		ret = file_write(&out[i], &files[i], runs, dir, e);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		if (ret == 0)
			ret = outfile_keep(&out[i], e);
		outfile_close(&out[i]);
	}
	return ret;
}

int cmd_export(int argc, char **argv, struct err *e)
{
	return outfile_command(argc, argv, "--to", "DIR", files_write, e);
}
