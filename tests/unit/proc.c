/* Child processes: what comes back, that every wait ends, and that nothing
 * outlives its parent. The test adopts orphans, so that it sees them end. */
#include "proc.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "cleanup.h"
#include "scratch.h"
#include "tap.h"
#include "units.h"

#define LONG_MS 20000 /* never reached, unless something hangs */

static unsigned descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned n = 0;

	while (dir && readdir(dir))
		n++;
	if (dir)
		closedir(dir);
	return n;
}

/* True when an adopted process is dead by SIGKILL; waits for it. */
static bool was_killed(pid_t pid)
{
	uint64_t end = now_ns() + LONG_MS * UINT64_C(1000000);
	int status;

	while (now_ns() < end) {
		pid_t got = waitpid(pid, &status, WNOHANG);

		if (got == pid)
			return WIFSIGNALED(status) &&
			       WTERMSIG(status) == SIGKILL;
		if (got < 0)
			return false;
		usleep(10000);
	}
	return false;
}

/* out: what comes back; NULL: the command fails with this message. */
static const struct {
	const char *name, *command, *out, *why;
} captures[] = {
	{"output comes back", "echo a; echo b", "a\nb\n", NULL},
	{"no output is an empty text", "true", "", NULL},
	{"standard error is kept apart", "echo a; echo b >&2", "a\n", NULL},
	{"standard input is empty", "cat; echo end", "end\n", NULL},
	{"an exit status and the last words come back",
	 "echo first >&2; echo the reason >&2; echo out; exit 3", NULL,
	 "exit status 3: the reason"},
	{"silence is told as well", "exit 1", NULL, "exit status 1: "},
	{"blank lines are no last words", "printf 'why\\n\\n' >&2; exit 2",
	 NULL, "exit status 2: why"},
	{"a signal is named", "kill -TERM $$", NULL,
	 "killed by signal 15 (Terminated): "},
	{"a command that is not there is told", "exec /nonexistent/x", NULL,
	 "exit status 127: /bin/sh: 1: exec: /nonexistent/x: not found"},
};

static void test_captures(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(captures); i++) {
		cleanup_free char *out = NULL;
		char want[400] = "";
		struct err e = {""};
		int r = proc_capture(captures[i].command, LONG_MS, &out, &e);

		if (captures[i].why)
			snprintf(want, sizeof(want), "run %s: %s",
				 captures[i].command, captures[i].why);
		ok(r == (captures[i].why ? -EIO : 0), "%s: the status is right",
		   captures[i].name);
		is_str(out, captures[i].out, "%s", captures[i].name);
		is_str(e.msg, want, "%s: so is the message", captures[i].name);
	}
}

static void test_much(void)
{
	cleanup_free char *out = NULL;
	struct err e = {""};
	int r = proc_capture("head -c 300000 /dev/zero >&2; "
			     "head -c 300000 /dev/zero | tr '\\0' x; "
			     "head -c 300000 /dev/zero >&2",
			     LONG_MS, &out, &e);

	ok(r == 0 && out && strlen(out) == 300000,
	   "both streams are drained side by side");
	free(steal_pointer(&out));
	r = proc_capture("head -c 30000000 /dev/zero | tr '\\0' x", LONG_MS,
			 &out, &e);
	ok(r == 0 && out && strlen(out) <= 16 << 20,
	   "no more than 16 MiB are kept, and the command can end");
}

static pid_t pid_read(const char *name)
{
	cleanup_file FILE *f = fopen(scratch_path(name), "re");
	int pid = -1;

	return f && fscanf(f, "%d", &pid) == 1 ? pid : -1;
}

static void test_limit(void)
{
	cleanup_free char *command = NULL;
	cleanup_free char *out = NULL;
	struct err e = {""};
	uint64_t before = now_ns();
	int r;

	if (asprintf(&command, "sleep 1000 & echo $! >%s; wait",
		     scratch_path("pid")) < 0)
		return;
	r = proc_capture(command, 1000, &out, &e);
	is_int(r, -ETIMEDOUT, "a command past its limit is ended");
	ok(now_ns() - before >= UINT64_C(1000000000),
	   "but not before its limit");
	ok(strstr(e.msg, ": no answer in 1 s"), "and that is the reason");
	ok(was_killed(pid_read("pid")), "its grandchild is ended with it");
}

static void on_alarm(int sig)
{
	(void)sig;
}

static void test_signal(void)
{
	struct sigaction sa = {.sa_handler = on_alarm}, old;
	const struct itimerval soon = {.it_interval = {0, 100000},
				       .it_value = {0, 100000}};
	const struct itimerval never = {0};
	cleanup_free char *out = NULL;
	struct err e = {""};

	sigaction(SIGALRM, &sa, &old);
	setitimer(ITIMER_REAL, &soon, NULL);
	is_int(proc_capture("exec sleep 1000", LONG_MS, &out, &e), -EINTR,
	       "a signal ends the wait for a command");
	setitimer(ITIMER_REAL, &never, NULL);
	sigaction(SIGALRM, &old, NULL);
}

