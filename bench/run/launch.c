/* See launch.h. */
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>
#include <unistd.h>

#include "cleanup.h"
#include "last_words.h"
#include "case/placeholder.h"
#include "case/suite.h"
#include "units.h"

#define POLL_MS 200
#define LINE_MAX_BYTES (4u << 20) /* the record of 10,000 clients: 1 MiB */
#define READ_MIN 4096
#define EXIT_LIMIT_MS 2000

volatile sig_atomic_t launch_interrupted;

/* ie-bench itself; NULL without /proc. */
static char *worker_path(bool ranked)
{
	cleanup_free char *dir = proc_self_dir();
	char *path;

	return dir && asprintf(&path, "%s/ie-bench%s", dir,
			       ranked ? "-mpi" : "") >= 0
		       ? path
		       : NULL;
}

static int worker_start(struct launch *l, const struct site_target *t,
			const struct bench_case *c, unsigned ranks,
			struct err *e)
{
	const char *launch = t->launches[t->ranked ? 0 : c->client % c->nodes];
	cleanup_free char *self = worker_path(t->ranked);
	cleanup_free char *place = NULL;
	char *command;
	int rc;

	/* mpirun would hold a rank and all threads of its driver's library to
	 * one processor, unless it is told what to hold it to. */
	setenv("OMPI_MCA_hwloc_base_binding_policy", "none", 0);
	if (!self)
		return err_sys(e, -ENOENT,
			       "start a worker: find ie-bench itself: read "
			       "/proc/self/exe (is /proc mounted?)");
	if (launch)
		place = placeholder_fill(launch, ranks, MIN(ranks, c->nodes));
	if (launch && !place)
		return err_sys(e, -ENOMEM, "start a worker");
	if (!place && !t->worker)
		return proc_start(&l->proc,
				  (const char *[]){self, "worker", NULL},
				  PROC_IN | PROC_OUT | PROC_ERR, e);
	if (asprintf(&command, "exec %s '%s' worker", place ? place : "",
		     t->worker ? t->worker : self) < 0)
		return err_sys(e, -ENOMEM, "start a worker");
	rc = proc_start(&l->proc,
			(const char *[]){"/bin/sh", "-c", command, NULL},
			PROC_IN | PROC_OUT | PROC_ERR, e);
	free(command);
	return rc;
}

static int text_send(struct launch *l, const char *text, struct err *e)
{
	size_t len = strlen(text);
	ssize_t n = write(l->proc.in, text, len);

	/* Of one that has ended, what it said is the reason: launch_line(). */
	if (n == (ssize_t)len || (n < 0 && errno == EPIPE))
		return 0;
	return err_sys(e, n < 0 ? -errno : -EPIPE, "write to the worker");
}

int launch_start(struct launch *l, const struct site_target *t,
		 const struct bench_case *c, const json_t *phases,
		 unsigned ranks, struct err *e)
{
	json_t *j = case_to_json(c);
	cleanup_free char *text = NULL;
	cleanup_free char *line = NULL;
	int r;

	l->silence_s = c->timeout_s + 10;
	json_object_set_new(j, "phases", json_deep_copy(phases));
	json_object_set_new(j, "supervised", json_true());
	json_object_set_new(j, "suite", json_string(suite_build()));
	if (t->ranked)
		json_object_set_new(j, "ranks",
				    json_integer((json_int_t)ranks));
	else if (c->clients > 1)
		json_object_set_new(j, "ranks", json_integer(1));
	text = json_dumps(j, JSON_COMPACT);
	json_decref(j);
	if (!text || asprintf(&line, "%s\n", text) < 0) {
		line = NULL;
		return err_sys(e, -ENOMEM, "start a worker");
	}
	r = worker_start(l, t, c, ranks, e);
	if (r < 0)
		return r;
	fcntl(l->proc.out, F_SETFL, O_NONBLOCK);
	fcntl(l->proc.err, F_SETFL, O_NONBLOCK);
	return text_send(l, line, e);
}

/* Keeps the end of what comes on standard error. False at its end. */
static bool err_read(struct launch *l)
{
	char buf[sizeof(l->err_tail)];
	ssize_t n = read(l->proc.err, buf, sizeof(buf) - 1);
	size_t old = strlen(l->err_tail);
	size_t keep;

	if (n <= 0)
		return n < 0 && (errno == EAGAIN || errno == EINTR);
	keep = sizeof(buf) - 1 - (size_t)n;
	keep = old < keep ? old : keep;
	memmove(l->err_tail, l->err_tail + old - keep, keep);
	memcpy(l->err_tail + keep, buf, (size_t)n);
	l->err_tail[keep + (size_t)n] = '\0';
	return true;
}

