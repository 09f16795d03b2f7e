/* Which file system a folder is on. */
#pragma once

#include "err.h"

#define FSTYPE_MAX 24

/* Holds what statfs finds at the open folder `dir` against `want`, as a site
 * file names it (ext4, nfs, ...). found: its name, or its number where it has
 * none here. -ENODEV when they differ, with the target's name and the path. */
int fstype_check(int dir, const char *target, const char *path,
		 const char *want, char found[FSTYPE_MAX], struct err *e);
