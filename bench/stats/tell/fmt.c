/* See fmt.h. */
#include "fmt.h"

#include <math.h>
#include <stdlib.h>

#include "cleanup.h"

char *fmt_exact(double v, char buf[FMT_MAX])
{
	if (isnan(v)) {
		snprintf(buf, FMT_MAX, "NA");
		return buf;
	}
	/* %.0f first: whole numbers stay whole where %g would say 1e+08 */
	snprintf(buf, FMT_MAX, "%.0f", v);
	if (fabs(v) < 1e15 && strtod(buf, NULL) == v)
		return buf;
	for (int digits = 6; digits <= 17; digits++) {
		snprintf(buf, FMT_MAX, "%.*g", digits, v);
		if (strtod(buf, NULL) == v)
			break;
	}
	return buf;
}

int fmt_decimals(double v)
{
	/* what rounds up to the next power of ten has its decimals */
	if (v >= 99.95)
		return 0;
	if (v >= 9.995)
		return 1;
	return v >= 0.9995 ? 2 : 3;
}

char *fmt_time(double ns, char buf[FMT_MAX])
{
	static const struct {
		double ns;
		const char *unit;
	} units[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}, {1, "ns"}};
	size_t i = 0;

	while (i + 1 < ARRAY_SIZE(units) && ns < units[i].ns * 0.9995)
		i++;
	ns /= units[i].ns;
	snprintf(buf, FMT_MAX, "%.*f %s",
		 units[i].ns == 1 ? 0 : fmt_decimals(ns), ns, units[i].unit);
	return buf;
}

char *fmt_percent(double share, char buf[FMT_MAX])
{
	double p = share * 100;

	snprintf(buf, FMT_MAX, "%.*f %%",
		 p >= 9.95 || p == 0 ? 0
		 : p >= 0.995	     ? 1
				     : 2,
		 p);
	return buf;
}
