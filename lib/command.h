/* One table is a program's dispatch and its usage. */
#pragma once

struct command {
	const char *name;
	const char *usage; /* the arguments, as the usage line shows them */
	const char *summary;
	int (*run)(int argc, char **argv); /* argv[0] is the command's name */
};

#define EXIT_DONE 0
#define EXIT_FAILED 1
#define EXIT_USAGE 2

/* Runs the command that argv[1] names (commands ends with {NULL}) and returns
 * its exit code; usage on standard output for --help (0), on standard error
 * for anything unknown (2). */
int command_dispatch(const char *program, const char *version,
		     const struct command *commands, int argc, char **argv);

/* "PROGRAM COMMAND: message" on standard error, and a hint how to get help.
 * Returns EXIT_USAGE. */
int command_misuse(const char *program, const struct command *c,
		   const char *fmt, ...) __attribute__((format(printf, 3, 4)));
