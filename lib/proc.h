/* Child processes with time limits. Every child leads a process group of its
 * own and is killed when its parent dies; ending one ends its group. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "err.h"

struct proc {
	pid_t pid; /* 0: not running */
	int pidfd;
	int in;	 /* write end of its standard input, or -1 */
	int out; /* read end of its standard output, or -1 */
	int err; /* read end of its standard error, or -1 */
};

#define PROC_NONE                                                              \
	{                                                                      \
		.pid = 0, .pidfd = -1, .in = -1, .out = -1, .err = -1          \
	}

enum {
	PROC_IN = 1 << 0,  /* pipe; otherwise /dev/null */
	PROC_OUT = 1 << 1, /* pipe; otherwise inherited */
	PROC_ERR = 1 << 2, /* pipe; otherwise inherited */
};

/* Starts argv (argv[0] looked up in PATH). -errno when it cannot. */
int proc_start(struct proc *p, const char *const argv[], unsigned pipes,
	       struct err *e);

/* Waits up to limit_ms (-1: for ever). 0 and the wait status, or -ETIMEDOUT
 * with the child still running. */
int proc_wait(struct proc *p, int limit_ms, int *status);

/* Kills the group and reaps; safe on a struct that never started. */
void proc_kill(struct proc *p);

/* Closes the pipes; with a child still there, kills it first. */
void proc_close(struct proc *p);

/* Runs a shell command line and returns its standard output (caller frees;
 * at most 16 MiB). -ETIMEDOUT past the limit, -EINTR when a signal was caught,
 * -EIO when it does not exit 0; the message ends with the last line it wrote
 * to standard error. */
int proc_capture(const char *command, int limit_ms, char **out, struct err *e);

/* "exit status 3", "killed by signal 9 (Killed)". Returns buf. */
#define PROC_STATUS_MAX 64
char *proc_status_text(int status, char buf[PROC_STATUS_MAX]);

/* Ends this process as a child ended, by the same signal or exit status. */
void proc_end_alike(int status) __attribute__((noreturn));

/* Folder of the running executable (caller frees), or NULL. */
char *proc_self_dir(void);
