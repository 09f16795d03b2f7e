/* ie-podman: podman as the user, with what podman alone does not have: an
 * address of the site's network, a GPU by one option, SIF files. An ordinary
 * program: all that needs a privilege is asked of ie-netd, by the hook. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "machine.h"
#include "sif.h"
#include "version.h"

static const char usage[] =
	"usage: ie-podman COMMAND [ARGUMENT]...\n"
	"  run, create --ip[=ADDRESS]   with an address of the site's network\n"
	"  run, create --gpu[=SPEC]     with GPUs: those of the Slurm job, or "
	"all; or SPEC\n"
	"  sif [--compress zstd|gzip|lz4|xz] [-f] IMAGE [FILE.sif]\n"
	"                               a file for Singularity or Apptainer\n"
	"  ip                           your addresses\n"
	"  info                         what you have here, and what is "
	"missing\n"
	"  reap [--dry-run]             remove containers stopped for long\n"
	"  check -- ARGUMENT...         print podman's command line, run "
	"nothing\n"
	"Everything else is podman's: see podman --help.\n"
	"exit codes: 0 done, 1 failed, 2 bad usage or input; of run: "
	"podman's\n";

static int cmd_podman(const struct settings *s, int argc, char **argv,
		      struct err *e)
{
	struct line l = {0};
	struct storage storage;
	char why[8192];
	int rc = podman_line(&l, s, argc, argv, e);

	if (rc)
		return rc;
	rc = machine_usable(e);
	if (rc)
		return rc;
	if (strcmp(argv[0], "ps") == 0)
		reap_notice();
	if (strcmp(argv[0], "build") == 0 || strcmp(argv[0], "run") == 0) {
		storage_find(&storage);
		if (storage_slow(&storage, s, why, sizeof(why)))
			fprintf(stderr, "ie-podman: %s\n", why);
	}
	return line_exec(&l, e);
}

static const struct {
	const char *name;
	int (*run)(const struct settings *, int, char **, struct err *);
} commands[] = {
	{"check", cmd_check}, {"hook", cmd_hook}, {"info", cmd_info},
	{"ip", cmd_ip},	      {"reap", cmd_reap},
};

static int dispatch(int argc, char **argv, struct err *e)
{
	struct settings s;
	int rc = settings_load(&s, e);

	if (rc)
		return rc;
	if (strcmp(argv[0], "sif") == 0 && argc > 1 &&
	    strcmp(argv[1], "--help") == 0)
		return fputs(usage, stdout) < 0;
	if (strcmp(argv[0], "sif") == 0)
		return cmd_sif(argc, argv, e);
	if (strcmp(argv[0], "sif-inside") == 0)
		return cmd_sif_inside(argc, argv, e);
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (strcmp(argv[0], commands[i].name) == 0 && argc > 1 &&
		    strcmp(argv[1], "--help") == 0 && i != 2)
			return fputs(usage, stdout) < 0;
		else if (strcmp(argv[0], commands[i].name) == 0)
			return commands[i].run(&s, argc, argv, e);
	return cmd_podman(&s, argc, argv, e);
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
