/* ie-bench worker */
#include <errno.h>

#include "ie-bench.h"
#include "worker/worker.h"

int cmd_worker(int argc, char **argv, struct err *e)
{
	if (argc > 1)
		return err_set(e, -EINVAL, "worker: unexpected %s", argv[1]);
	return worker_main();
}
