/* Running a command inside a cluster's namespaces, as if it had been started
 * here: same folder, same standard streams, same signals, same end. */
#include "cluster.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "proc.h"

/* Passed on to the command. Keys typed at a terminal are not in here: they
 * reach the command by themselves. */
static const int passed[] = {SIGTERM, SIGINT,  SIGHUP,
			     SIGQUIT, SIGUSR1, SIGUSR2};

/* -ESRCH unless init is still the supervisor's child. */
static int init_check(const struct cluster *c, struct err *e)
{
	char path[64], text[512];
	const char *end;
	int parent = 0;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)c->init);
	if (text_read(path, text, sizeof(text)) < 0 ||
	    !(end = strrchr(text, ')')) ||
	    sscanf(end, ") %*c %d", &parent) != 1 || parent != c->supervisor)
		return err_set(e, -ESRCH, "the cluster in %s is ending",
			       c->dir);
	return 0;
}

/* Entering the mount namespace also moves to its topmost root, which is not
 * the cluster's where that was started in a chroot. */
static int namespaces_enter(const struct cluster *c, struct err *e)
{
	int spaces = CLONE_NEWPID | CLONE_NEWNS |
		     (geteuid() == 0 ? 0 : CLONE_NEWUSER) |
		     (cluster_has_network(c) ? CLONE_NEWNET : 0);
	cleanup_fd int init = (int)syscall(SYS_pidfd_open, c->init, 0);
	char cwd[PATH_MAX], path[64];
	cleanup_fd int root = -1;

	if (!getcwd(cwd, sizeof(cwd)))
		return err_sys(e, -errno, "find this folder");
	snprintf(path, sizeof(path), "/proc/%d/root", (int)c->init);
	root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return err_sys(e, -errno, "open %s", path);
	if (init < 0 || setns(init, spaces) < 0)
		return err_sys(e, -errno,
			       "enter the namespaces of the cluster in %s",
			       c->dir);
	if (fchdir(root) < 0 || chroot(".") < 0 || chdir(cwd) < 0)
		return err_sys(e, -errno, "return to %s", cwd);
	return 0;
}

static void signals_pass(pid_t child, const sigset_t *set)
{
	siginfo_t info;

	/* Ends with the SIGCHLD of the child. */
	while (sigwaitinfo(set, &info) != SIGCHLD)
		if (info.si_signo > 0 && info.si_code != SI_KERNEL)
			kill(child, info.si_signo);
}

/* Becomes the command, or the step that takes it to a guest. */
__attribute__((noreturn)) static void become(const struct cluster *c,
					     const struct member *m,
					     const char *guest,
					     char *const argv[])
{
	cleanup_free char *program = NULL;
	cleanup_free const char **words = NULL;
	size_t n = 0;

	environment_set(c, m);
	environment_add_users(c, m);
	while (argv[n])
		n++;
	if (guest) {
		program = step_path(c, m, "enter");
		words = calloc(n + 3, sizeof(*words));
		if (!program || !words) {
			fprintf(stderr, "ie-cluster: exec: cannot enter %s\n",
				guest);
			_exit(126);
		}
		words[0] = program;
		words[1] = guest;
		memcpy(words + 2, argv, n * sizeof(*words));
		argv = (char *const *)words;
	}
	execvp(argv[0], argv);
	fprintf(stderr, "ie-cluster: exec %s: %s\n", argv[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

int cluster_exec(struct cluster *c, const struct member *m, const char *guest,
		 char *const argv[], struct err *e)
{
	sigset_t set, old;
	int life[2];
	int status = 0;
	pid_t child;
	int r = init_check(c, e);

	if (r == 0)
		r = namespaces_enter(c, e);
	if (r < 0)
		return r;
	if (pipe2(life, O_CLOEXEC) < 0)
		return err_sys(e, -errno, "make a pipe");
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	for (size_t i = 0; i < ARRAY_SIZE(passed); i++)
		sigaddset(&set, passed[i]);
	sigprocmask(SIG_BLOCK, &set, &old);
	/* Entering a PID namespace counts for children only. */
	child = fork();
	if (child < 0)
		return err_sys(e, -errno, "start %s", argv[0]);
	if (child == 0) {
		close(life[1]);
		die_with_parent(life[0]);
		sigprocmask(SIG_SETMASK, &old, NULL);
		become(c, m, guest, argv);
	}
	for (;;) {
		signals_pass(child, &set);
		if (waitpid(child, &status, WNOHANG) == child)
			proc_end_alike(status);
	}
}
