/* A build's processes, and what a build that was cut short left. Podman ends at
 * once on a signal and leaves its container running, a layer that its user can
 * neither see nor remove, and folders; so it runs in a PID namespace whose
 * first process is ours: none of them outlives it, or us. A container that they
 * need, a name server of a network for example, must not be begun by a build.
 */
#pragma once

#include "podman.h"

/* Runs podman on our own 0, 1, 2. On SIGINT and its like the build's container
 * is killed, which podman takes for a step that failed, and cleans up: *status
 * is then 128 and the signal. */
int builds_run(const struct podman *p, const struct strs *args, int *status,
	       struct err *e);
/* Held while a user builds: descriptor of the shared lock, or -errno. */
int builds_begin(const struct store *s, struct err *e);
/* Removes what is left of builds, unless the user builds at this moment.
 * begun: from builds_begin(), which it ends, or -1. */
int builds_sweep(const struct podman *p, int begun, struct err *e);
