/* See relay.h. */
#include "relay.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FAULT "IPAM error: requested ip address"

/* Lines that come with the fault; all else goes on at once. */
static bool suspicious(const char *line)
{
	return strstr(line, "IPAM error") ||
	       strstr(line, "Unable to clean up network");
}

struct relay {
	char line[4096], held[8192];
	size_t length; /* of the line so far */
	bool fault;
};

static void end_line(struct relay *r)
{
	size_t n = strlen(r->held);

	r->line[r->length] = '\0';
	if (suspicious(r->line) && n + r->length < sizeof(r->held)) {
		r->fault |= strstr(r->line, FAULT) != NULL;
		memcpy(r->held + n, r->line, r->length + 1);
	} else {
		fputs(r->line, stderr);
	}
	r->length = 0;
}

/* One read; false: there is nothing more. */
static bool copy_some(struct relay *r, int fd)
{
	char buf[4096];
	ssize_t n = read(fd, buf, sizeof(buf));

	for (ssize_t i = 0; i < n; i++) {
		r->line[r->length++] = buf[i];
		if (buf[i] == '\n' || r->length == sizeof(r->line) - 1)
			end_line(r);
	}
	return n > 0;
}

/* Copies until the other end is closed, or podman has gone (`gone` is closed):
 * what it started holds the pipe longer than it. 1: the fault was there. */
static int copy(int fd, int gone)
{
	struct pollfd p[] = {{.fd = fd, .events = POLLIN}, {.fd = gone}};
	struct relay r = {.length = 0};

	while (poll(p, 2, -1) > 0 && !p[1].revents && copy_some(&r, fd))
		;
	fcntl(fd, F_SETFL, O_NONBLOCK);
	while (copy_some(&r, fd))
		;
	end_line(&r);
	if (!r.fault)
		fputs(r.held, stderr);
	return r.fault;
}

int relay_run(const struct podman *p, const struct strs *args, int *status,
	      bool *stale, struct err *e)
{
	int said[2], gone[2], rc;
	pid_t relay, pid;

	if (pipe2(said, O_CLOEXEC) || pipe2(gone, O_CLOEXEC))
		return err_sys(e, -errno, "a pipe");
	relay = fork();
	if (relay == 0) {
		/* Not the terminal's: it must outlast podman */
		setsid();
		close(said[1]);
		close(gone[1]);
		_exit(copy(said[0], gone[0]));
	}
	close(said[0]);
	close(gone[0]);
	rc = relay < 0 ? err_sys(e, -errno, "a process")
		       : podman_start(p, args, (int[]){0, 1, said[1]}, &pid, e);
	close(said[1]);
	if (!rc)
		*status = podman_wait(pid);
	close(gone[1]);
	*stale = relay > 0 && podman_wait(relay) == 1 && !rc && *status != 0;
	return rc;
}
