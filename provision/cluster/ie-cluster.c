/* ie-cluster: throwaway clusters for the benchmarks. This file reads the
 * command line; the commands are in up.c and commands.c. It configures no
 * real host: that is what ansible/ is for. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "cluster.h"
#include "plainfile.h"
#include "units.h"

enum { OPTION_KEEP = 1, OPTION_OWNER = 2, OPTION_JSON = 4, COMMAND = 8 };

static const struct command {
	const char *name;
	int (*run)(const struct options *o, struct err *e);
	unsigned takes;
	int min, max; /* operands */
	const char *usage, *summary;
} commands[] = {
	{"up", cmd_up, OPTION_KEEP | OPTION_OWNER, 0, SERVICES_MAX,
	 "SERVICE... --dir DIR [--keep] [--owner PID]",
	 "starts services; returns when all are ready"},
	{"site", cmd_site, 0, 0, 0, "--dir DIR",
	 "prints the site file for what is up"},
	{"status", cmd_status, OPTION_JSON, 0, 0, "--dir DIR [--json]",
	 "prints what is up"},
	{"down", cmd_down, 0, 0, 0, "--dir DIR", "takes everything away"},
	{"exec", cmd_exec, COMMAND, 1, 1, "--dir DIR NODE -- COMMAND...",
	 "runs a command inside; NODE: local or a service"},
};

static void usage(FILE *f)
{
	fputs("usage:\n", f);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(f, "  ie-cluster %-6s %-44s %s\n", commands[i].name,
			commands[i].usage, commands[i].summary);
	fputs("services:\n", f);
	for (size_t i = 0; i < services_count; i++)
		fprintf(f, "  %-9s %s\n", services[i].name,
			services[i].summary);
}

/* Cuts argv at "--"; what follows is the command. */
static char **command_cut(int *argc, char **argv)
{
	for (int i = 1; i < *argc; i++)
		if (strcmp(argv[i], "--") == 0) {
			*argc = i;
			argv[i] = NULL;
			return argv + i + 1;
		}
	return NULL;
}

static int options_read(struct options *o, int argc, char **argv, struct err *e)
{
	static const struct option names[] = {
		{"dir", required_argument, NULL, 'd'},
		{"keep", no_argument, NULL, 'k'},
		{"owner", required_argument, NULL, 'o'},
		{"json", no_argument, NULL, 'j'},
		{NULL, 0, NULL, 0},
	};
	uint64_t pid;
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, ":", names, NULL)) != -1) {
		if (c == 'd')
			o->dir = optarg;
		else if (c == 'k')
			o->keep = true;
		else if (c == 'j')
			o->json = true;
		else if (c == 'o' && count_parse(optarg, 1, 1 << 22, &pid) == 0)
			o->owner = (pid_t)pid;
		else
			return err_set(e, -EINVAL, "%s: %s", argv[optind - 1],
				       c == ':'	  ? "needs a value"
				       : c == 'o' ? "no process id"
						  : "unknown option");
	}
	o->args = argv + optind;
	o->count = argc - optind;
	return 0;
}

static int options_check(const struct command *cmd, const struct options *o,
			 struct err *e)
{
	unsigned given =
		(o->keep ? OPTION_KEEP : 0) | (o->owner ? OPTION_OWNER : 0) |
		(o->json ? OPTION_JSON : 0) | (o->command ? COMMAND : 0);

	if (given & ~cmd->takes || o->count < cmd->min || o->count > cmd->max ||
	    (!o->dir && cmd->run != cmd_up) ||
	    (cmd->takes & COMMAND && (!o->command || !o->command[0])))
		return err_set(e, -EINVAL, "usage: ie-cluster %s %s", cmd->name,
			       cmd->usage);
	return 0;
}

static int command_run(const struct command *cmd, int argc, char **argv,
		       struct err *e)
{
	struct options o = {.command = command_cut(&argc, argv)};
	int r = options_read(&o, argc, argv, e);

	if (r == 0)
		r = options_check(cmd, &o, e);
	return r < 0 ? r : cmd->run(&o, e);
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";
	struct err e;
	int r;

	if (plainfile_standard("ie-cluster") < 0)
		return 1;
	if (strcmp(name, "--help") == 0 || strcmp(name, "help") == 0) {
		usage(stdout);
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		if (strcmp(name, commands[i].name) != 0)
			continue;
		r = command_run(&commands[i], argc - 1, argv + 1, &e);
		if (r < 0)
			fprintf(stderr, "ie-cluster: %s: %s\n", name, e.msg);
		return r >= 0 ? r : r == -EINVAL ? 2 : 1;
	}
	if (*name)
		fprintf(stderr, "ie-cluster: %s: unknown command\n", name);
	usage(stderr);
	return 2;
}
