/* See command_run.h. */
#include "image/command_run.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "proc.h"
#include "units.h"

#define LINE_MAX_BYTES 4096
#define TEXT_MAX_BYTES (1u << 20)

struct reader {
	char buf[LINE_MAX_BYTES];
	size_t len;
	void (*fn)(const char *line, uint64_t t_ns, void *arg);
	void *arg;
	struct command_result *result;
};

/* Podman wraps what ended with a newline: ": exit status 1" goes on. */
static void last_take(char *last, size_t size, const char *line)
{
	size_t n = line[0] == ':' ? strlen(last) : 0;

	snprintf(last + n, size - n, "%.*s", (int)(size - n) - 1, line);
}

static void line_take(struct reader *r, uint64_t t)
{
	r->buf[r->len] = '\0';
	if (r->len > 0 && r->buf[r->len - 1] == '\r')
		r->buf[r->len - 1] = '\0';
	if (r->buf[0])
		last_take(r->result->last, sizeof(r->result->last), r->buf);
	if (r->fn)
		r->fn(r->buf, t, r->arg);
	r->len = 0;
}

/* False at the end of the stream. */
static bool stream_take(struct reader *r, int fd)
{
	char buf[4096];
	ssize_t n = read(fd, buf, sizeof(buf));
	uint64_t t = now_ns();

	for (ssize_t i = 0; i < n; i++) {
		if (buf[i] == '\n' || r->len == sizeof(r->buf) - 1)
			line_take(r, t);
		if (buf[i] != '\n')
			r->buf[r->len++] = buf[i];
	}
	return n > 0 || (n < 0 && errno == EINTR);
}

/* Until its output ends, which every descendant may hold open, or the limit
 * passes. */
static int output_follow(struct proc *p, struct reader *r, unsigned limit_s)
{
	uint64_t end = r->result->start_ns + limit_s * UINT64_C(1000000000);
	uint64_t said = r->result->start_ns;
	unsigned beats = 0;

	for (;;) {
		struct pollfd fd = {.fd = p->out, .events = POLLIN};
		uint64_t t = now_ns();

		if (t >= end)
			return -ETIMEDOUT;
		if (t - said >= UINT64_C(1000000000)) {
			printf("progress %u\n", ++beats);
			fflush(stdout);
			said = t;
		}
		if (poll(&fd, 1, 500) > 0 && !stream_take(r, p->out))
			break;
	}
	if (r->len > 0)
		line_take(r, now_ns());
	return 0;
}

/* `sh -c 'exec "$@" 2>&1' sh WORDS...`: one pipe keeps the lines in order. */
static int merged_start(struct proc *p, const struct words *w, struct err *e)
{
	const char *argv[WORDS_MAX + 5] = {"/bin/sh", "-c", "exec \"$@\" 2>&1",
					   "sh"};

	memcpy(argv + 4, w->v, (w->n + 1) * sizeof(*w->v));
	return proc_start(p, argv, PROC_OUT, e);
}

static int ended(int status, const char *doing, const char *last, struct err *e)
{
	char why[PROC_STATUS_MAX];

	if (status == 0)
		return 0;
	proc_status_text(status, why);
	return err_set(e, -EIO, "%s: %s%s%s", doing, why, *last ? ": " : "",
		       last);
}

int command_run(const struct words *w, unsigned limit_s, const char *doing,
		void (*fn)(const char *line, uint64_t t_ns, void *arg),
		void *arg, struct command_result *result, struct err *e)
{
	struct reader r = {.fn = fn, .arg = arg, .result = result};
	struct proc p;
	int status = 0;
	int code;

	*result = (struct command_result){.start_ns = now_ns()};
	code = merged_start(&p, w, e);
	if (code < 0)
		return err_wrap(e, code, "%s", doing);
	code = output_follow(&p, &r, limit_s);
	if (code == 0)
		code = proc_wait(&p, (int)limit_s * 1000, &status);
	result->end_ns = now_ns();
	proc_close(&p);
	if (code == -ETIMEDOUT)
		return err_set(e, code, "%s: not done in %u s%s%s", doing,
			       limit_s, *result->last ? ", last: " : "",
			       result->last);
	if (code < 0)
		return err_sys(e, code, "%s", doing);
	return ended(status, doing, result->last, e);
}

int command_capture(const struct words *w, unsigned limit_s, const char *doing,
		    char **out, struct err *e)
{
	uint64_t end = now_ns() + limit_s * UINT64_C(1000000000);
	cleanup_free char *text = malloc(TEXT_MAX_BYTES + 1);
	const char *argv[WORDS_MAX + 1];
	struct proc p;
	size_t len = 0;
	int status = 0;
	ssize_t n = 1;
	int code;

	if (!text)
		return err_sys(e, -ENOMEM, "%s", doing);
	memcpy(argv, w->v, (w->n + 1) * sizeof(*w->v));
	code = proc_start(&p, argv, PROC_OUT, e);
	if (code < 0)
		return err_wrap(e, code, "%s", doing);
	while (n > 0 && len < TEXT_MAX_BYTES && now_ns() < end) {
		struct pollfd fd = {.fd = p.out, .events = POLLIN};

		if (poll(&fd, 1, 500) <= 0)
			continue;
		n = read(p.out, text + len, TEXT_MAX_BYTES - len);
		len += n > 0 ? (size_t)n : 0;
	}
	text[len] = '\0';
	code = proc_wait(&p, n > 0 ? 0 : 5000, &status);
	proc_close(&p);
	if (code < 0)
		return err_sys(e, code, "%s", doing);
	*out = steal_pointer(&text);
	return ended(status, doing, "", e);
}
