/* The summary for people: one table an operation, what proves it, and a list
 * of what is wrong. At most 100 columns wide. */
#pragma once

#include <stdio.h>

#include "stats/tell/grid.h"
#include "stats/read/runs.h"

int text_print(const struct runs *runs, FILE *out, struct err *e);
