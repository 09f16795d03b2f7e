/* See range.h. */
#include "range.h"

#include <math.h>
#include <string.h>

void range_add(struct range *r, double v)
{
	r->min = fmin(r->min, v); /* fmin and fmax pass over a NaN */
	r->max = fmax(r->max, v);
}

void range_text(const struct range *r, char *(*fmt)(double, char[FMT_MAX]),
		char *out, size_t size)
{
	char a[FMT_MAX], b[FMT_MAX];
	char *unit, *same;

	if (isnan(r->min)) {
		snprintf(out, size, "-");
		return;
	}
	fmt(r->min, a);
	fmt(r->max, b);
	unit = strchr(a, ' ');
	same = strchr(b, ' ');
	if (strcmp(a, b) == 0) {
		snprintf(out, size, "%s", a);
		return;
	}
	if (unit && same && strcmp(unit, same) == 0)
		*unit = '\0';
	snprintf(out, size, "%s-%s", a, b);
}
