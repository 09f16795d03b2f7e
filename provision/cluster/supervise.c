/* The supervisor: one process outside of the cluster's namespaces that holds
 * its folder and its reserved ports, passes reports on, and decides when the
 * cluster ends. It starts nothing but init; if it is killed, init dies with
 * it and the kernel ends the rest. */
#include "cluster.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "units.h"

#define END_LIMIT_NS 20000000000u /* for init to take everything down */

struct supervisor {
	struct cluster *c;
	int lock;    /* of the folder */
	int front;   /* reports to the waiting `up`; -1 when it has all */
	int owner;   /* pidfd, or -1 */
	int signals; /* signalfd */
	int init;    /* pidfd */
	int init_reports;
	uint64_t end_ns; /* 0: not ending */
};

static void supervisor_end(struct supervisor *s)
{
	if (s->end_ns)
		return;
	s->end_ns = now_ns() + END_LIMIT_NS;
	s->c->state = "ending";
	state_write(s->c, &(struct err){0});
	kill(s->c->init, SIGTERM);
}

/* A line from init: kept where it concerns the state, and passed on. */
static void report_take(struct supervisor *s, const char *line)
{
	char name[32];
	unsigned long long took;

	if (line[0] == REPORT_READY &&
	    sscanf(line + 1, "%31s %llu", name, &took) == 2) {
		struct member *m = member_find(s->c, name);

		if (m)
			m->took_ns = took;
	}
	if (line[0] == REPORT_ALL) {
		s->c->state = "ready";
		state_write(s->c, &(struct err){0});
	}
	report(s->front, line[0], "%s", line + 1);
	if (line[0] == REPORT_ALL)
		cleanup_fd_fn(&s->front), s->front = -1;
}

/* Returns when init, and so everything, has ended. */
static void watch(struct supervisor *s)
{
	enum { SIGNALS, REPORTS, INIT, OWNER, FRONT, COUNT };

	for (;;) {
		struct pollfd p[COUNT] = {
			[SIGNALS] = {.fd = s->signals, .events = POLLIN},
			[REPORTS] = {.fd = s->init_reports, .events = POLLIN},
			[INIT] = {.fd = s->init, .events = POLLIN},
			[OWNER] = {.fd = s->owner, .events = POLLIN},
			[FRONT] = {.fd = s->front},
		};
		struct signalfd_siginfo info;
		char line[REPORT_MAX];

		if (s->end_ns)
			p[OWNER].fd = p[FRONT].fd = -1;
		if (poll(p, COUNT, s->end_ns ? 100 : 2000) < 0 &&
		    errno != EINTR)
			break;
		if (p[REPORTS].revents & POLLIN) {
			if (report_read(s->init_reports, line))
				report_take(s, line);
			continue; /* all of them, before init's end counts */
		}
		if (p[INIT].revents)
			break;
		if (p[SIGNALS].revents &&
		    read(s->signals, &info, sizeof(info)) > 0)
			supervisor_end(s);
		/* Without its folder nobody could end it any more. */
		if (p[OWNER].revents || p[FRONT].revents || !dir_held(s->lock))
			supervisor_end(s);
		if (s->end_ns && now_ns() > s->end_ns)
			kill(s->c->init, SIGKILL);
	}
	waitpid(s->c->init, NULL, 0);
}

/* From here on the log takes what anyone says. */
static int log_open(const struct cluster *c, struct err *e)
{
	char path[DIR_MAX_CHARS + 8];
	cleanup_fd int fd = -1;

	snprintf(path, sizeof(path), "%s/log", c->dir);
	fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
		return err_sys(e, -errno, "open %s", path);
	return 0;
}

static int signals_open(struct err *e)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_SETMASK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? err_sys(e, -errno, "take signals") : fd;
}

static int cluster_hold(struct supervisor *s, struct err *e)
{
	struct cluster *c = s->c;
	int pipe_fds[2];
	int r;

	r = log_open(c, e);
	if (r == 0)
		r = ports_reserve(c, e);
	if (r < 0)
		return r;
	if (pipe2(pipe_fds, O_CLOEXEC | O_DIRECT) < 0)
		return err_sys(e, -errno, "make a pipe");
	c->init = init_start(c, pipe_fds[1], e);
	close(pipe_fds[1]);
	s->init_reports = pipe_fds[0];
	if (c->init < 0)
		return (int)c->init;
	s->init = (int)syscall(SYS_pidfd_open, c->init, 0);
	c->state = "starting";
	r = state_write(c, e);
	if (r < 0 || s->init < 0) {
		kill(c->init, SIGKILL);
		waitpid(c->init, NULL, 0);
		return r < 0 ? r : err_sys(e, -errno, "watch init");
	}
	watch(s);
	return 0;
}

void supervise(struct cluster *c, int owner_fd, int reports)
{
	struct supervisor s = {.c = c, .front = reports, .owner = owner_fd};
	struct err e;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	setsid();
	if (chdir("/") < 0)
		exit(1);
	umask(077);
	for (int i = 0; i < 3; i++)
		dup2(null, i);
	c->supervisor = getpid();
	c->started_ns = now_ns();
	s.signals = signals_open(&e);
	s.lock = s.signals < 0 ? s.signals : dir_claim(c, &e);
	if (s.lock < 0) {
		report(s.front, REPORT_ERROR, "%s", e.msg);
		exit(1);
	}
	if (cluster_hold(&s, &e) < 0)
		report(s.front, REPORT_ERROR, "%s", e.msg);
	if (c->keep)
		report(s.front, REPORT_DETAIL, "the logs are kept in %s",
		       c->dir);
	if (dir_held(s.lock) &&
	    (c->keep ? cgroups_remove(c, &e) : dir_remove(c, &e)) < 0)
		report(s.front, REPORT_ERROR, "%s", e.msg);
	exit(0);
}
