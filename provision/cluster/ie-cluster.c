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
#include "command.h"
#include "plainfile.h"
#include "units.h"
#include "version.h"

enum { OPTION_KEEP = 1, OPTION_OWNER = 2, OPTION_JSON = 4, COMMAND = 8 };

static command_fn run_up, run_site, run_status, run_down, run_exec;

static const struct command commands[] = {
	{"up", "SERVICE... --dir DIR [--keep] [--owner PID]",
	 "starts services; returns when all are ready", run_up},
	{"site", "--dir DIR", "prints the site file for what is up", run_site},
	{"status", "--dir DIR [--json]", "prints what is up", run_status},
	{"down", "--dir DIR", "takes everything away", run_down},
	{"exec", "--dir DIR NODE -- COMMAND...",
	 "runs a command inside; NODE: local or a service", run_exec},
	{0},
};

static void services_print(void)
{
	puts("services:");
	for (size_t i = 0; i < services_count; i++)
		printf("  %-9s %s\n", services[i].name, services[i].summary);
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

static const char *usage_of(const char *name)
{
	const struct command *c = commands;

	while (strcmp(c->name, name) != 0)
		c++;
	return c->usage;
}

typedef int cluster_run(const struct options *o, struct err *e);

/* What may be given besides --dir, how many operands, and what is done then. */
static int run(int argc, char **argv, unsigned takes, int min, int max,
	       cluster_run *fn, struct err *e)
{
	struct options o = {.command = command_cut(&argc, argv)};
	int rc = options_read(&o, argc, argv, e);
	unsigned given = (o.keep ? OPTION_KEEP : 0) |
			 (o.owner ? OPTION_OWNER : 0) |
			 (o.json ? OPTION_JSON : 0) | (o.command ? COMMAND : 0);

	if (rc == 0 && (given & ~takes || o.count < min || o.count > max ||
			(!o.dir && fn != cmd_up) ||
			(takes & COMMAND && (!o.command || !o.command[0]))))
		rc = err_set(e, -EINVAL, "usage: ie-cluster %s %s", argv[0],
			     usage_of(argv[0]));
	if (rc == 0)
		rc = fn(&o, e);
	return rc < 0 ? err_wrap(e, rc, "%s", argv[0]) : rc;
}

static int run_up(int argc, char **argv, struct err *e)
{
	return run(argc, argv, OPTION_KEEP | OPTION_OWNER, 0, SERVICES_MAX,
		   cmd_up, e);
}

static int run_site(int argc, char **argv, struct err *e)
{
	return run(argc, argv, 0, 0, 0, cmd_site, e);
}

static int run_status(int argc, char **argv, struct err *e)
{
	return run(argc, argv, OPTION_JSON, 0, 0, cmd_status, e);
}

static int run_down(int argc, char **argv, struct err *e)
{
	return run(argc, argv, 0, 0, 0, cmd_down, e);
}

static int run_exec(int argc, char **argv, struct err *e)
{
	return run(argc, argv, COMMAND, 1, 1, cmd_exec, e);
}

int main(int argc, char **argv)
{
	const char *last = argc > 1 ? argv[argc > 2 ? 2 : 1] : "";
	int code;

	if (plainfile_standard("ie-cluster") < 0)
		return EXIT_FAILED;
	code = command_dispatch("ie-cluster", IE_VERSION, commands, argc, argv);
	if (strcmp(last, "--help") == 0 &&
	    (argc == 2 || strcmp(argv[1], "up") == 0))
		services_print();
	return code;
}
