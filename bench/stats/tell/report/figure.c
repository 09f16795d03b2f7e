/* See figure.h. */
#include "figure.h"

#include <math.h>

#include "html.h"

#define WIDTH 720.0
#define LEFT 170.0 /* of the axis; labels stand before it */
#define RIGHT 700.0
#define ROW 18.0
#define TOP 8.0

struct axis {
	double lo, hi; /* logarithms */
};

static double x_of(const struct axis *a, double v)
{
	return LEFT + (RIGHT - LEFT) * (log10(v) - a->lo) / (a->hi - a->lo);
}

static double dot(const struct figure_row *r, size_t i)
{
	return *(const double *)((const char *)r->dots + i * r->step) *
	       r->scale;
}

static void axis_add(struct axis *a, double v)
{
	if (!(v > 0))
		return;
	a->lo = fmin(a->lo, log10(v));
	a->hi = fmax(a->hi, log10(v));
}

static struct axis axis_find(const struct figure_row *rows, size_t count)
{
	struct axis a = {INFINITY, -INFINITY};

	for (size_t i = 0; i < count; i++) {
		axis_add(&a, rows[i].mid);
		axis_add(&a, rows[i].lo);
		axis_add(&a, rows[i].hi);
		for (size_t k = 0; k < rows[i].count; k++)
			axis_add(&a, dot(&rows[i], k));
	}
	if (a.lo > a.hi)
		a = (struct axis){0, 1};
	a.lo -= 0.05;
	a.hi += 0.05;
	return a;
}

/* Marks of an axis; more than are ever needed. */
struct marks {
	double at[64];
	size_t count;
};

static void mark_add(struct marks *m, const struct axis *a, double v)
{
	if (log10(v) >= a->lo && log10(v) <= a->hi && m->count < 64)
		m->at[m->count++] = v;
}

/* The powers of ten; 1, 2 and 5 of each decade; more. */
static void marks_in_decades(struct marks *m, const struct axis *a, int level)
{
	static const double steps[] = {1, 2, 5, 1.5, 3, 4, 6, 8};
	static const size_t use[] = {1, 3, 8};

	m->count = 0;
	for (int e = (int)floor(a->lo); e <= (int)ceil(a->hi); e++)
		for (size_t i = 0; i < use[level]; i++)
			mark_add(m, a, steps[i] * pow(10, e));
}

static void marks_in_steps(struct marks *m, const struct axis *a, double step)
{
	double lo = pow(10, a->lo), hi = pow(10, a->hi);

	m->count = 0;
	for (double k = ceil(lo / step); k * step <= hi; k++)
		mark_add(m, a, k * step);
}

/* At least three, the roundest that there are. */
static void marks_find(struct marks *m, const struct axis *a)
{
	static const double shares[] = {1, 0.5, 0.2};
	double wide = pow(10, a->hi) - pow(10, a->lo);

	m->count = 0;
	for (int level = 0; level < 3 && m->count < 3; level++)
		marks_in_decades(m, a, level);
	for (int k = 0; k < 9 && m->count < 3; k++)
		marks_in_steps(m, a,
			       shares[k % 3] *
				       pow(10, ceil(log10(wide)) - k / 3));
}

static void ticks_print(const struct axis *a, double bottom, FILE *out)
{
	struct marks m;

	marks_find(&m, a);
	for (size_t i = 0; i < m.count; i++) {
		double x = x_of(a, m.at[i]);

		fprintf(out,
			"<path class=\"grid\" d=\"M%.1f %.0fV%.1f\"/>"
			"<text class=\"tick\" x=\"%.1f\" y=\"%.1f\">"
			"%.10g</text>\n",
			x, TOP, bottom, x, bottom + 14, m.at[i]);
	}
}

static void row_print(const struct figure_row *r, const struct axis *a,
		      double y, FILE *out)
{
	fprintf(out,
		"<g class=\"%s\"><text class=\"label\" x=\"%.0f\" "
		"y=\"%.1f\">",
		r->gray ? "limit" : "row", LEFT - 8, y + 4);
	html_text(r->label, out);
	fputs("</text>", out);
	if (!isnan(r->mid)) {
		for (size_t i = 0; i < r->count; i++)
			if (dot(r, i) > 0)
				fprintf(out,
					"<circle class=\"dot\" cx=\"%.1f\" "
					"cy=\"%.1f\" r=\"2\"/>",
					x_of(a, dot(r, i)), y + 5);
		if (!isnan(r->lo) && !isnan(r->hi))
			fprintf(out,
				"<path class=\"span\" d=\"M%.1f %.1fH%.1f\"/>",
				x_of(a, r->lo), y, x_of(a, r->hi));
		fprintf(out,
			"<circle class=\"mid\" cx=\"%.1f\" cy=\"%.1f\" "
			"r=\"4\"/>",
			x_of(a, r->mid), y);
	}
	fputs("</g>\n", out);
}

void figure_print(const struct figure_row *rows, size_t count,
		  const char *title, const char *axis, FILE *out)
{
	struct axis a = axis_find(rows, count);
	double bottom = TOP + ROW * (double)count;

	fprintf(out,
		"<div class=\"scroll\"><svg viewBox=\"0 0 %.0f %.0f\" "
		"role=\"img\" aria-label=\"",
		WIDTH, bottom + 36);
	html_text(title, out);
	fputs("\">\n", out);
	ticks_print(&a, bottom, out);
	for (size_t i = 0; i < count; i++)
		row_print(&rows[i], &a, TOP + ROW * ((double)i + 0.5), out);
	fprintf(out, "<text class=\"tick\" x=\"%.0f\" y=\"%.1f\">",
		(LEFT + RIGHT) / 2, bottom + 31);
	html_text(axis, out);
	fputs("</text></svg></div>\n", out);
}
