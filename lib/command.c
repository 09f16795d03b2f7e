/* See command.h. */
#include "command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "utf8.h"

static void usage_print(FILE *to, const char *program,
			const struct command *commands)
{
	fprintf(to, "usage:\n");
	for (const struct command *c = commands; c->name; c++)
		fprintf(to, "  %s %s%s%s\n      %s\n", program, c->name,
			*c->usage ? " " : "", c->usage, c->summary);
	fprintf(to, "exit codes: 0 done, 1 failed, 2 bad usage or input\n");
}

static const struct command *command_find(const struct command *commands,
					  const char *name)
{
	for (const struct command *c = commands; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

static int command_end(const char *program, int r, struct err *e)
{
	if (fflush(stdout) != 0 && r >= 0)
		r = err_sys(e, -errno, "write standard output");
	if (r >= 0)
		return r;
	fprintf(stderr, "%s: %s\n", program, e->msg);
	return r == -EINVAL ? EXIT_USAGE : EXIT_FAILED;
}

int command_dispatch(const char *program, const char *version,
		     const struct command *commands, int argc, char **argv)
{
	const struct command *c;
	struct err e = {.msg = ""};

	if (argc < 2) {
		usage_print(stderr, program, commands);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		usage_print(stdout, program, commands);
		return EXIT_DONE;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("%s %s\n", program, version);
		return EXIT_DONE;
	}
	c = command_find(commands, argv[1]);
	if (!c) {
		fprintf(stderr, "%s: %s: no such command; see %s --help\n",
			program, argv[1], program);
		return EXIT_USAGE;
	}
	if (argc > 2 && strcmp(argv[2], "--help") == 0) {
		printf("usage: %s %s%s%s\n%s\n", program, c->name,
		       *c->usage ? " " : "", c->usage, c->summary);
		return EXIT_DONE;
	}
	return command_end(program, c->run(argc - 1, argv + 1, &e), &e);
}