static void test_leftover(void)
{
	cleanup_free char *out = NULL;
	struct err e = {""};
	int pid = -1;
	int r = proc_capture("sleep 1000 >/dev/null 2>&1 & echo $!", LONG_MS,
			     &out, &e);

	ok(r == 0 && out && sscanf(out, "%d", &pid) == 1,
	   "a command that leaves something running succeeds");
	ok(was_killed(pid), "and what it left is ended");
}

static void test_exec(void)
{
	const char *const argv[] = {"/nonexistent/program", NULL};
	const char *const folder[] = {"/", NULL};
	struct proc p = PROC_NONE;
	struct err e = {""};

	is_int(proc_start(&p, argv, PROC_IN | PROC_OUT | PROC_ERR, &e), -ENOENT,
	       "a program that is not there does not start");
	is_str(e.msg, "start /nonexistent/program: No such file or directory",
	       "and the message names it");
	ok(p.pid == 0 && p.in < 0 && p.out < 0 && p.err < 0 && p.pidfd < 0,
	   "and nothing is open");
	is_int(proc_start(&p, folder, 0, &e), -EACCES,
	       "a folder does not start either");
	is_int(waitpid(-1, NULL, WNOHANG), -1, "no process is left of it");
}

static void test_pipes(void)
{
	const char *const argv[] = {"cat", NULL};
	struct proc p = PROC_NONE;
	struct err e = {""};
	char buf[16] = "";
	int status = -1;

	is_int(proc_start(&p, argv, PROC_IN | PROC_OUT, &e), 0,
	       "a program from PATH starts");
	ok(write(p.in, "hello", 5) == 5, "it takes input");
	is_int(proc_wait(&p, 50, &status), -ETIMEDOUT, "it still runs");
	close(steal_fd(&p.in));
	is_int(proc_wait(&p, LONG_MS, &status), 0, "it ends with its input");
	is_int(status, 0, "its status is 0");
	ok(read(p.out, buf, sizeof(buf)) == 5 && strcmp(buf, "hello") == 0,
	   "its output is what it was given");
	is_int(proc_wait(&p, 0, &status), -ECHILD, "it is waited for once");
	proc_close(&p);
	proc_close(&p);
	ok(p.out < 0 && p.pid == 0, "closing twice does no harm");
}

static void test_kill(void)
{
	const char *const argv[] = {"/bin/sh", "-c",
				    "trap '' TERM; sleep 1000 & echo $!; wait",
				    NULL};
	struct proc p = PROC_NONE;
	struct err e = {""};
	char buf[32] = "";
	pid_t child;

	proc_start(&p, argv, PROC_OUT, &e);
	ok(read(p.out, buf, sizeof(buf) - 1) > 0, "a group of two runs");
	child = p.pid;
	is_int(getpgid(child), child, "the first of it leads it");
	proc_close(&p);
	is_int(kill(child, 0), -1, "closing ends the first");
	ok(was_killed(atoi(buf)), "and the second");
}

/* A parent that is killed cannot clean up after itself. */
static void test_parent(void)
{
	const char *const argv[] = {"sleep", "1000", NULL};
	pid_t grandchild = -1;
	int ends[2];
	pid_t parent;

	if (pipe(ends) < 0)
		return;
	parent = fork();
	if (parent == 0) {
		struct proc p = PROC_NONE;
		struct err e;

		proc_start(&p, argv, 0, &e);
		if (write(ends[1], &p.pid, sizeof(p.pid)) > 0)
			raise(SIGKILL);
		_exit(1);
	}
	close(ends[1]);
	ok(read(ends[0], &grandchild, sizeof(grandchild)) > 0,
	   "a parent starts a child and is killed");
	close(ends[0]);
	ok(was_killed(parent), "the parent is dead");
	ok(was_killed(grandchild), "and its child as well");
}

static void test_status_text(void)
{
	char buf[PROC_STATUS_MAX];

	is_str(proc_status_text(3 << 8, buf), "exit status 3",
	       "an exit status has its words");
	is_str(proc_status_text(9, buf), "killed by signal 9 (Killed)",
	       "and so has a signal");
}

int main(void)
{
	void (*const tests[])(void) = {
		test_captures, test_much,     test_limit,
		test_signal,   test_leftover, test_exec,
		test_pipes,    test_kill,     test_parent};
	unsigned before = descriptors();

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (size_t i = 0; i < ARRAY_SIZE(tests); i++) {
		tests[i]();
		is_u64(descriptors(), before, "no descriptor is left open");
	}
	is_int(waitpid(-1, NULL, WNOHANG), -1, "no process is left");
	test_status_text();
	return done_testing();
}
