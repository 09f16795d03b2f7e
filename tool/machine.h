/* What this machine and the user's own settings are good for, found without
 * starting podman: a few files are read, nothing is changed. */
#pragma once

#include <limits.h>
#include <stdbool.h>

#include "err.h"

struct settings;

/* The text as a shell has it between double quotes; $UID is known. */
void text_expand(const char *text, char out[PATH_MAX]);

/* Where podman keeps this user's images. Returns the driver: vfs, overlay,
 * fuse-overlayfs; "": not used yet. */
const char *storage_find(char root[PATH_MAX]);
/* Whether builds are slow with it: why, and what to do. */
bool storage_slow(const struct settings *site, struct err *why);

/* -EINVAL with the reason where rootless podman cannot work at all. */
int machine_usable(struct err *e);

/* The Slurm job that this process is in, 0: none. *unified: control groups 2,
 * where podman would leave the job unless it is told not to. */
unsigned long slurm_job(bool *unified);
