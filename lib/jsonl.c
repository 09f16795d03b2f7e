/* See jsonl.h. */
#include "jsonl.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "cleanup.h"

/* Cuts what follows the last newline. */
static int tail_cut(int fd)
{
	char buf[4096];
	off_t end = lseek(fd, 0, SEEK_END);

	if (end < 0)
		return -errno;
	while (end > 0) {
		size_t n = end < (off_t)sizeof(buf) ? (size_t)end : sizeof(buf);
		ssize_t got = pread(fd, buf, n, end - (off_t)n);
		char *nl;

		if (got != (ssize_t)n)
			return got < 0 ? -errno : -EIO;
		nl = memrchr(buf, '\n', n);
		if (nl) {
			end -= (off_t)n - (nl + 1 - buf);
			break;
		}
		end -= (off_t)n;
	}
	return ftruncate(fd, end) < 0 ? -errno : 0;
}

int jsonl_open(const char *path, struct err *e)
{
	cleanup_fd int fd = -1;
	int r;

	fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (fd < 0)
		return err_sys(e, -errno, "open %s", path);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return err_set(e, -EBUSY,
			       "open %s: another process is writing it", path);
	r = tail_cut(fd);
	if (r < 0)
		return err_sys(e, r, "repair the end of %s", path);
	return steal_fd(&fd);
}

int jsonl_append(int fd, const json_t *object, struct err *e)
{
	cleanup_free char *text = NULL;
	size_t len;
	ssize_t n;

	text = json_dumps(object, JSON_COMPACT | JSON_ENSURE_ASCII);
	if (!text)
		return err_set(e, -EINVAL, "write a record: not valid JSON");
	len = strlen(text);
	text[len++] = '\n'; /* in the place of the NUL */
	n = write(fd, text, len);
	if (n != (ssize_t)len) {
		int r = n < 0 ? -errno : -ENOSPC;

		tail_cut(fd);
		return err_sys(e, r, "write a record");
	}
	if (fdatasync(fd) < 0)
		return err_sys(e, -errno, "sync a record");
	return 0;
}

static int line_handle(const char *path, const char *text, size_t len,
		       size_t line,
		       int (*fn)(json_t *, size_t, void *, struct err *),
		       void *arg, struct err *e)
{
	json_error_t why;
	json_t *object;
	int r;

	if (text[len - 1] != '\n')
		return err_set(e, -EINVAL,
			       "%s:%zu: the last line is torn (no newline)",
			       path, line);
	object = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
	if (!json_is_object(object)) {
		json_decref(object);
		return err_set(e, -EINVAL, "%s:%zu: not a JSON object: %s",
			       path, line, object ? "another type" : why.text);
	}
	r = fn(object, line, arg, e);
	json_decref(object);
	return r;
}

static bool line_grow(char **text, size_t *room)
{
	size_t wanted = *room ? *room * 2 : 4096;
	char *grown;

	if (wanted > JSONL_LINE_MAX + 2)
		wanted = JSONL_LINE_MAX + 2; /* one more, and the NUL */
	grown = realloc(*text, wanted);
	if (!grown)
		return false;
	*text = grown;
	*room = wanted;
	return true;
}

ssize_t jsonl_line(char **text, size_t *room, FILE *f)
{
	size_t n = 0;
	int c;

	flockfile(f);
	while ((c = getc_unlocked(f)) != EOF) {
		if (n == JSONL_LINE_MAX)
			break;
		if (n + 2 > *room && !line_grow(text, room))
			break;
		(*text)[n++] = (char)c;
		if (c == '\n')
			break;
	}
	funlockfile(f);
	if (ferror(f))
		return -errno;
	if (n == JSONL_LINE_MAX && (*text)[n - 1] != '\n')
		return -EFBIG;
	if (n + 2 > *room && n)
		return -ENOMEM;
	if (n)
		(*text)[n] = '\0';
	return (ssize_t)n;
}

int jsonl_each(const char *path,
	       int (*fn)(json_t *, size_t, void *, struct err *), void *arg,
	       struct err *e)
{
	cleanup_free char *text = NULL;
	cleanup_file FILE *f = NULL;
	size_t cap = 0;
	size_t line = 0;
	ssize_t n;
	int r;

	f = fopen(path, "re");
	if (!f)
		return err_sys(e, -errno, "read %s", path);
	while ((n = jsonl_line(&text, &cap, f)) > 0) {
		r = line_handle(path, text, (size_t)n, ++line, fn, arg, e);
		if (r != 0)
			return r;
	}
	if (n == -EFBIG)
		return err_set(e, -EINVAL, "%s:%zu: line is longer than 4 MiB",
			       path, line + 1);
	return n < 0 ? err_sys(e, (int)n, "read %s", path) : 0;
}
