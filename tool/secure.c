/* See secure.h. */
#include "secure.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "cleanup.h"

static bool descriptors(void)
{
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
			return false;
	return close_range(3, ~0U, 0) == 0;
}

static void signals(void)
{
	struct itimerval never = {0};
	sigset_t none;

	for (int i = ITIMER_REAL; i <= ITIMER_PROF; i++)
		setitimer(i, &never, NULL);
	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	/* A reader that has gone is an error of write(), not our death */
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Undoes what the caller has lowered; where root may not raise a hard limit,
 * as far as it goes. */
static void limits(void)
{
	static const int open_ended[] = {
		RLIMIT_AS,	RLIMIT_CPU,   RLIMIT_DATA, RLIMIT_FSIZE,
		RLIMIT_MEMLOCK, RLIMIT_NPROC, RLIMIT_LOCKS};
	const struct rlimit none = {0};
	struct rlimit l;

	setrlimit(RLIMIT_CORE, &none);
	for (size_t i = 0; i < ARRAY_SIZE(open_ended); i++) {
		const struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};

		if (setrlimit(open_ended[i], &all) == 0 ||
		    getrlimit(open_ended[i], &l))
			continue;
		l.rlim_cur = l.rlim_max;
		setrlimit(open_ended[i], &l);
	}
	l = (struct rlimit){8 << 20, RLIM_INFINITY};
	if (setrlimit(RLIMIT_STACK, &l) && !getrlimit(RLIMIT_STACK, &l)) {
		l.rlim_cur = l.rlim_max;
		setrlimit(RLIMIT_STACK, &l);
	}
	if (getrlimit(RLIMIT_NOFILE, &l) == 0 && l.rlim_max < 4096)
		l.rlim_max = 4096;
	l.rlim_cur = l.rlim_max;
	setrlimit(RLIMIT_NOFILE, &l);
}

int secure_process(struct inherited *in, struct err *e)
{
	if (!descriptors())
		return err_set(e, -EBADF, "standard descriptors: opening them");
	in->cwd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (chdir("/"))
		return err_sys(e, -errno, "/: going there");
	in->umask = umask(022);
	signals();
	if (getrlimit(RLIMIT_FSIZE, &in->file_size))
		return err_sys(e, -errno, "limits: reading them");
	limits();
	prctl(PR_SET_DUMPABLE, 0);
	if (clearenv())
		return err_set(e, -ENOMEM, "environment: clearing it");
	return 0;
}
