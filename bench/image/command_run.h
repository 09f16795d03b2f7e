/* Runs one command of an engine: both of its streams as lines, with the time
 * at which each came, and a limit on the whole. */
#pragma once

#include <stdint.h>

#include "image/engine.h"

struct command_result {
	uint64_t start_ns, end_ns; /* around the process, CLOCK_MONOTONIC */
	char last[512];		   /* the last line that says anything */
};

/* fn (may be NULL) gets each line. While it runs, `progress N` goes to
 * standard output once a second, so that the runner knows that we wait.
 * -ETIMEDOUT after limit_s; -EIO when it does not exit 0, with its last line;
 * `doing` begins the message. Everything in its process group ends with it. */
int command_run(const struct words *w, unsigned limit_s, const char *doing,
		void (*fn)(const char *line, uint64_t t_ns, void *arg),
		void *arg, struct command_result *result, struct err *e);

/* Its standard output as one text (caller frees), at most 1 MiB. */
int command_capture(const struct words *w, unsigned limit_s, const char *doing,
		    char **out, struct err *e);
