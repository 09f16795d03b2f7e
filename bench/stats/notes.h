/* What is wrong with cells, one line for all cells of a target and operation
 * that have the same kind of trouble, with the first one's reason. */
#pragma once

#include <stdio.h>

#include "stats/cells.h"

int notes_print(const struct cells *cells, FILE *out, struct err *e);
