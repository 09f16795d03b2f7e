/* p-values of many tests at once. Both take p[0..n) and fill out[0..n) in the
 * same order; -ENOMEM only. */
#pragma once

#include <stddef.h>

#include "err.h"

/* Holm, Scand. J. Stat. 6, 1979: out <= alpha holds for a true null hypothesis
 * in at most a share alpha of comparisons, whatever depends on what. */
int adjust_holm(const double *p, size_t n, double *out, struct err *e);

/* Benjamini & Hochberg, J. R. Stat. Soc. B 57, 1995: the false discovery
 * rate. */
int adjust_bh(const double *p, size_t n, double *out, struct err *e);
