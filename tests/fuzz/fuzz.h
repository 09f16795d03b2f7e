/* What fuzzers expect of a refusal. */
#pragma once

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"

static void expect(bool so, const char *what, const char *text)
{
	if (so)
		return;
	fprintf(stderr, "not so: %s: %s\n", what, text);
	abort();
}

__attribute__((unused)) static void refused(const char *path,
					    const struct err *e)
{
	size_t n = strlen(path);

	expect(strncmp(e->msg, path, n) == 0 && e->msg[n] == ':' &&
		       strtol(e->msg + n + 1, NULL, 10) > 0,
	       "a message names the file and the line", e->msg);
	expect(!strchr(e->msg, '\n'), "a message is one line", e->msg);
}
