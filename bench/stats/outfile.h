/* A file made of runs. It does not rename: who needs a file whole or not at
 * all writes under another name first. */
#pragma once

#include "stats/runs.h"

int outfile_print(const char *path,
		  int (*print)(const struct runs *runs, FILE *out,
			       struct err *e),
		  const struct runs *runs, struct err *e);
