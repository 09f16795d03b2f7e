/* A setuid program inherits from whoever started it: here each of those things
 * is set right, before anything else happens. */
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include "err.h"

/* What of it is the caller's own, for the process that becomes him. */
struct inherited {
	int cwd; /* -1: it is gone, or out of reach */
	mode_t umask;
	struct rlimit file_size;
};

/* Descriptors (0 to 2 open, no others), umask, timers, signals, limits, no core
 * dump, empty environment; and away from the caller's folder. */
int secure_process(struct inherited *in, struct err *e);
