/* The one place that prints errors, for main() and the processes it starts. */
#include <errno.h>
#include <stdio.h>

#include "cmd.h"

/* File names are the caller's, what a terminal makes of them is not: control
 * characters become '?'. */
static void print(const char *s)
{
	fputs("ie-podman: ", stderr);
	for (; *s; s++)
		fputc((unsigned char)*s < ' ' || *s == 127 ? '?' : *s, stderr);
	fputc('\n', stderr);
}

int complain(int rc, const struct err *e)
{
	if (rc >= 0)
		return rc;
	if (rc != -ECHILD)
		print(e->msg);
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
