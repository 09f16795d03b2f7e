/* The first process of a cluster's namespaces: runs the steps of its services,
 * inherits and reaps their daemons, and takes them down again. Its end ends
 * them all, whatever they do. */
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"
#include "units.h"

static int member_up(struct init *in, const struct member *m)
{
	char dir[DIR_MAX_CHARS + 32];
	uint64_t start = now_ns();
	struct err e;
	int r;

	snprintf(dir, sizeof(dir), "%s/%s", in->c->dir, m->service->name);
	if (mkdir(dir, 0700) < 0) {
		r = err_sys(&e, -errno, "create %s", dir);
		report(in->reports, REPORT_ERROR, "%s", e.msg);
		return r;
	}
	in->started++;
	r = step_run(in, m, "up", m->service->up_limit_s, &e);
	if (r == 0)
		report(in->reports, REPORT_READY, "%s %llu", m->service->name,
		       (unsigned long long)(now_ns() - start));
	return r;
}

static void members_down(struct init *in)
{
	while (in->started > 0) {
		const struct member *m = &in->c->members[--in->started];
		struct err e;

		if (step_run(in, m, "down", m->service->down_limit_s, &e) < 0)
			fprintf(stderr, "%s\n", e.msg);
	}
}

static void idle(struct init *in)
{
	struct pollfd p = {.fd = in->signals, .events = POLLIN};

	while (!in->ending) {
		poll(&p, 1, -1);
		signals_take(in);
		orphans_reap(0);
	}
}

static int file_write(const char *path, const char *text, struct err *e)
{
	cleanup_fd int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		return err_sys(e, -errno, "write %s", path);
	return 0;
}

/* Keeps the user's ids as they are, with power over these namespaces only. */
static int ids_map(uid_t uid, gid_t gid, struct err *e)
{
	char map[64];
	int r = file_write("/proc/self/setgroups", "deny", e);

	if (r == 0) {
		snprintf(map, sizeof(map), "%u %u 1", uid, uid);
		r = file_write("/proc/self/uid_map", map, e);
	}
	if (r == 0) {
		snprintf(map, sizeof(map), "%u %u 1", gid, gid);
		r = file_write("/proc/self/gid_map", map, e);
	}
	return r;
}

/* Mounts made here stay here; what the host unmounts goes here too. */
static int mounts_make(struct err *e)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
		return errno == EINVAL
			       ? err_set(e, -EINVAL,
					 "separate the mounts: / is no mount "
					 "point (before a chroot, bind its "
					 "folder on itself)")
			       : err_sys(e, -errno, "separate the mounts");
	if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		  NULL) < 0)
		return err_sys(e, -errno, "mount /proc");
	return 0;
}

static int signals_open(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_SETMASK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* The services' daemons should not see what the caller's shell had set; IE_
 * variables are meant for the steps. */
static void environment_clean(const struct cluster *c)
{
	static const char path[] = "/usr/local/sbin:/usr/local/bin:"
				   "/usr/sbin:/usr/bin:/sbin:/bin";
	char *kept[32];
	size_t n = 0;

	for (char **v = environ; v && *v; v++)
		if (strncmp(*v, "IE_", 3) == 0 && n < ARRAY_SIZE(kept))
			kept[n++] = *v;
	clearenv();
	while (n > 0)
		putenv(kept[--n]);
	setenv("PATH", path, 1);
	setenv("LC_ALL", "C", 1);
	setenv("HOME", c->dir, 1);
}

static void limits_set(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	/* A killed daemon should leave nothing outside of the folder. */
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
}

__attribute__((noreturn)) static void init_main(struct init *in)
{
	struct err e;

	if (mounts_make(&e) < 0) {
		report(in->reports, REPORT_ERROR, "%s", e.msg);
		_exit(1);
	}
	in->signals = signals_open();
	environment_clean(in->c);
	limits_set();
	for (size_t i = 0; i < in->c->count && !in->ending; i++)
		if (member_up(in, &in->c->members[i]) < 0)
			in->ending = true;
	if (!in->ending) {
		report(in->reports, REPORT_ALL, " ");
		idle(in);
	}
	members_down(in);
	_exit(0);
}

void die_with_parent(int life)
{
	struct pollfd p = {.fd = life, .events = POLLIN};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (poll(&p, 1, 0) != 0)
		_exit(127);
}

pid_t init_start(struct cluster *c, int reports, struct err *e)
{
	struct init in = {.c = c, .reports = reports, .signals = -1};
	bool root = geteuid() == 0, network = cluster_has_network(c);
	uid_t uid = geteuid();
	gid_t gid = getegid();
	int life[2];
	pid_t pid;

	if (pipe2(life, O_CLOEXEC) < 0)
		return err_sys(e, -errno, "make a pipe");
	/* clone rather than unshare: the supervisor itself stays outside. */
	pid = (pid_t)syscall(SYS_clone,
			     CLONE_NEWPID | CLONE_NEWNS | SIGCHLD |
				     (root ? 0 : CLONE_NEWUSER) |
				     (network ? CLONE_NEWNET : 0),
			     NULL, NULL, NULL, NULL);
	if (pid == 0) {
		close(life[1]);
		die_with_parent(life[0]);
		close(life[0]);
		if (!root && ids_map(uid, gid, e) < 0) {
			report(reports, REPORT_ERROR, "%s", e->msg);
			_exit(1);
		}
		init_main(&in);
	}
	close(life[0]); /* the other end stays open for this process' life */
	if (pid < 0)
		return err_set(e, -errno, "make namespaces: %s%s",
			       strerror(errno),
			       root ? ""
				    : "; this host does not let ordinary "
				      "users make user namespaces");
	return pid;
}
