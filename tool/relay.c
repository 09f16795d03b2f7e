/* See relay.h. */
#include "relay.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"

#define FAULT "IPAM error: requested ip address"

/* Lines that come with the fault; all else goes on at once. */
static bool suspicious(const char *line)
{
	return strstr(line, "IPAM error") ||
	       strstr(line, "Unable to clean up network");
}

/* Copies until the other end is closed. 1: the fault was there. */
static int copy(int fd)
{
	cleanup_file FILE *in = fdopen(fd, "r");
	char line[4096], held[8192] = "";
	bool fault = false;

	while (in && fgets(line, sizeof(line), in)) {
		size_t n = strlen(held);

		if (!suspicious(line) || n + strlen(line) >= sizeof(held)) {
			fputs(line, stderr);
			continue;
		}
		fault |= strstr(line, FAULT) != NULL;
		memcpy(held + n, line, strlen(line) + 1);
	}
	if (!fault)
		fputs(held, stderr);
	return fault;
}

int relay_run(const struct podman *p, const struct strs *args, int *status,
	      bool *stale, struct err *e)
{
	int pipes[2], rc;
	pid_t relay, pid;

	if (pipe2(pipes, O_CLOEXEC))
		return err_sys(e, -errno, "a pipe");
	relay = fork();
	if (relay == 0) {
		/* Not the terminal's: it must outlast podman */
		setsid();
		close(pipes[1]);
		_exit(copy(pipes[0]));
	}
	close(pipes[0]);
	rc = relay < 0
		     ? err_sys(e, -errno, "a process")
		     : podman_start(p, args, (int[]){0, 1, pipes[1]}, &pid, e);
	close(pipes[1]);
	if (!rc)
		*status = podman_wait(pid);
	*stale = relay > 0 && podman_wait(relay) == 1 && !rc && *status != 0;
	return rc;
}
