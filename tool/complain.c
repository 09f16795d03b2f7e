/* The one place that prints errors, for main() and the processes it starts. */
#include <errno.h>
#include <stdio.h>

#include "cmd.h"

int complain(int rc, const struct err *e)
{
	if (rc >= 0)
		return rc;
	if (rc != -ECHILD)
		fprintf(stderr, "ie-podman: %s\n", e->msg);
	switch (rc) {
	case -ENOMEM:
	case -EIO:
	case -ENOSPC:
	case -ECHILD:
		return 1;
	default:
		return 2;
	}
}
