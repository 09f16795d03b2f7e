/* See grid.h. */
#include "grid.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define GAP 2

struct grid_width {
	size_t head, tail, all;
};

int grid_init(struct grid *g, size_t rows, size_t cols, size_t labels,
	      struct err *e)
{
	*g = (struct grid){.rows = rows, .cols = cols, .labels = labels};
	g->text = calloc(rows * cols * 2, sizeof(char *));
	g->widths = calloc(cols, sizeof(*g->widths));
	return g->text && g->widths ? 0
				    : err_sys(e, -ENOMEM, "lay out a table");
}

static const char *part(const struct grid *g, size_t row, size_t col, int which)
{
	const char *t = g->text[(row * g->cols + col) * 2 + (size_t)which];

	return t ? t : "";
}

int grid_set(struct grid *g, size_t row, size_t col, const char *head,
	     const char *tail, struct err *e)
{
	const char *parts[2] = {head, tail};

	for (size_t i = 0; i < 2; i++) {
		char **slot = &g->text[(row * g->cols + col) * 2 + i];

		if (!parts[i])
			continue;
		free(*slot);
		*slot = strdup(parts[i]);
		if (!*slot)
			return err_sys(e, -ENOMEM, "lay out a table");
	}
	return 0;
}

/* Characters, not bytes: the text is UTF-8. */
static size_t columns_of(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static struct grid_width width_measure(const struct grid *g, size_t col)
{
	struct grid_width w = {0, 0, columns_of(part(g, 0, col, 0))};
	size_t title = columns_of(part(g, 0, col, 1));

	for (size_t row = 1; row < g->rows; row++) {
		size_t head = columns_of(part(g, row, col, 0));
		size_t tail = columns_of(part(g, row, col, 1));

		w.head = head > w.head ? head : w.head;
		w.tail = tail > w.tail ? tail : w.tail;
	}
	if (title > w.all)
		w.all = title;
	if (w.head + w.tail > w.all)
		w.all = w.head + w.tail;
	return w;
}

static void spaces(size_t n, FILE *out)
{
	fprintf(out, "%*s", (int)n, "");
}

/* Returns the blanks that are due before whatever comes next on the line, so
 * that no line ends in blanks. */
static size_t cell_print(const struct grid *g, size_t row, size_t col,
			 size_t due, FILE *out)
{
	struct grid_width w = g->widths[col];
	const char *head = part(g, row, col, 0);
	const char *tail = part(g, row, col, 1);
	size_t shift = row == 0 ? w.all : w.head;
	size_t used;

	if (row == 0 && !*head) /* a title over a head and a tail */
		shift = 0;
	else if (row != 0 && w.tail == 0) /* numbers under a wider title */
		shift = w.all;
	due += shift - columns_of(head);
	used = shift + columns_of(tail);
	if (*head || *tail) {
		spaces(due, out);
		fprintf(out, "%s%s", head, tail);
		due = 0;
	} else {
		used = 0;
		due -= shift;
	}
	return due + w.all - used + GAP;
}

static void rows_print(const struct grid *g, size_t from, size_t to, FILE *out)
{
	for (size_t row = 0; row < g->rows; row++) {
		size_t due = 0;

		for (size_t col = 0; col < g->labels; col++)
			due = cell_print(g, row, col, due, out);
		for (size_t col = from; col < to; col++) {
			if (col == g->bar && col > from) {
				spaces(due, out);
				fputs("| ", out);
				due = 0;
			}
			due = cell_print(g, row, col, due, out);
		}
		fputc('\n', out);
	}
}

/* Width of columns [from, to), with their gaps. */
static size_t span(const struct grid *g, size_t from, size_t to)
{
	size_t sum = 0;

	for (size_t col = from; col < to; col++)
		sum += g->widths[col].all + GAP +
		       (col == g->bar && col > from ? 2 : 0);
	return sum;
}

void grid_print(struct grid *g, size_t width, FILE *out)
{
	size_t room = width + GAP;
	size_t from = g->labels;

	for (size_t col = 0; col < g->cols; col++)
		g->widths[col] = width_measure(g, col);
	room -= span(g, 0, g->labels) < room ? span(g, 0, g->labels) : room;
	while (from < g->cols) {
		size_t to = from + 1;

		while (to < g->cols && span(g, from, to + 1) <= room)
			to++;
		/* what is behind the bar stays together */
		if (to < g->cols && from < g->bar && g->bar < to)
			to = g->bar;
		if (from > g->labels)
			fputc('\n', out);
		rows_print(g, from, to, out);
		from = to;
	}
}

void grid_free(struct grid *g)
{
	for (size_t i = 0; g->text && i < g->rows * g->cols * 2; i++)
		free(g->text[i]);
	free(g->text);
	free(g->widths);
	*g = (struct grid){0};
}
