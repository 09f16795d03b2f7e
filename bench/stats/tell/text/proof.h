/* What stands behind the tables: for each operation and target how many
 * samples, how near the limit, how much from disk, whether verified. */
#pragma once

#include <stdio.h>

#include "stats/read/cells.h"

int proof_print(const struct cells *cells, size_t width, FILE *out,
		struct err *e);
