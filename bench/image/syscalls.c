/* See syscalls.h. perf-stat(1): --delay -1 starts with the events disabled,
 * --control takes `enable` and `disable` and answers `ack`. */
#include "image/syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "proc.h"

#define ANSWER_MS 10000
#define TOTAL "raw_syscalls:sys_enter"
#define KIND_PREFIX "syscalls:sys_enter_"

/* What unpacking, copying, mounting and starting processes is made of. */
static const char *const kinds[] = {
	"openat",    "read",	  "write",	     "pread64",	   "pwrite64",
	"close",     "newfstat",  "newfstatat",	     "statx",	   "getdents64",
	"lgetxattr", "lsetxattr", "llistxattr",	     "fchownat",   "lchown",
	"fchmodat",  "utimensat", "unlinkat",	     "mkdirat",	   "linkat",
	"symlinkat", "renameat2", "copy_file_range", "sendfile64", "ftruncate",
	"fsync",     "fdatasync", "mount",	     "umount",	   "clone",
	"execve",    "wait4",	  "futex",	     "ioctl",	   "mmap",
};

struct syscalls {
	struct proc perf; /* prints its counts on standard error, at its end */
	int control, ack;
	bool running;
};

/* Only those that this kernel has: perf refuses all for one. */
static char *events_list(void)
{
	char *list = NULL;
	size_t size;
	FILE *f = open_memstream(&list, &size);

	if (!f)
		return NULL;
	fputs(TOTAL, f);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		char path[128];

		snprintf(path, sizeof(path),
			 "/sys/kernel/tracing/events/syscalls/sys_enter_%s",
			 kinds[i]);
		if (access(path, F_OK) == 0)
			fprintf(f, "," KIND_PREFIX "%s", kinds[i]);
	}
	return fclose(f) == 0 ? list : NULL;
}

/* Without close-on-exec: perf is to inherit its ends. */
static int perf_start(struct syscalls *s, struct err *e)
{
	cleanup_free char *events = events_list();
	char control[64];
	int orders[2], answers[2], r;

	if (!events)
		return err_sys(e, -ENOMEM, "start perf");
	if (pipe(orders) < 0)
		return err_sys(e, -errno, "make pipes for perf");
	if (pipe(answers) < 0) {
		r = err_sys(e, -errno, "make pipes for perf");
		close(orders[0]);
		close(orders[1]);
		return r;
	}
	s->control = fcntl(orders[1], F_DUPFD_CLOEXEC, 3);
	s->ack = fcntl(answers[0], F_DUPFD_CLOEXEC, 3);
	close(orders[1]);
	close(answers[0]);
	snprintf(control, sizeof(control), "--control=fd:%d,%d", orders[0],
		 answers[1]);
	r = proc_start(&s->perf,
		       (const char *[]){"perf", "stat", "-a", "-x", ",", "-e",
					events, "--delay", "-1", control, NULL},
		       PROC_ERR, e);
	close(orders[0]);
	close(answers[1]);
	return r;
}

/* What perf said on its way out, on one line. */
static int perf_failed(struct syscalls *s, struct err *e)
{
	char text[400] = "", *at;
	ssize_t n = read(s->perf.err, text, sizeof(text) - 1);

	text[n > 0 ? n : 0] = '\0';
	for (at = text; *at; at++)
		if (*at == '\n')
			*at = ' ';
	return err_set(e, -EPERM, "perf: %s", *text ? text : "no answer");
}

static int order(struct syscalls *s, const char *word, struct err *e)
{
	struct pollfd p[2] = {{.fd = s->ack, .events = POLLIN},
			      {.fd = s->perf.pidfd, .events = POLLIN}};
	char answer[16];

	if (write(s->control, word, strlen(word)) < 0)
		return err_sys(e, -errno, "order perf");
	if (poll(p, 2, ANSWER_MS) <= 0 || !(p[0].revents & POLLIN) ||
	    read(s->ack, answer, sizeof(answer)) <= 0)
		return perf_failed(s, e);
	return 0;
}

int syscalls_open(struct syscalls **out, struct err *e)
{
	struct syscalls *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return err_sys(e, -ENOMEM, "start perf");
	*s = (struct syscalls){.perf = PROC_NONE, .control = -1, .ack = -1};
	r = perf_start(s, e);
	/* Its first answer shows that the events are open. */
	if (r == 0)
		r = order(s, "disable\n", e);
	if (r < 0) {
		syscalls_close(s);
		return r;
	}
	*out = s;
	return 0;
}

int syscalls_start(struct syscalls *s, struct err *e)
{
	int r = order(s, "enable\n", e);

	s->running = r == 0;
	return r;
}

void syscalls_stop(struct syscalls *s)
{
	struct err e;

	if (s->running && order(s, "disable\n", &e) < 0)
		s->running = false;
}

/* A line is COUNT,,EVENT,... */
static void answer_line(const char *line, json_t *counts)
{
	unsigned long long n;
	char event[80];
	const char *name = event;

	if (sscanf(line, "%llu,,%79[^,]", &n, event) != 2)
		return;
	if (strcmp(event, TOTAL) == 0)
		name = "total";
	else if (strncmp(event, KIND_PREFIX, strlen(KIND_PREFIX)) == 0)
		name = event + strlen(KIND_PREFIX);
	json_object_set_new(counts, name, json_integer((json_int_t)n));
}

int syscalls_read(struct syscalls *s, json_t *record, struct err *e)
{
	cleanup_file FILE *f = NULL;
	json_t *counts;
	char line[256];
	int status;

	if (!s->running)
		return err_set(e, -EIO, "syscalls: perf did not stop");
	kill(s->perf.pid, SIGINT);
	f = fdopen(steal_fd(&s->perf.err), "r");
	counts = json_object();
	while (f && fgets(line, sizeof(line), f))
		answer_line(line, counts);
	proc_wait(&s->perf, ANSWER_MS, &status);
	if (!json_object_get(counts, "total")) {
		json_decref(counts);
		return err_set(e, -EIO, "syscalls: perf wrote no counts");
	}
	json_object_set_new(record, "syscalls", counts);
	return 0;
}

void syscalls_close(struct syscalls *s)
{
	if (!s)
		return;
	proc_close(&s->perf);
	cleanup_fd_fn(&s->control);
	cleanup_fd_fn(&s->ack);
	free(s);
}
