/* See reap.h. Root touches nothing of a user's: a child becomes the user for
 * good before it looks at anything, and all that root learns is how it ended. A
 * user whose store hangs ends in the limit and delays the others by no more. */
#include "reap.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cleanup.h"
#include "units.h"

#define AT_ONCE 4

struct child {
	pid_t pid;
	uint64_t end_ns;
	bool killed, made_dir;
	struct passwd user;
	char name[64], home[4096], dir[64];
};

/* --- in the child --------------------------------------------------------- */

static void limits_set(uint64_t seconds)
{
	const struct rlimit cpu = {seconds, seconds}, core = {0, 0};
	const struct rlimit size = {1u << 30, 1u << 30};

	setrlimit(RLIMIT_CPU, &cpu);
	setrlimit(RLIMIT_CORE, &core);
	setrlimit(RLIMIT_FSIZE, &size);
}

__attribute__((noreturn)) static void become(const struct child *c,
					     const struct settings *s, bool dry)
{
	char *env[8], *argv[] = {s->self, (char *)"reap",
				 dry ? (char *)"--dry-run" : NULL, NULL};
	struct line;
	size_t n = 0;
	int null = open("/dev/null", O_RDWR);

	if (setsid() < 0 || null < 0 || dup2(null, 0) < 0 ||
	    initgroups(c->name, c->user.pw_gid) ||
	    setresgid(c->user.pw_gid, c->user.pw_gid, c->user.pw_gid) ||
	    setresuid(c->user.pw_uid, c->user.pw_uid, c->user.pw_uid) ||
	    setuid(0) == 0)
		_exit(126);
	if (chdir("/") || close_range(3, ~0U, 0))
		_exit(126);
	limits_set(s->reap_limit_s);
	if (asprintf(&env[n++], "HOME=%s", c->home) < 0 ||
	    asprintf(&env[n++], "USER=%s", c->name) < 0 ||
	    asprintf(&env[n++], "XDG_RUNTIME_DIR=%s", c->dir) < 0)
		_exit(126);
	env[n++] = (char *)"PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";
	env[n] = NULL;
	execve(s->self, argv, env);
	_exit(127);
}

/* --- root's side ---------------------------------------------------------- */

/* logind makes it for whoever is logged in or lingers; for the others it is
 * here as long as the child is. */
static void runtime_dir(struct child *c)
{
	snprintf(c->dir, sizeof(c->dir), "/run/user/%u",
		 (unsigned)c->user.pw_uid);
	mkdir("/run/user", 0755);
	if (mkdir(c->dir, 0700))
		return;
	c->made_dir = true;
	if (lchown(c->dir, c->user.pw_uid, c->user.pw_gid))
		fprintf(stderr, "ie-podman: reap: %s: %s\n", c->dir,
			strerror(errno));
}

static int child_start(struct child *c, const struct passwd *p,
		       const struct settings *s, bool dry)
{
	*c = (struct child){.user = *p};
	snprintf(c->name, sizeof(c->name), "%s", p->pw_name);
	snprintf(c->home, sizeof(c->home), "%s", p->pw_dir);
	runtime_dir(c);
	fflush(NULL);
	c->end_ns = now_ns() + s->reap_limit_s * 1000000000;
	c->pid = fork();
	if (c->pid == 0)
		become(c, s, dry);
	return c->pid < 0 ? -errno : 0;
}

/* All that is left of it: its session, and what has become our child. */
static void child_end(struct child *c)
{
	kill(-c->pid, SIGKILL);
	if (c->made_dir)
		rmdir(c->dir); /* empty, or not ours to empty */
	c->pid = 0;
}

static void children_late(struct child *all)
{
	for (size_t i = 0; i < AT_ONCE; i++)
		if (all[i].pid && !all[i].killed && all[i].end_ns <= now_ns()) {
			kill(-all[i].pid, SIGKILL);
			all[i].killed = true;
			all[i].end_ns = now_ns() + 1000000000;
		} else if (all[i].pid && all[i].end_ns <= now_ns()) {
			/* In the kernel, where no signal ends it */
			fprintf(stderr, "ie-podman: reap: %s: given up\n",
				all[i].name);
			child_end(&all[i]);
		}
}

/* Waits for a place; 1 when one of those that ended had failed. */
static int children_wait(struct child *all, size_t at_most)
{
	const struct timespec pause = {.tv_nsec = 20000000};
	int failed = 0;

	for (;;) {
		size_t busy = 0;

		for (size_t i = 0; i < AT_ONCE; i++) {
			int status = 0;

			if (!all[i].pid)
				continue;
			if (waitpid(all[i].pid, &status, WNOHANG) == 0) {
				busy++;
				continue;
			}
			if (status) {
				fprintf(stderr, "ie-podman: reap: %s: %s\n",
					all[i].name,
					all[i].killed ? "took too long"
						      : "failed");
				failed = 1;
			}
			child_end(&all[i]);
		}
		if (busy <= at_most)
			return failed;
		children_late(all);
		nanosleep(&pause, NULL);
	}
}

int reap_users(const struct settings *s, bool dry, struct err *e)
{
	cleanup_file FILE *f = fopen("/etc/subuid", "re");
	struct child all[AT_ONCE] = {0};
	char line[512];
	int failed = 0;

	if (!f)
		return err_sys(e, -errno, "reap: read /etc/subuid");
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	while (fgets(line, sizeof(line), f)) {
		const struct passwd *p;
		size_t i = 0;

		line[strcspn(line, ":\n")] = '\0';
		p = getpwnam(line);
		if (!p || p->pw_uid == 0)
			continue;
		failed |= children_wait(all, AT_ONCE - 1);
		while (all[i].pid)
			i++;
		if (child_start(&all[i], p, s, dry))
			return err_sys(e, -errno, "reap: start a child");
	}
	failed |= children_wait(all, 0);
	return failed;
}
