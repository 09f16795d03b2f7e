/* Private folders: making, sweeping and removing them, and files in them. Never
 * follows a link, never leaves the folder. */
#pragma once

#include <stddef.h>

#include "err.h"

/* mkdir -p of the last component, owned by root and nobody else's to write:
 * checked when it is there already. */
int tree_make(const char *path, unsigned mode, struct err *e);
/* Writes the whole file at once, unless this is in it already. */
int tree_put(const char *path, const char *content, struct err *e);
/* rm -rf; what is not there is no error. */
int tree_remove(int dir, const char *name, struct err *e);
/* Calls `each` for all of a type (DT_*, no folder) below the folder, until one
 * fails. */
typedef int tree_entry(int dir, const char *name, const void *arg,
		       struct err *e);
int tree_each(int dir, const char *name, unsigned char type, tree_entry *each,
	      const void *arg, struct err *e);
/* A folder PATH/work-XXXXXX that is locked as long as *fd is open; removes
 * those of PATH that a killed process left. */
int tree_work(const char *path, int *fd, char *name, size_t size,
	      struct err *e);
