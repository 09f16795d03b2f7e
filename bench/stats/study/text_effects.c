/* See text_effects.h. */
#include "text_effects.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "stats/tell/text/text_cell.h"

static void column_name(const struct cell *c, char *buf, size_t size)
{
	snprintf(buf, size, "%.100s%s%s", c->variant, *c->cache ? " " : "",
		 c->cache);
}

/* A sentence a line, indented and broken at blanks. */
static void fold(char *text, size_t width, FILE *out)
{
	for (char *line, *save, *at = text; (line = strtok_r(at, "\n", &save));
	     at = NULL) {
		size_t used = 0;

		for (char *word; (word = strsep(&line, " "));) {
			size_t n = strlen(word);

			if (used && used + 1 + n > width - 4)
				used = 0, fputs("\n    ", out);
			else
				fputs(used ? " " : "  ", out);
			fputs(word, out);
			used += n + 1;
		}
		fputc('\n', out);
	}
}

static int answers_print(const struct effects *effects, size_t width, FILE *out,
			 struct err *e)
{
	cleanup_free char *text = effects_answers(effects, e);

	if (!text)
		return -ENOMEM;
	fputs("\nanswers\n", out);
	fold(text, width, out);
	return 0;
}

/* The column that it stands in: several stages at once beside one. */
static const struct cell *column_of(const struct effect *f)
{
	return f->kind == EFFECT_JOBS ? f->to : f->of;
}

/* A row for each effect, a column for each build. */
int effects_print(const struct effects *f, size_t width, FILE *out,
		  struct err *e)
{
	cleanup_free const char **rows = calloc(f->count + 1, sizeof(*rows));
	cleanup_free const struct cell **cols =
		calloc(f->count + 1, sizeof(struct cell *));
	size_t row_count = 0, col_count = 0;
	char text[128];
	struct grid g;
	int ret;

	if (!rows || !cols)
		return err_sys(e, -ENOMEM, "lay out a table");
	for (size_t i = 0, k; i < f->count; i++) {
		builds_place(rows, &row_count, f->list[i].name);
		for (k = 0; k < col_count; k++)
			if (builds_same(cols[k], column_of(&f->list[i])))
				break;
		if (k == col_count)
			cols[col_count++] = column_of(&f->list[i]);
	}
	ret = grid_init(&g, row_count + 1, col_count + 1, 1, e);
	if (ret == 0)
		ret = builds_labels(&g, "", rows, row_count, e);
	for (size_t k = 0; k < col_count && ret == 0; k++) {
		column_name(cols[k], text, sizeof(text));
		ret = grid_set(&g, 0, k + 1, text, NULL, e);
		for (size_t i = 0; i < f->count && ret == 0; i++)
			if (builds_same(cols[k], column_of(&f->list[i])))
				ret = grid_set(&g,
					       builds_place(rows, &row_count,
							    f->list[i].name) +
						       1,
					       k + 1,
					       effect_text(&f->list[i], text,
							   sizeof(text)),
					       NULL, e);
	}
	if (ret == 0) {
		fputs("\neffects: ratio of times [95 % interval], "
		      "Hodges-Lehmann\n",
		      out);
		grid_print(&g, width, out);
	}
	grid_free(&g);
	return ret < 0 ? ret : answers_print(f, width, out, e);
}
