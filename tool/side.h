/* The user's side of a command: a process that has become the user for good,
 * stands in his folder with his umask and limits, and opens the files he names.
 * A pipe joins it to root's side. */
#pragma once

#include "cmd.h"

/* Runs in that process; fd is its end of the pipe. */
typedef int side_work(const struct session *s, int fd, void *arg,
		      struct err *e);

struct side {
	pid_t pid;
	int fd; /* root's end */
};

/* sends: it writes and root reads; otherwise the other way round. */
int side_start(struct side *side, const struct session *s, bool sends,
	       side_work *work, void *arg, struct err *e);
/* Closes root's end and waits. -ECHILD: the other side failed, and said why. */
int side_end(struct side *side, struct err *e);
