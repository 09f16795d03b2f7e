/* ie-bench worker */
#include <stdio.h>

#include "cmd.h"
#include "command.h"
#include "worker.h"

int cmd_worker(int argc, char **argv)
{
	if (argc > 1) {
		fprintf(stderr, "ie-bench worker: unexpected %s\n", argv[1]);
		return EXIT_USAGE;
	}
	return worker_main();
}
