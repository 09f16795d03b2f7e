/* ie-podman: podman as the user, with what podman alone does not have: an
 * address of the site's network, a GPU by one option, SIF files. An ordinary
 * program: all that needs a privilege is asked of ie-netd, by the hook. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cleanup.h"
#include "cmd.h"
#include "machine.h"
#include "version.h"

static const char usage[] =
	"usage: ie-podman COMMAND [ARGUMENT]...\n"
	"  run, create --ip[=ADDRESS]  with an address of the site's network\n"
	"  run, create --gpu[=SPEC]    with the job's GPUs, or all; or SPEC\n"
	"  sif [--compress zstd|gzip|lz4|xz] [-f] IMAGE [FILE.sif]\n"
	"                              a file for Singularity or Apptainer\n"
	"  ip                          your addresses\n"
	"  info                        what you have here, what is missing\n"
	"  reap [--dry-run]            remove containers stopped for long\n"
	"  check -- ARGUMENT...        print podman's command line only\n"
	"Everything else is podman's: see podman --help.\n"
	"exit codes: 0 done, 1 failed, 2 bad usage or input; run: podman's\n";

static int cmd_podman(const struct settings *s, int argc, char **argv,
		      struct err *e)
{
	struct line l = {0};
	struct err why;
	int at, rc;
	const char *command = command_find(argc, argv, &at);

	rc = podman_line(&l, s, argc, argv, e);
	if (!rc)
		rc = machine_usable(e);
	if (rc)
		return rc;
	if (strcmp(command, "ps") == 0)
		reap_notice();
	if (word_in("build run", command) && storage_slow(s, &why))
		fprintf(stderr, "ie-podman: %s\n", why.msg);
	return line_exec(&l, e);
}

static const struct {
	const char *name;
	command_run *run;
} commands[] = {
	{"check", cmd_check}, {"hook", cmd_hook}, {"info", cmd_info},
	{"ip", cmd_ip},	      {"reap", cmd_reap}, {"sif", cmd_sif},
};

static int dispatch(int argc, char **argv, struct err *e)
{
	command_run *run = cmd_podman;
	static struct settings s; /* until the process ends */
	int rc;

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (strcmp(argv[0], commands[i].name) == 0)
			run = commands[i].run;
	if (run == cmd_info && argc > 1)
		run = cmd_podman; /* whose options they are */
	if (run != cmd_podman && argc > 1 && strcmp(argv[1], "--help") == 0)
		return fputs(usage, stdout) < 0;
	rc = settings_load(&s, e);
	return rc ? rc : run(&s, argc, argv, e);
}

int main(int argc, char **argv)
{
	struct err e = {""};
	int rc;

	if (argc < 2) {
		fputs(usage, stderr);
		return 2;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return fputs(usage, stdout) < 0;
	if (strcmp(argv[1], "--version") == 0)
		return puts("ie-podman " IE_VERSION) < 0;
	rc = dispatch(argc - 1, argv + 1, &e);
	if (rc < 0)
		fprintf(stderr, "ie-podman: %s\n", e.msg);
	return rc >= 0 ? rc : rc == -EINVAL ? 2 : 1;
}
