/* What is wrong with cells, one line for all cells of a target and operation
 * that have the same kind of trouble, with the first one's reason. */
#pragma once

#include <stdio.h>

#include "stats/read/cells.h"

/* That the interval of so many cells holds only within their sessions. */
void notes_pooled(size_t pooled, size_t count, FILE *out);

int notes_print(const struct cells *cells, FILE *out, struct err *e);
