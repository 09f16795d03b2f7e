/* The command line shape that all commands share: run folders, and options
 * that take a value (--name VALUE or --name=VALUE), in any order. */
#pragma once

#include <stddef.h>

#include "err.h"

struct arg_option {
	const char *name;   /* "--format" */
	const char **value; /* set when it is given */
};

/* Moves the folders to the front of argv and sets *dirs; options ends with
 * {NULL}. -EINVAL for an unknown option, a missing value, or no folder. */
int args_read(int argc, char **argv, const struct arg_option *options,
	      size_t *dirs, struct err *e);
