/* See builds.h. */
#include "builds.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cleanup.h"
#include "cmd.h"
#include "tree.h"

/* What podman has for cleaning up after its container was killed. */
#define END_S 10

/* Nobody else's processes are in our /proc. */
static void kill_containers(const struct store *s)
{
	unsigned long first = strtoul(s->ids, NULL, 10);
	DIR *proc = opendir("/proc");
	struct dirent *entry;

	while (proc && (entry = readdir(proc))) {
		pid_t pid = atoi(entry->d_name);
		struct stat st;

		if (pid > 1 &&
		    fstatat(dirfd(proc), entry->d_name, &st, 0) == 0 &&
		    st.st_uid >= first && st.st_uid - first < STORE_RANGE)
			kill(pid, SIGKILL);
	}
	if (proc)
		closedir(proc);
}

/* Until podman ends: its status, or 128 and the signal that has ended it. */
static int watch(const struct store *s, pid_t pid, const sigset_t *set)
{
	const struct timespec pause = {.tv_nsec = 50 * 1000 * 1000};
	time_t limit = 0;
	int ended = 0, status;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		int sig = ended ? sigtimedwait(set, NULL, &pause)
				: sigwaitinfo(set, NULL);

		if (sig > 0 && sig != SIGCHLD && !ended) {
			ended = sig;
			limit = time(NULL) + END_S;
		}
		if (ended)
			kill_containers(s);
		if (ended && time(NULL) > limit)
			kill(pid, SIGKILL);
	}
	if (ended)
		return 128 + ended;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* The first process of the namespace: when it ends all others do. Signals are
 * blocked early, because it would ignore them otherwise. */
static int first(const struct podman *p, const struct strs *args, struct err *e)
{
	static const int ends[] = {SIGCHLD, SIGINT, SIGTERM, SIGHUP, SIGQUIT};
	sigset_t set;
	pid_t pid;
	int rc;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		sigaddset(&set, ends[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	setsid();
	if (unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) ||
	    mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		  NULL))
		return err_sys(e, -errno, "build: a /proc of its own");
	rc = podman_start(p, args, (int[]){0, 1, 2}, &pid, e);
	return rc ? rc : watch(p->store, pid, &set);
}

int builds_run(const struct podman *p, const struct strs *args, int *status,
	       struct err *e)
{
	pid_t pid = (pid_t)syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, NULL,
				   NULL, NULL, NULL);

	if (pid < 0)
		return err_sys(e, -errno, "build: a PID namespace");
	if (pid == 0)
		_exit(complain(first(p, args, e), e));
	*status = podman_wait(pid);
	return 0;
}

static int lock(const struct store *s, int how, struct err *e)
{
	cleanup_free char *path = text("%s/builds.lock", s->run);
	cleanup_fd int fd =
		open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0 || flock(fd, how))
		return err_sys(e, -errno, "%s: locking", path);
	return steal_fd(&fd);
}

int builds_begin(const struct store *s, struct err *e)
{
	return lock(s, LOCK_SH, e);
}

/* To Podman they are containers of somebody else's: "storage" is all it can say
 * of them. */
static int sweep_containers(const struct podman *p, struct err *e)
{
	cleanup_strs struct strs list = {0};
	cleanup_strs struct strs rm = {0};
	cleanup_free char *out = NULL;
	cleanup_free char *none = NULL;
	char *rest;
	int rc;

	strs_add(&list, "ps");
	strs_add(&list, "--all");
	strs_add(&list, "--external");
	strs_add(&list, "--no-trunc");
	strs_add(&list, "--format={{.State}} {{.ID}}");
	rc = podman_capture(p, &list, &out, e);
	strs_add(&rm, "rm");
	strs_add(&rm, "--force");
	strs_add(&rm, "--");
	rest = out;
	for (char *line; !rc && (line = strsep(&rest, "\n"));)
		if (strncasecmp(line, "storage ", 8) == 0)
			strs_add(&rm, "%s", line + 8);
	if (rc || rm.count == 3)
		return rc;
	return podman_capture(p, &rm, &none, e);
}

static int sweep_folders(const struct store *s, struct err *e)
{
	DIR *temp = opendir(s->temp);
	struct dirent *entry;
	int rc = 0;

	if (!temp)
		return err_sys(e, -errno, "%s: opening the folder", s->temp);
	while (!rc && (entry = readdir(temp)))
		if (strncmp(entry->d_name, "buildah", 7) == 0)
			rc = tree_remove(dirfd(temp), entry->d_name, e);
	closedir(temp);
	return rc;
}

int builds_sweep(const struct podman *p, int begun, struct err *e)
{
	cleanup_fd int fd = begun;
	int rc;

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB))
		return 0;
	if (fd < 0)
		fd = lock(p->store, LOCK_EX | LOCK_NB, e);
	if (fd < 0)
		return fd == -EWOULDBLOCK ? 0 : fd;
	rc = sweep_containers(p, e);
	return rc ? rc : sweep_folders(p->store, e);
}
