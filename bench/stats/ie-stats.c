/* ie-stats: records to tables, plot data and macros. It never measures and
 * never changes a record. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cleanup.h"
#include "stats/commands.h"

static const struct command {
	const char *name;
	const char *usage;
	const char *summary;
	int (*run)(int argc, char **argv, struct err *e);
} commands[] = {
	{"summary", "RUN_DIR... [--format text|json|tsv]",
	 "medians with their intervals, shares of limits, proof", cmd_summary},
	{"export", "RUN_DIR... --to DIR",
	 "cells.tsv and samples.tsv for gnuplot, macros.tex for LaTeX",
	 cmd_export},
	{"check", "RUN_DIR... | --fields",
	 "validate every record; --fields prints the field dictionary",
	 cmd_check},
	{"pairs", "FILE.tsv",
	 "median ratios of what was measured in pairs (make calibrate)",
	 cmd_pairs},
};

static void usage_print(FILE *out)
{
	fputs("usage: ie-stats COMMAND ARGUMENTS\n", out);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(out, "  ie-stats %s %s\n      %s\n", commands[i].name,
			commands[i].usage, commands[i].summary);
}

static int finish(int ret, const struct err *e)
{
	if (ret == 0 && (fflush(stdout) != 0 || ferror(stdout))) {
		fprintf(stderr, "ie-stats: write standard output: %s\n",
			strerror(errno));
		return 1;
	}
	if (ret == 0)
		return 0;
	fflush(stdout);
	fprintf(stderr, "ie-stats: %s\n", e->msg);
	/* what cannot be read is bad input; what cannot be written, or held
	 * in memory, is a failure */
	return ret == -EINVAL ? 2 : 1;
}

int main(int argc, char **argv)
{
	struct err e = {.msg = ""};

	if (argc == 2 &&
	    (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		usage_print(stdout);
		return 0;
	}
	for (size_t i = 0; argc > 1 && i < ARRAY_SIZE(commands); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return finish(commands[i].run(argc - 1, argv + 1, &e),
				      &e);
	if (argc > 1)
		fprintf(stderr,
			"ie-stats: read the command line: %s is no "
			"command\n",
			argv[1]);
	usage_print(stderr);
	return 2;
}
