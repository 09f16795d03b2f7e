/* ie-bench: runs plans on sites and records what it measured. The commands
 * are in cmd_*.c; what the records say is for ie-stats to tell. */
#include <stdbool.h>
#include <string.h>

#include "ie-bench.h"
#include "command.h"
#include "plainfile.h"
#include "version.h"

static const struct command commands[] = {
	{"list", "[--json]",
	 "drivers and engines: built in, usable here, why not", cmd_list},
	{"describe", "[--json]", "this host: kernel, CPU, memory, disks",
	 cmd_describe},
	{"plan", "PLAN.ini --site SITE.ini [--seed N]",
	 "the cases, one JSON object a line, in the order they will run",
	 cmd_plan},
	{"run",
	 "PLAN.ini --site SITE.ini [--results DIR] [--run-id ID] [--seed N] "
	 "[--resume RUN_DIR [--fresh-session]] [--dry-run] "
	 "[--progress auto|plain|none]",
	 "run a plan; prints the run's folder", cmd_run},
	{"selftest", "[--site SITE.ini] [--results DIR]",
	 "plant lies around small runs, and show which are caught: on a "
	 "throwaway folder, or the folders of a site",
	 cmd_selftest},
	{"worker", "",
	 "one case on standard input, its record on standard "
	 "output",
	 cmd_worker},
	{.name = 0},
};

int main(int argc, char **argv)
{
	/* a worker talks to its runner */
	bool worker = argc > 1 && strcmp(argv[1], "worker") == 0;

	if (!worker && plainfile_standard("ie-bench") < 0)
		return EXIT_FAILED;
	return command_dispatch("ie-bench", IE_VERSION, commands, argc, argv);
}
