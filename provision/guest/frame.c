/* See frame.h. */
#include "frame.h"

#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

/* Header and data lie side by side, so that they leave as one segment. */
_Static_assert(offsetof(struct frame, data) == FRAME_HEADER, "no padding");

int frame_send(int fd, enum frame_kind kind, struct frame *f)
{
	const unsigned char *at = f->header;
	size_t left = FRAME_HEADER + f->len;

	f->header[0] = (unsigned char)kind;
	for (int i = 0; i < 4; i++)
		f->header[1 + i] = (unsigned char)(f->len >> (24 - 8 * i));
	while (left > 0) {
		ssize_t n = send(fd, at, left, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		at += n;
		left -= (size_t)n;
	}
	return 0;
}

/* 1, 0 at the end of the connection before the first byte, or -errno. */
static int receive_all(int fd, unsigned char *to, size_t len)
{
	for (size_t got = 0; got < len;) {
		ssize_t n = recv(fd, to + got, len - got, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return got ? -EPROTO : 0;
		got += (size_t)n;
	}
	return 1;
}

int frame_receive(int fd, struct frame *f)
{
	int r = receive_all(fd, f->header, FRAME_HEADER);

	if (r <= 0)
		return r;
	f->len = 0;
	for (int i = 1; i < FRAME_HEADER; i++)
		f->len = f->len << 8 | f->header[i];
	if (f->len > FRAME_MAX)
		return -EPROTO;
	r = f->len ? receive_all(fd, f->data, f->len) : 1;
	if (r == 0)
		return -EPROTO;
	return r < 0 ? r : f->header[0];
}
