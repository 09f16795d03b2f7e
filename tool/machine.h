/* What this machine and the user's own settings are good for, found without
 * starting podman: a few files are read, nothing is changed. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "settings.h"

struct storage {
	char root[4096];    /* folder of the images */
	const char *driver; /* vfs, fuse-overlayfs, overlay; "": not used yet */
};

/* Where podman keeps this user's images, and by which driver. */
void storage_find(struct storage *s);
/* Why builds are slow with it and what to do, in out; false: they are not. */
bool storage_slow(const struct storage *s, const struct settings *site,
		  char *out, size_t size);

/* -EPERM with the reason where rootless podman cannot work at all. */
int machine_usable(struct err *e);
/* How many subordinate ids /etc/subuid (or /etc/subgid) has for the user: 0
 * none. -1: the machine's name service says. */
long subordinate_ids(const char *path);

/* The Slurm job that this process is in, 0: none. *unified: control groups 2,
 * where podman would leave the job unless it is told not to. */
unsigned long slurm_job(bool *unified);
