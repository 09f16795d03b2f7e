/* reap, by root: as each user. */
#pragma once

#include <stdbool.h>

#include "err.h"
#include "settings.h"

/* Runs `ie-podman reap` as each user in /etc/subuid, four at a time, each with
 * a limit; 0, or 1 when one failed. */
int reap_users(const struct settings *s, bool dry, struct err *e);
