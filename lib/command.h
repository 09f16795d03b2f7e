/* One table is a program's dispatch and its usage. */
#pragma once

#include "err.h"

/* argv[0] is the command's name. Returns an exit code, or -errno with the
 * reason: -EINVAL ends as bad usage or input. */
typedef int command_fn(int argc, char **argv, struct err *e);

struct command {
	const char *name;
	const char *usage; /* the arguments, as the usage line shows them */
	const char *summary;
	command_fn *run;
};

#define EXIT_DONE 0
#define EXIT_FAILED 1
#define EXIT_USAGE 2

/* Runs the command that argv[1] names (commands ends with {NULL}) and returns
 * the program's exit code; an error becomes "PROGRAM: reason". Usage
 * goes to standard output for --help, to standard error for what is unknown. */
int command_dispatch(const char *program, const char *version,
		     const struct command *commands, int argc, char **argv);
