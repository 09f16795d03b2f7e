/* See podman.h. */
#include "podman.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "plan.h"
#include "user.h"

#define OUTPUT_MAX (64u << 20)

static void environment(struct strs *env, const struct podman *p)
{
	strs_add(env, "PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin");
	strs_add(env, "HOME=%s", p->store->hooks);
	strs_add(env, "LC_ALL=C.UTF-8");
	strs_add(env, "TMPDIR=%s", p->store->temp);
	strs_add(env, "CONTAINERS_CONF=%s", p->conf->containers_conf);
	strs_add(env, "CONTAINERS_STORAGE_CONF=%s", p->store->storage_conf);
	strs_add(env, "REGISTRY_AUTH_FILE=%s", p->store->auth);
}

/* Podman looks up who owns each file it packs, and looks again where that is
 * nobody: with directories of a network that takes longer than all else. So it
 * sees accounts of its own, among them the user's root. Nor does anything that
 * a build mounts outlive it. */
static int own_accounts(const struct store *s, struct err *e)
{
	static const char *const files[] = {"passwd", "group", "nsswitch.conf"};

	if (unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL))
		return err_sys(e, -errno, "mounts of its own");
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		cleanup_free char *from = text("%s/%s", s->run, files[i]);
		cleanup_free char *to = text("/etc/%s", files[i]);

		if (mount(from, to, NULL, MS_BIND, NULL) && errno != ENOENT)
			return err_sys(e, -errno, "%s: mounting over %s", from,
				       to);
	}
	return 0;
}

int podman_exec(const struct podman *p, const struct strs *args, struct err *e)
{
	cleanup_strs struct strs argv = {0};
	cleanup_strs struct strs env = {0};
	int rc = user_become_root(e);

	if (rc)
		return rc;
	environment(&env, p);
	plan_global(&argv, p->conf, p->store);
	for (size_t i = 0; i < args->count; i++)
		strs_add(&argv, "%s", args->list[i]);
	if (strcmp(args->list[0], "build") == 0 ||
	    strcmp(args->list[0], "export") == 0)
		rc = own_accounts(p->store, e);
	if (rc)
		return rc;
	/* Setuid programs of an image gain nothing while it is built, either;
	 * podman build has no option for it, and podman itself needs none */
	if (strcmp(args->list[0], "build") == 0 &&
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return err_sys(e, -errno, "no new privileges");
	signal(SIGPIPE, SIG_DFL);
	execve(p->conf->podman, argv.list, env.list);
	return err_sys(e, -errno, "%s: running it", p->conf->podman);
}

static void child(const struct podman *p, const struct strs *args,
		  const int fds[3])
{
	struct err e;
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	for (int i = 0; i < 3; i++) {
		int fd = fds[i] >= 0 ? fds[i] : open("/dev/null", O_RDWR);

		/* One that is below i was overwritten: callers pass none */
		if (fd != i && (fd < 0 || dup2(fd, i) < 0))
			_exit(126);
	}
	close_range(3, ~0U, 0);
	podman_exec(p, args, &e);
	dprintf(2, "ie-podman: %s\n", e.msg);
	_exit(126);
}

int podman_start(const struct podman *p, const struct strs *args,
		 const int fds[3], pid_t *pid, struct err *e)
{
	*pid = fork();
	if (*pid < 0)
		return err_sys(e, -errno, "podman: starting it");
	if (*pid == 0)
		child(p, args, fds);
	return 0;
}

int podman_wait(pid_t pid)
{
	static const int handed_on[] = {SIGINT,	  SIGTERM, SIGHUP, SIGQUIT,
					SIGWINCH, SIGUSR1, SIGUSR2};
	sigset_t set, before;
	int status;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	/* ^Z is not handed on: see podman_start() */
	sigaddset(&set, SIGTSTP);
	for (size_t i = 0; i < ARRAY_SIZE(handed_on); i++)
		sigaddset(&set, handed_on[i]);
	sigprocmask(SIG_BLOCK, &set, &before);
	while (waitpid(pid, &status, WNOHANG) == 0) {
		int sig;

		if (sigwait(&set, &sig) == 0 && sig != SIGCHLD &&
		    sig != SIGTSTP)
			kill(pid, sig);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int podman_foreground(const struct podman *p, const struct strs *args,
		      int *status, struct err *e)
{
	pid_t pid;
	int rc = podman_start(p, args, (int[]){0, 1, 2}, &pid, e);

	if (!rc)
		*status = podman_wait(pid);
	return rc;
}

/* Everything up to the end of file. */
static int read_all(int fd, char **out, struct err *e)
{
	size_t have = 0, room = 65536;
	cleanup_free char *buf = malloc(room);

	for (;;) {
		ssize_t n;

		if (!buf)
			return err_sys(e, -ENOMEM, "podman: its output");
		n = read(fd, buf + have, room - have - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, -errno, "podman: its output");
		if (n == 0)
			break;
		have += (size_t)n;
		if (have > OUTPUT_MAX)
			return err_set(e, -EFBIG, "podman: too much output");
		if (have + 1 == room) {
			char *more = realloc(buf, room *= 2);

			if (!more)
				return err_sys(e, -ENOMEM, "podman: output");
			buf = more;
		}
	}
	buf[have] = '\0';
	*out = steal_pointer(&buf);
	return 0;
}

int podman_capture(const struct podman *p, const struct strs *args, char **out,
		   struct err *e)
{
	int pipes[2];
	pid_t pid;
	int rc, status;

	*out = NULL;
	if (pipe2(pipes, O_CLOEXEC))
		return err_sys(e, -errno, "podman: a pipe");
	rc = podman_start(p, args, (int[]){-1, pipes[1], -1}, &pid, e);
	close(pipes[1]);
	if (!rc) {
		rc = read_all(pipes[0], out, e);
		if (rc)
			kill(pid, SIGKILL);
		status = podman_wait(pid);
		if (!rc && status)
			rc = err_set(e, -ENOENT, "podman %s: exit status %d",
				     args->list[0], status);
	}
	close(pipes[0]);
	return rc;
}
