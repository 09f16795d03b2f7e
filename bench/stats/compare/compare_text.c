/* A comparison for people: on a terminal with colours, in a pull request as
 * Markdown. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compare_out.h"
#include "stats/tell/grid.h"
#include "stats/tell/words.h"

#define WIDTH 10000 /* never split: a row is read as a whole */

enum { CELL, BASE, NEW, CHANGE, SPAN, HOLM, BH, N, VERDICT, COLUMNS };

static const char *const titles[COLUMNS] = {
	[CELL] = "cell",
	[BASE] = "base",
	[NEW] = "new",
	[CHANGE] = "change",
	[SPAN] = "95 % interval",
	[HOLM] = "p (Holm)",
	[BH] = "p (BH)",
	[N] = "n",
	[VERDICT] = "verdict",
};

/* All of a row but its verdict. */
static void row_fill(const struct pair *p, char row[COLUMNS][WORDS_MAX])
{
	snprintf(row[CELL], WORDS_MAX, "%s", p->name);
	words_median(p->base, row[BASE]);
	words_median(p->new, row[NEW]);
	words_n(p, row[N]);
	if (p->tested) {
		struct shift shift = p->shift;

		side_turn(p->base, &shift);
		words_change(shift.shift, row[CHANGE]);
		words_span(&shift.at95, row[SPAN]);
		words_p(p->holm, row[HOLM]);
		words_p(p->bh, row[BH]);
		return;
	}
	for (unsigned i = CHANGE; i <= BH; i++)
		strcpy(row[i], "-");
}

static bool to_left(unsigned column)
{
	return column == CELL || column == VERDICT || column == N;
}

static const char *colour_of(enum verdict v)
{
	static const char *const codes[VERDICT_COUNT] = {
		[VERDICT_REGRESSION] = "\033[31m",
		[VERDICT_IMPROVEMENT] = "\033[32m",
		[VERDICT_UNDECIDED] = "\033[33m",
	};

	return codes[v] ? codes[v] : "";
}

static int row_set(const struct compare *c, struct grid *g, size_t at,
		   bool colours, struct err *e)
{
	const struct pair *p = &c->pairs[at];
	const char *colour = colours ? colour_of(p->verdict) : "";
	char row[COLUMNS][WORDS_MAX], note[WORDS_MAX], verdict[WORDS_MAX];
	int ret = 0;

	row_fill(p, row);
	words_note(c, p, note);
	snprintf(row[VERDICT], WORDS_MAX, "%s%.40s%s%s%.200s", colour,
		 words_verdict(p, verdict), *colour ? "\033[0m" : "",
		 *note ? ": " : "", note);
	for (unsigned i = 0; i < COLUMNS && ret == 0; i++)
		ret = grid_set(g, at + 1, i, to_left(i) ? NULL : row[i],
			       to_left(i) ? row[i] : NULL, e);
	return ret;
}

int compare_text(const struct compare *c, FILE *out, struct err *e)
{
	bool colours = isatty(fileno(out)) && !getenv("NO_COLOR");
	char total[2 * WORDS_MAX];
	struct grid g;
	int ret = grid_init(&g, c->count + 1, COLUMNS, 1, e);

	for (unsigned i = 0; i < COLUMNS && ret == 0; i++)
		ret = grid_set(&g, 0, i, to_left(i) ? NULL : titles[i],
			       to_left(i) ? titles[i] : NULL, e);
	for (size_t i = 0; i < c->count && ret == 0; i++)
		ret = row_set(c, &g, i, colours, e);
	if (ret == 0) {
		words_runs("base ", &c->base.runs, out);
		words_runs("new  ", &c->new.runs, out);
		compare_differences(c, out);
		fprintf(out, "\n%s\n", words_units(c));
		grid_print(&g, WIDTH, out);
		fprintf(out, "\n%s\n", words_total(c, total));
	}
	grid_free(&g);
	return ret;
}

/* A bar would end a table's field. */
static void field_print(const char *text, FILE *out)
{
	for (; *text; text++) {
		if (strchr("|\\`*_<[", *text))
			fputc('\\', out);
		fputc(*text, out);
	}
}

/* The rows whose verdict is, or is not, "equivalent". */
static void table_print(const struct compare *c, bool equivalent, FILE *out)
{
	for (unsigned i = 0; i < COLUMNS; i++)
		fprintf(out, "| %s ", titles[i]);
	fputs("|\n", out);
	for (unsigned i = 0; i < COLUMNS; i++)
		fputs(to_left(i) ? "|---" : "|--:", out);
	fputs("|\n", out);
	for (size_t i = 0; i < c->count; i++) {
		const struct pair *p = &c->pairs[i];
		char row[COLUMNS][WORDS_MAX], note[WORDS_MAX];
		char verdict[WORDS_MAX];

		if ((p->verdict == VERDICT_EQUIVALENT) != equivalent)
			continue;
		row_fill(p, row);
		words_note(c, p, note);
		for (unsigned k = 0; k < VERDICT; k++) {
			fputs("| ", out);
			field_print(row[k], out);
			fputc(' ', out);
		}
		fprintf(out, "| **%s**%s", words_verdict(p, verdict),
			*note ? ": " : "");
		field_print(note, out);
		fputs(" |\n", out);
	}
}

int compare_markdown(const struct compare *c, FILE *out, struct err *e)
{
	size_t equivalent = c->verdicts[VERDICT_EQUIVALENT];
	char total[2 * WORDS_MAX];

	(void)e;
	fprintf(out, "### %s: %s\n\n",
		c->times && !c->speeds ? "Image builds" : "Storage benchmark",
		words_total(c, total));
	if (equivalent < c->count)
		table_print(c, false, out);
	if (equivalent) {
		fprintf(out, "\n<details><summary>%zu equivalent</summary>\n\n",
			equivalent);
		table_print(c, true, out);
		fputs("\n</details>\n", out);
	}
	fprintf(out, "\n%s in %s.\n\n```\n", c->speeds ? "Speeds" : "Medians",
		words_units(c));
	words_runs("base ", &c->base.runs, out);
	words_runs("new  ", &c->new.runs, out);
	compare_differences(c, out);
	fputs("```\n", out);
	return 0;
}
