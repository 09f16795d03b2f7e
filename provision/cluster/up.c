/* `ie-cluster up`: starts the supervisor and passes on what it reports. If
 * this process ends before all is ready, the supervisor takes all away. */
#include "cluster.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"

static volatile sig_atomic_t stopped_by;
static volatile sig_atomic_t supervisor;

/* The reports then end as soon as everything is away. */
static void on_signal(int signo)
{
	stopped_by = signo;
	kill(supervisor, SIGTERM);
}

static void signals_set(int how)
{
	struct sigaction a = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	if (how == SIG_UNBLOCK) {
		sigaction(SIGINT, &a, NULL);
		sigaction(SIGTERM, &a, NULL);
		sigaction(SIGHUP, &a, NULL);
	}
	sigprocmask(how, &set, NULL);
}

static void ready_print(const char *text)
{
	unsigned long long took;
	char name[32];

	if (sscanf(text, "%31s %llu", name, &took) != 2 ||
	    strcmp(name, "local") == 0)
		return;
	printf("%s ready in %.1f s\n", name, (double)took / 1e9);
	fflush(stdout);
}

/* True when all services are ready. */
static bool reports_show(int reports)
{
	char line[REPORT_MAX];
	bool failed = false;

	while (report_read(reports, line)) {
		if (line[0] == REPORT_ALL)
			return true;
		if (line[0] == REPORT_READY)
			ready_print(line + 1);
		else if (line[0] == REPORT_STAGE)
			fprintf(stderr, "%s\n", line + 1);
		else if (line[0] == REPORT_ERROR)
			fprintf(stderr, "ie-cluster: up: %s\n", line + 1);
		else
			fprintf(stderr, "  %s\n", line + 1);
		failed |= line[0] == REPORT_ERROR;
	}
	if (!failed)
		fprintf(stderr, "ie-cluster: up: %s\n",
			stopped_by ? "stopped by a signal"
				   : "the supervisor has ended");
	return false;
}

static int owner_open(pid_t owner, int *fd, struct err *e)
{
	*fd = -1;
	if (owner == 0)
		return 0;
	*fd = (int)syscall(SYS_pidfd_open, owner, 0);
	if (*fd < 0)
		return err_set(e, -EINVAL, "--owner %d: %s", (int)owner,
			       strerror(errno));
	return 0;
}

static int cluster_up(struct cluster *c, int owner, struct err *e)
{
	int reports[2];
	bool ready;
	pid_t pid;

	if (pipe2(reports, O_CLOEXEC | O_DIRECT) < 0)
		return err_sys(e, -errno, "make a pipe");
	signals_set(SIG_BLOCK);
	pid = fork();
	if (pid < 0)
		return err_sys(e, -errno, "start the supervisor");
	if (pid == 0) {
		close(reports[0]);
		supervise(c, owner, reports[1]);
	}
	close(reports[1]);
	supervisor = pid;
	signals_set(SIG_UNBLOCK);
	ready = reports_show(reports[0]);
	if (!ready)
		waitpid(pid, NULL, 0);
	if (stopped_by) {
		waitpid(pid, NULL, 0);
		signal(stopped_by, SIG_DFL);
		raise(stopped_by);
	}
	return ready ? 0 : 1;
}

int cmd_up(const struct options *o, struct err *e)
{
	struct cluster c = {.keep = o->keep};
	int owner = -1;
	int r;

	/* The supervisor must not hold what the caller has open. */
	close_range(3, ~0u, 0);
	r = services_pick(&c, o->args, (size_t)o->count, e);
	if (r == 0 && !o->dir)
		r = err_set(e, -EINVAL, "--dir DIR is missing");
	if (r == 0)
		r = cluster_paths(&c, e);
	if (r == 0)
		r = dir_set(&c, o->dir, e);
	if (r == 0)
		r = owner_open(o->owner, &owner, e);
	if (r == 0)
		r = cluster_up(&c, owner, e);
	cluster_free(&c);
	return r;
}
