/* Running podman: always with all ids 0, an environment made from nothing, the
 * fixed options of the user's store, never a shell. */
#pragma once

#include <sys/types.h>

#include "conf.h"
#include "store.h"
#include "strs.h"

struct podman {
	const struct conf *conf;
	const struct store *store;
};

/* Becomes podman; returns only when that failed. args: from the command on. */
int podman_exec(const struct podman *p, const struct strs *args, struct err *e);
/* Starts it in a session of its own, so that no key pressed on a terminal
 * stops it while it holds a lock. fds: its 0, 1, 2; -1 is /dev/null. */
int podman_start(const struct podman *p, const struct strs *args,
		 const int fds[3], pid_t *pid, struct err *e);
/* Waits; hands on to the process the signals that mean it. Its exit status as
 * a shell has it. */
int podman_wait(pid_t pid);
/* Runs it on our own 0, 1, 2. */
int podman_foreground(const struct podman *p, const struct strs *args,
		      int *status, struct err *e);
/* Runs it for its output, which the caller frees. -ENOENT: it failed. What it
 * had printed by then is in *out all the same. */
int podman_capture(const struct podman *p, const struct strs *args, char **out,
		   struct err *e);
