/* Running one step of a service, inside the cluster: its output becomes
 * reports, its orphans are reaped, its time is limited. Which steps run when
 * is init's business. */
#include "init.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "proc.h"
#include "units.h"

#define CANCELLED (-ECANCELED)

/* One run of a step. */
struct run {
	const struct member *m;
	struct proc proc;
	bool up;
	uint64_t start_ns, stage_ns;
	off_t log_start; /* where its words begin in the log */
	char line[256];	 /* of its output, as far as it came */
	size_t len;
};

static void stage_report(struct init *in, struct run *r)
{
	uint64_t t = now_ns();

	r->line[r->len] = '\0';
	r->len = 0;
	if (r->up)
		report(in->reports, REPORT_STAGE, "%s: %s %.1f s",
		       r->m->service->name, r->line,
		       (double)(t - r->stage_ns) / 1e9);
	r->stage_ns = t;
}

/* Each whole line that `up` prints is a stage that is over. */
static void output_take(struct init *in, struct run *r)
{
	char buf[256];
	ssize_t n = read(r->proc.out, buf, sizeof(buf));

	for (ssize_t i = 0; i < n; i++) {
		if (buf[i] == '\n')
			stage_report(in, r);
		else if (r->len < sizeof(r->line) - 1)
			r->line[r->len++] = buf[i];
	}
	if (n <= 0) {
		close(r->proc.out);
		r->proc.out = -1;
	}
}

void orphans_reap(pid_t step)
{
	siginfo_t info = {0};

	while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       info.si_pid > 0 && info.si_pid != step) {
		waitpid(info.si_pid, NULL, 0);
		info.si_pid = 0;
	}
}

void signals_take(struct init *in)
{
	struct signalfd_siginfo info;

	while (read(in->signals, &info, sizeof(info)) > 0)
		if (info.ssi_signo == SIGTERM)
			in->ending = true;
}

/* Until the step ends, its limit passes, or (for `up`) the end is ordered. */
static int step_watch(struct init *in, struct run *r, int limit_s, int *status)
{
	uint64_t end = r->start_ns + (uint64_t)limit_s * 1000000000u;

	for (;;) {
		struct pollfd p[] = {
			{.fd = r->proc.pidfd, .events = POLLIN},
			{.fd = r->proc.out, .events = POLLIN},
			{.fd = in->signals, .events = POLLIN},
		};
		uint64_t t = now_ns();

		if (t >= end)
			return -ETIMEDOUT;
		poll(p, ARRAY_SIZE(p), (int)((end - t) / 1000000u) + 1);
		if (p[1].revents & (POLLIN | POLLHUP)) {
			output_take(in, r);
			continue;
		}
		if (p[2].revents)
			signals_take(in);
		orphans_reap(r->proc.pid);
		if (p[0].revents)
			return proc_wait(&r->proc, 0, status);
		if (r->up && in->ending)
			return CANCELLED;
	}
}

int step_run(struct init *in, const struct member *m, const char *step,
	     int limit_s, struct err *e)
{
	cleanup_free char *path = step_path(in->c, m, step);
	const char *const argv[] = {path, NULL};
	struct run r = {.m = m, .up = strcmp(step, "up") == 0};
	char why[PROC_STATUS_MAX];
	int status = 0;
	int result;

	if (!path)
		return 0;
	environment_set(in->c, m);
	r.log_start = lseek(2, 0, SEEK_END);
	r.start_ns = r.stage_ns = now_ns();
	result = proc_start(&r.proc, argv, PROC_OUT, e);
	if (result < 0)
		return result;
	result = step_watch(in, &r, limit_s, &status);
	proc_close(&r.proc);
	if (result == CANCELLED)
		return result;
	if (result == -ETIMEDOUT)
		err_set(e, result, "%s: %s: not done in %d s", m->service->name,
			step, limit_s);
	else if (result < 0)
		err_sys(e, result, "%s: %s", m->service->name, step);
	else if (status != 0)
		result = err_set(e, -EIO, "%s: %s: %s", m->service->name, step,
				 proc_status_text(status, why));
	if (result < 0 && r.up)
		failure_report(in, m, r.log_start, e->msg);
	return result;
}
