/* Starting a container that has an address, around a fault of Podman 4.3: where
 * there is a user namespace it now and then forgets to free the address when
 * the container stops. The next start with that address fails, frees it by
 * that, and the one after succeeds. */
#pragma once

#include <stdbool.h>

#include "podman.h"

/* Like podman_foreground(), with what podman says on standard error looked at
 * on its way. *stale: it failed by that fault; its words were kept back. */
int relay_run(const struct podman *p, const struct strs *args, int *status,
	      bool *stale, struct err *e);
