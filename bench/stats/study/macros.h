/* The LaTeX macros of an export: a \newcommand for each cell and for facts of
 * the runs, so that a paper types no number. Names are letters only:
 * \ie, target, operation, size, each capitalised, digits as words, and block,
 * depth, jobs and variant only where they are not the study's (64k, 1, 1):
 *
 *   \ieRadosWriteOneTwoEightM       median, MB/s
 *   \ieRadosWriteOneTwoEightMLo     interval, lower and upper end
 *   \ieRadosWriteOneTwoEightMHi
 */
#pragma once

#include <stdio.h>

#include "stats/read/runs.h"

/* -EINVAL when two cells would have the same macro. */
int macros_print(const struct runs *runs, FILE *out, struct err *e);
