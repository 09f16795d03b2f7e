/* See line.h. */
#include "line.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "proc.h"
#include "units.h"

static void add(struct line *l, char *word)
{
	if (l->count + 2 > l->room) {
		l->room = l->room ? l->room * 2 : 64;
		l->words = reallocarray(l->words, l->room, sizeof(*l->words));
	}
	if (!word || !l->words) {
		fputs("ie-podman: out of memory\n", stderr);
		exit(1);
	}
	l->words[l->count++] = word;
	l->words[l->count] = NULL;
}

void line_add(struct line *l, const char *fmt, ...)
{
	char *word = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&word, fmt, ap) < 0)
		word = NULL;
	va_end(ap);
	add(l, word);
}

void line_add_words(struct line *l, char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add(l, words[i]);
}

static void word_print(const char *s)
{
	if (*s && !s[strspn(s, "abcdefghijklmnopqrstuvwxyz"
			       "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "0123456789+,-./:=@_")]) {
		fputs(s, stdout);
		return;
	}
	putchar('\'');
	for (; *s; s++)
		if (*s == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*s);
	putchar('\'');
}

int line_print(const struct line *l)
{
	for (size_t i = 0; i < l->count; i++) {
		if (i)
			putchar(' ');
		word_print(l->words[i]);
	}
	putchar('\n');
	return 0;
}

int line_exec(const struct line *l, struct err *e)
{
	execvp(l->words[0], l->words);
	return err_sys(e, -errno, "%s", l->words[0]);
}

#define OUT_MAX (16u << 20)

/* Reads to the end, or until the time is over. */
static int read_all(int fd, uint64_t end_ns, char **out)
{
	size_t n = 0, room = 0;
	char *text = NULL;

	for (;;) {
		uint64_t now = now_ns();
		struct pollfd p = {fd, POLLIN, 0};
		ssize_t k;

		if (n + 1 >= room) {
			char *grown;

			room = room ? room * 2 : 65536;
			grown = room > OUT_MAX ? NULL : realloc(text, room);
			if (!grown) {
				free(text);
				return -ENOMEM;
			}
			text = grown;
		}
		if (now >= end_ns ||
		    poll(&p, 1, (int)((end_ns - now) / 1000000) + 1) == 0) {
			free(text);
			return -ETIMEDOUT;
		}
		k = read(fd, text + n, room - n - 1);
		if (k < 0 && errno != EINTR) {
			free(text);
			return -errno;
		}
		if (k == 0)
			break;
		n += k > 0 ? (size_t)k : 0;
	}
	text[n] = '\0';
	*out = text;
	return 0;
}

int line_capture(const struct line *l, int limit_ms, char **out, struct err *e)
{
	uint64_t end_ns = now_ns() + (uint64_t)limit_ms * 1000000;
	struct proc p = PROC_NONE;
	char why[PROC_STATUS_MAX];
	int status = 0;
	int rc = proc_start(&p, (const char *const *)l->words, PROC_OUT, e);

	*out = NULL;
	if (rc)
		return rc;
	rc = read_all(p.out, end_ns, out);
	if (!rc)
		rc = proc_wait(&p, limit_ms, &status);
	proc_close(&p);
	if (rc)
		rc = err_sys(e, rc, "%s %s", l->words[0], l->words[1]);
	else if (status)
		rc = err_set(e, -EIO, "%s %s: %s", l->words[0], l->words[1],
			     proc_status_text(status, why));
	if (rc) {
		free(*out);
		*out = NULL;
	}
	return rc;
}
