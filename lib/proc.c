/* See proc.h. */
#include "proc.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "units.h"

#define CAPTURE_MAX (16u << 20)

static void child_exec(const char *const argv[], pid_t parent, const int fds[3],
		       int report)
{
	sigset_t none;
	int why;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	for (int i = 0; i < 3; i++)
		if (fds[i] >= 0)
			dup2(fds[i], i);
	execvp(argv[0], (char *const *)argv);
	why = errno;
	if (write(report, &why, sizeof(why)) < 0)
		_exit(126);
	_exit(127);
}

static int pipes_make(unsigned pipes, int ends[3][2])
{
	for (int i = 0; i < 3; i++) {
		if (!(pipes & (1u << i)))
			continue;
		if (pipe2(ends[i], O_CLOEXEC) < 0)
			return -errno;
	}
	if (ends[0][0] < 0) {
		ends[0][0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
		if (ends[0][0] < 0)
			return -errno;
	}
	return 0;
}

static void ends_close(int ends[3][2])
{
	for (int i = 0; i < 3; i++)
		for (int j = 0; j < 2; j++)
			cleanup_fd_fn(&ends[i][j]);
}

/* Forks and waits until exec succeeded (the report pipe closes) or failed. */
static int fork_exec(struct proc *p, const char *const argv[], int ends[3][2])
{
	const int child[3] = {ends[0][0], ends[1][1], ends[2][1]};
	cleanup_fd int report_in = -1;
	pid_t self = getpid();
	int report[2];
	int why = 0;

	if (pipe2(report, O_CLOEXEC) < 0)
		return -errno;
	report_in = report[0];
	p->pid = fork();
	if (p->pid == 0)
		child_exec(argv, self, child, report[1]);
	close(report[1]);
	if (p->pid < 0) {
		p->pid = 0;
		return -errno;
	}
	setpgid(p->pid, p->pid);
	p->pidfd = (int)syscall(SYS_pidfd_open, p->pid, 0);
	if (p->pidfd < 0)
		return -errno;
	while (read(report_in, &why, sizeof(why)) < 0 && errno == EINTR)
		;
	return -why;
}

int proc_start(struct proc *p, const char *const argv[], unsigned pipes,
	       struct err *e)
{
	int ends[3][2] = {{-1, -1}, {-1, -1}, {-1, -1}};
	int r;

	*p = (struct proc)PROC_NONE;
	r = pipes_make(pipes, ends);
	if (r == 0)
		r = fork_exec(p, argv, ends);
	if (r < 0) {
		ends_close(ends);
		proc_close(p);
		return err_sys(e, r, "start %s", argv[0]);
	}
	p->in = steal_fd(&ends[0][1]);
	p->out = steal_fd(&ends[1][0]);
	p->err = steal_fd(&ends[2][0]);
	ends_close(ends);
	return 0;
}

int proc_wait(struct proc *p, int limit_ms, int *status)
{
	struct pollfd fd = {.fd = p->pidfd, .events = POLLIN};
	uint64_t end = now_ns() + (uint64_t)limit_ms * 1000000u;
	int left = limit_ms;
	int r;

	if (p->pid == 0)
		return -ECHILD;
	do {
		r = poll(&fd, 1, left);
		if (r < 0 && errno != EINTR)
			return -errno;
		if (r <= 0 && limit_ms >= 0) {
			uint64_t t = now_ns();

			left = t < end ? (int)((end - t) / 1000000u) : 0;
		}
	} while (r <= 0 && left != 0);
	if (r <= 0)
		return -ETIMEDOUT;
	if (waitpid(p->pid, status, 0) < 0)
		return -errno;
	/* What it left behind in its group ends with it. */
	kill(-p->pid, SIGKILL);
	p->pid = 0;
	return 0;
}

void proc_kill(struct proc *p)
{
	int status;

	if (p->pid <= 0)
		return;
	kill(-p->pid, SIGKILL);
	kill(p->pid, SIGKILL);
	while (waitpid(p->pid, &status, 0) < 0 && errno == EINTR)
		;
	p->pid = 0;
}

void proc_close(struct proc *p)
{
	proc_kill(p);
	cleanup_fd_fn(&p->pidfd);
	cleanup_fd_fn(&p->in);
	cleanup_fd_fn(&p->out);
	cleanup_fd_fn(&p->err);
	*p = (struct proc)PROC_NONE;
}

struct sink {
	char *text;
	size_t len, room;
};

/* Reads once; false at the end of the stream. Past the cap it only drains. */
static bool sink_read(struct sink *s, int fd)
{
	char buf[4096];
	ssize_t n = read(fd, buf, sizeof(buf));
	char *grown;

	if (n <= 0)
		return n < 0 && errno == EINTR;
	if (s->len + (size_t)n > CAPTURE_MAX)
		return true;
	if (!s->text || s->len + (size_t)n >= s->room) {
		grown = realloc(s->text, 2 * (s->len + sizeof(buf)));
		if (!grown)
			return true;
		s->text = grown;
		s->room = 2 * (s->len + sizeof(buf));
	}
	memcpy(s->text + s->len, buf, (size_t)n);
	s->len += (size_t)n;
	s->text[s->len] = '\0';
	return true;
}

static const char *last_line(char *text)
{
	char *nl;

	if (!text)
		return "";
	for (size_t n = strlen(text); n && text[n - 1] == '\n'; n--)
		text[n - 1] = '\0';
	nl = strrchr(text, '\n');
	return nl ? nl + 1 : text;
}

/* Drains both pipes until they close, the time is up or a signal comes. */
static int drain(struct proc *p, uint64_t end_ns, struct sink *out,
		 struct sink *err)
{
	struct pollfd fds[2] = {{.fd = p->out, .events = POLLIN},
				{.fd = p->err, .events = POLLIN}};
	struct sink *sinks[2] = {out, err};

	while (fds[0].fd >= 0 || fds[1].fd >= 0) {
		uint64_t t = now_ns();

		if (t >= end_ns)
			return -ETIMEDOUT;
		if (poll(fds, 2, (int)((end_ns - t) / 1000000u) + 1) < 0)
			return -errno;
		for (int i = 0; i < 2; i++)
			if (fds[i].revents && !sink_read(sinks[i], fds[i].fd))
				fds[i].fd = -1;
	}
	return 0;
}

int proc_capture(const char *command, int limit_ms, char **out, struct err *e)
{
	const char *const argv[] = {"/bin/sh", "-c", command, NULL};
	uint64_t end = now_ns() + (uint64_t)limit_ms * 1000000u;
	cleanup_free char *err_out = NULL;
	struct sink so = {0}, se = {0};
	char why[PROC_STATUS_MAX];
	struct proc p;
	int status;
	int r;

	*out = NULL;
	r = proc_start(&p, argv, PROC_OUT | PROC_ERR, e);
	if (r < 0)
		return r;
	r = drain(&p, end, &so, &se);
	if (r == 0) {
		uint64_t t = now_ns();

		r = proc_wait(&p, t < end ? (int)((end - t) / 1000000u) : 0,
			      &status);
	}
	proc_close(&p);
	err_out = se.text;
	if (r == 0 && status == 0) {
		*out = so.text ? so.text : strdup("");
		return *out ? 0 : err_sys(e, -ENOMEM, "run %s", command);
	}
	free(so.text);
	if (r == -ETIMEDOUT)
		return err_set(e, r, "run %s: no answer in %d s", command,
			       limit_ms / 1000);
	if (r < 0)
		return err_sys(e, r, "run %s", command);
	return err_set(e, -EIO, "run %s: %s: %s", command,
		       proc_status_text(status, why), last_line(err_out));
}

char *proc_status_text(int status, char buf[PROC_STATUS_MAX])
{
	if (WIFSIGNALED(status))
		snprintf(buf, PROC_STATUS_MAX, "killed by signal %d (%s)",
			 WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		snprintf(buf, PROC_STATUS_MAX, "exit status %d",
			 WEXITSTATUS(status));
	return buf;
}

/* Without what runs at exit: a leak checker would start a thread, which a
 * process that has chosen another PID namespace for its children cannot. */
void proc_end_alike(int status)
{
	sigset_t none;

	if (!WIFSIGNALED(status))
		_exit(WEXITSTATUS(status));
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
	sigemptyset(&none);
	signal(WTERMSIG(status), SIG_DFL);
	sigprocmask(SIG_SETMASK, &none, NULL);
	raise(WTERMSIG(status));
	_exit(128 + WTERMSIG(status));
}

char *proc_self_dir(void)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	if (n < 0)
		return NULL;
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (slash)
		*slash = '\0';
	return strdup(path);
}