/* Appends what has come. False at the end of the stream. */
static bool out_read(struct launch *l)
{
	ssize_t n;

	if (l->out_cap - l->out_len < READ_MIN) {
		size_t cap = l->out_cap + 65536;
		char *grown =
			cap > LINE_MAX_BYTES ? NULL : realloc(l->out, cap);

		if (!grown)
			return false;
		l->out = grown;
		l->out_cap = cap;
	}
	n = read(l->proc.out, l->out + l->out_len, l->out_cap - l->out_len - 1);
	if (n <= 0)
		return n < 0 && (errno == EAGAIN || errno == EINTR);
	l->out_len += (size_t)n;
	return true;
}

const char *launch_words(struct launch *l, int wait_ms)
{
	struct pollfd fd = {.fd = l->proc.err, .events = POLLIN};

	while (poll(&fd, 1, wait_ms) > 0 && err_read(l))
		;
	return last_words(l->err_tail);
}

static int worker_ended(struct launch *l, struct err *e)
{
	char how[PROC_STATUS_MAX] = "no exit status";
	const char *words;
	int status;

	if (proc_wait(&l->proc, EXIT_LIMIT_MS, &status) == 0)
		proc_status_text(status, how);
	words = launch_words(l, 0);
	return err_set(e, -EPIPE,
		       "the worker ended without a record: %s%s%.600s", how,
		       *words ? ": " : "", words);
}

static int worker_silent(struct launch *l, struct err *e)
{
	const char *words = launch_words(l, 0);

	return err_set(e, -ETIMEDOUT,
		       "the worker said nothing for %u s%s%.600s", l->silence_s,
		       *words ? "; last on its standard error: " : "", words);
}

/* Hands out the first whole line and forgets the one before. */
static bool line_next(struct launch *l, char **line)
{
	char *nl;

	l->out_len -= l->cut;
	if (l->cut)
		memmove(l->out, l->out + l->cut, l->out_len);
	l->cut = 0;
	nl = l->out_len ? memchr(l->out, '\n', l->out_len) : NULL;
	if (!nl)
		return false;
	*nl = '\0';
	*line = l->out;
	l->cut = (size_t)(nl + 1 - l->out);
	return true;
}

int launch_line(struct launch *l, char **line, struct err *e)
{
	uint64_t limit = l->silence_s * UINT64_C(1000000000);
	uint64_t heard = now_ns();
	bool more = true;

	for (;;) {
		struct pollfd fds[2] = {{.fd = l->proc.out, .events = POLLIN},
					{.fd = l->proc.err, .events = POLLIN}};
		unsigned long long ops;

		while (line_next(l, line)) {
			if (sscanf(*line, "progress %llu", &ops) != 1)
				return 0;
			heard = now_ns();
			l->on_progress(ops, l->arg);
		}
		if (!more && l->out_cap - l->out_len < READ_MIN)
			return err_set(e, -EPROTO,
				       "the worker said more than 4 MiB "
				       "without a newline");
		if (!more)
			return worker_ended(l, e);
		if (launch_interrupted)
			return err_set(e, -EINTR, "interrupted");
		if (now_ns() - heard > limit)
			return worker_silent(l, e);
		poll(fds, 2, POLL_MS);
		if (fds[1].revents && !err_read(l))
			close(steal_fd(&l->proc.err));
		if (fds[0].revents)
			more = out_read(l);
	}
}

int launch_go(struct launch *l, struct err *e)
{
	return text_send(l, "go\n", e);
}

int launch_clock(struct launch *l, struct clock_offset *o, struct err *e)
{
	*o = (struct clock_offset)CLOCK_UNKNOWN;
	for (unsigned i = 0; i < CLOCK_ROUNDS; i++) {
		uint64_t asked = now_ns();
		unsigned long long theirs, id;
		char *line;
		int r = text_send(l, "clock\n", e);

		if (r == 0)
			r = launch_line(l, &line, e);
		if (r < 0)
			return r;
		if (sscanf(line, "clock %llu %llu", &theirs, &id) != 2)
			return err_set(e, -EPROTO, "the worker said: %.100s",
				       line);
		if (id && id == clock_id()) {
			*o = (struct clock_offset){0, 0};
			return 0;
		}
		clock_round(o, asked, theirs, now_ns());
	}
	return 0;
}

/* One that has handed in its record ends by itself; others are told to. Both
 * are waited for, because srun and its like give back what they hold elsewhere
 * unless they are killed. */
static void worker_end(struct launch *l)
{
	bool done = l->cut > 0 && l->out[0] == '{';
	int status;

	if (done && proc_wait(&l->proc, EXIT_LIMIT_MS, &status) == 0)
		return;
	if (l->proc.pid > 0)
		kill(-l->proc.pid, SIGTERM);
	proc_wait(&l->proc, EXIT_LIMIT_MS, &status);
}

void launch_close(struct launch *l)
{
	worker_end(l);
	proc_close(&l->proc);
	free(l->out);
	l->out = NULL;
	l->out_len = l->out_cap = l->cut = 0;
}
