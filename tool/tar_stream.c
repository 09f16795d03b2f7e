/* See tar_stream.h. */
#include "tar_stream.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Below this, two system calls more cost more than a copy. */
#define SPLICE_MIN 65536

static int fill(struct tar_stream *t, struct err *e)
{
	ssize_t n;

	do {
		n = read(t->in, t->in_buffer, sizeof(t->in_buffer));
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys(e, -errno, "the image's files: read");
	t->in_at = 0;
	t->in_len = (size_t)n;
	return 0;
}

/* At least one byte of the stream is in the buffer afterwards. */
static int need(struct tar_stream *t, struct err *e)
{
	int ret = t->in_at < t->in_len ? 0 : fill(t, e);

	if (ret == 0 && t->in_len == 0)
		return err_set(e, -ENODATA,
			       "the image's files: they end too early");
	return ret;
}

int tar_flush(struct tar_stream *t, struct err *e)
{
	size_t done = 0;

	while (done < t->out_len) {
		ssize_t n =
			write(t->out, t->out_buffer + done, t->out_len - done);

		if (n < 0 && errno != EINTR)
			return err_sys(e, -errno, "the image's files: write");
		if (n > 0)
			done += (size_t)n;
	}
	t->out_len = 0;
	return 0;
}

static size_t smaller(uint64_t a, size_t b)
{
	return a < b ? (size_t)a : b;
}

int tar_get(struct tar_stream *t, void *to, size_t n, struct err *e)
{
	char *p = to;

	while (n > 0) {
		int ret = need(t, e);
		size_t part;

		if (ret < 0)
			return ret;
		part = smaller(n, t->in_len - t->in_at);
		memcpy(p, t->in_buffer + t->in_at, part);
		t->in_at += part;
		p += part;
		n -= part;
	}
	return 0;
}

int tar_put(struct tar_stream *t, const void *from, size_t n, struct err *e)
{
	const char *p = from;

	while (n > 0) {
		size_t part = smaller(n, sizeof(t->out_buffer) - t->out_len);
		int ret;

		memcpy(t->out_buffer + t->out_len, p, part);
		t->out_len += part;
		p += part;
		n -= part;
		ret = t->out_len < sizeof(t->out_buffer) ? 0 : tar_flush(t, e);
		if (ret < 0)
			return ret;
	}
	return 0;
}

/* From pipe to pipe. Leaves in *n what it could not do, because one end is
 * none, or the stream has ended. */
static int splice_pass(struct tar_stream *t, uint64_t *n, struct err *e)
{
	int ret = tar_flush(t, e);

	while (ret == 0 && *n > 0) {
		ssize_t got = splice(t->in, NULL, t->out, NULL,
				     smaller(*n, 1u << 20), SPLICE_F_MOVE);

		if (got == 0 || (got < 0 && errno == EINVAL))
			break;
		if (got < 0 && errno != EINTR)
			return err_sys(e, -errno, "the image's files: copy");
		if (got > 0)
			*n -= (uint64_t)got;
	}
	return ret;
}

int tar_pass(struct tar_stream *t, uint64_t n, int keep, struct err *e)
{
	while (n > 0) {
		int ret = 0;
		size_t part;

		if (keep && t->in_at == t->in_len && n >= SPLICE_MIN)
			ret = splice_pass(t, &n, e);
		if (ret == 0 && n == 0)
			break;
		if (ret == 0)
			ret = need(t, e);
		if (ret < 0)
			return ret;
		part = smaller(n, t->in_len - t->in_at);
		if (keep)
			ret = tar_put(t, t->in_buffer + t->in_at, part, e);
		if (ret < 0)
			return ret;
		t->in_at += part;
		n -= part;
	}
	return 0;
}

int tar_drain(struct tar_stream *t, struct err *e)
{
	int ret;

	do {
		ret = fill(t, e);
	} while (ret == 0 && t->in_len > 0);
	return ret;
}
