/* Numbers as text: short for people, exact for programs. */
#pragma once

#include <stdint.h>
#include <stdio.h>

#define FMT_MAX 48

/* The fewest digits that read back as the same double; "NA" for NaN. */
char *fmt_exact(double v, char buf[FMT_MAX]);

/* How many decimals leave about three digits of v: 158, 15.8, 1.58, 0.158. */
int fmt_decimals(double v);

/* Nanoseconds with three digits and a unit: "1.20 ms". */
char *fmt_time(double ns, char buf[FMT_MAX]);

/* A share in percent: "45 %", "4.5 %". */
char *fmt_percent(double share, char buf[FMT_MAX]);
