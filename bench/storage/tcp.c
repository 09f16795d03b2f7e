/* The network alone: blocks go over one loopback TCP connection to a thread
 * of this process that keeps nothing. A write ends when the peer has received
 * all of it and said so, a read when the peer's bytes are here, a flush is a
 * round trip. Operations are pipelined and answered in order. It is the limit
 * of what a server on this machine can reach, not a measure of a network. */
#include "storage/storage.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "cleanup.h"

#define SCRATCH_BYTES (256u << 10)

/* One process at both ends: no byte order to agree on. */
struct request {
	uint64_t kind, len;
};

struct peer {
	pthread_t thread;
	bool running;
	int fd;
	unsigned char *scratch;
};

struct target {
	int fd; /* non-blocking */
	struct peer peer;
	int lost;
	/* Oldest first; those from `unsent` on have not been sent in full. */
	struct op *head, *tail, *unsent;
	struct request request; /* of `unsent` */
	size_t sent, received;	/* bytes: of `unsent`, of the reply to `head` */
	uint64_t ack;
};

static bool recv_all(int fd, void *buf, size_t len)
{
	return recv(fd, buf, len, MSG_WAITALL) == (ssize_t)len;
}

static bool send_all(int fd, const void *buf, size_t len)
{
	size_t done = 0;
	ssize_t n;

	while (done < len) {
		n = send(fd, (const char *)buf + done, len - done,
			 MSG_NOSIGNAL);
		if (n <= 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

static bool peer_receive(struct peer *peer, uint64_t len)
{
	while (len > 0) {
		ssize_t n = recv(peer->fd, peer->scratch,
				 len < SCRATCH_BYTES ? len : SCRATCH_BYTES, 0);

		if (n <= 0)
			return false;
		len -= (uint64_t)n;
	}
	return true;
}

static bool peer_send(struct peer *peer, uint64_t len)
{
	while (len > 0) {
		size_t n = len < SCRATCH_BYTES ? len : SCRATCH_BYTES;

		if (!send_all(peer->fd, peer->scratch, n))
			return false;
		len -= n;
	}
	return true;
}

/* Until the other end hangs up. */
static void *peer_thread(void *arg)
{
	struct peer *peer = arg;
	struct request q;
	bool good = true;

	while (good && recv_all(peer->fd, &q, sizeof(q))) {
		if (q.kind == OP_READ) {
			good = peer_send(peer, q.len);
			continue;
		}
		good = peer_receive(peer, q.len) &&
		       send_all(peer->fd, &q.len, sizeof(q.len));
	}
	return NULL;
}

/* Two ends of a connection over 127.0.0.1. Nothing here can block: the
 * kernel completes the handshake from the listener's backlog. */
static int connect_pair(int *near, int *far)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);
	cleanup_fd int listener =
		socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int on = 1;

	if (listener < 0 || bind(listener, (struct sockaddr *)&a, len) < 0 ||
	    listen(listener, 1) < 0 ||
	    getsockname(listener, (struct sockaddr *)&a, &len) < 0)
		return -errno;
	*near = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (*near < 0 || connect(*near, (struct sockaddr *)&a, len) < 0)
		return -errno;
	*far = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (*far < 0)
		return -errno;
	if (setsockopt(*near, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) < 0 ||
	    setsockopt(*far, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) < 0)
		return -errno;
	return 0;
}

static void tcp_close(struct target *t)
{
	if (!t)
		return;
	if (t->fd >= 0)
		shutdown(t->fd, SHUT_RDWR);
	if (t->peer.running)
		pthread_join(t->peer.thread, NULL);
	if (t->fd >= 0)
		close(t->fd);
	if (t->peer.fd >= 0)
		close(t->peer.fd);
	free(t->peer.scratch);
	free(t);
}

static int tcp_open(struct target **out, const struct storage_params *p,
		    struct err *e)
{
	struct target *t = calloc(1, sizeof(*t));
	int r;

	if (!t)
		return err_sys(e, -ENOMEM, "%s: open", p->target);
	t->fd = t->peer.fd = -1;
	t->peer.scratch = calloc(1, SCRATCH_BYTES);
	r = t->peer.scratch ? connect_pair(&t->fd, &t->peer.fd) : -ENOMEM;
	if (r == 0)
		r = -pthread_create(&t->peer.thread, NULL, peer_thread,
				    &t->peer);
	if (r < 0) {
		tcp_close(t);
		return err_sys(e, r, "%s: connect to a peer on 127.0.0.1",
			       p->target);
	}
	t->peer.running = true;
	*out = t;
	return 0;
}

/* Ends everything in flight. */
static void lose(struct target *t, int code)
{
	struct op *op, *next;

	t->lost = code;
	for (op = t->head; op; op = next) {
		next = op->next;
		op_done(op, code);
	}
	t->head = t->tail = t->unsent = NULL;
}

/* A step of sending; 0 when the socket is full. */
static ssize_t send_some(struct target *t)
{
	const struct op *op = t->unsent;
	size_t data = op->kind == OP_WRITE ? op->len : 0;
	size_t head = sizeof(t->request), at = t->sent;
	struct iovec iov[2];
	struct msghdr m = {.msg_iov = iov, .msg_iovlen = 0};
	ssize_t n;

	if (at < head)
		iov[m.msg_iovlen++] =
			(struct iovec){(char *)&t->request + at, head - at};
	at = at > head ? at - head : 0;
	if (at < data)
		iov[m.msg_iovlen++] = (struct iovec){op->buf + at, data - at};
	n = sendmsg(t->fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	t->sent += (size_t)n;
	if (t->sent == head + data) {
		t->unsent = op->next;
		t->sent = 0;
		if (t->unsent)
			t->request = (struct request){t->unsent->kind,
						      t->unsent->len};
	}
	return n;
}

static int send_queue(struct target *t)
{
	ssize_t n = 1;

	while (t->unsent && n > 0)
		n = send_some(t);
	return n < 0 ? (int)n : 0;
}

/* The reply to the oldest operation is here. */
static int reply_end(struct target *t)
{
	struct op *op = t->head;

	t->received = 0;
	if (op->kind != OP_READ && t->ack != op->len)
		return -EPROTO;
	t->head = op->next;
	if (!t->head)
		t->tail = NULL;
	op_done(op, (int64_t)op->len);
	return 0;
}

static int receive_queue(struct target *t)
{
	int r = 0;

	while (t->head && t->head != t->unsent && r == 0) {
		bool data = t->head->kind == OP_READ;
		unsigned char *to =
			data ? t->head->buf : (unsigned char *)&t->ack;
		size_t len = data ? t->head->len : sizeof(t->ack);
		ssize_t n = recv(t->fd, to + t->received, len - t->received,
				 MSG_DONTWAIT);

		if (n == 0)
			return -ECONNRESET;
		if (n < 0)
			return errno == EAGAIN || errno == EINTR ? 0 : -errno;
		t->received += (size_t)n;
		if (t->received == len)
			r = reply_end(t);
	}
	return r;
}

static void tcp_submit(struct target *t, struct op *op)
{
	int r;

	if (t->lost) {
		op_done(op, t->lost);
		return;
	}
	op->next = NULL;
	if (t->tail)
		t->tail->next = op;
	else
		t->head = op;
	t->tail = op;
	if (!t->unsent) {
		t->unsent = op;
		t->request = (struct request){op->kind, op->len};
	}
	r = send_queue(t);
	if (r < 0)
		lose(t, r);
}

static int tcp_poll(struct target *t, int timeout_ms)
{
	struct pollfd p = {.fd = t->fd, .events = POLLIN};
	int r;

	if (t->lost)
		return t->lost;
	if (t->unsent)
		p.events |= POLLOUT;
	if (poll(&p, 1, timeout_ms) < 0)
		return errno == EINTR ? 0 : -errno;
	r = receive_queue(t);
	if (r == 0)
		r = send_queue(t);
	if (r < 0)
		lose(t, r);
	return 0;
}

static void tcp_describe(struct target *t, json_t *into)
{
	(void)t;
	json_object_set_new(into, "peer",
			    json_string("a thread of the worker, over "
					"127.0.0.1"));
}

static int tcp_remove(const struct storage_params *p, struct err *e)
{
	(void)p;
	(void)e;
	return 0;
}

static const struct storage_key tcp_keys[] = {{.name = NULL}};

const struct storage_ops storage_tcp = {
	.name = "tcp",
	.summary = "loopback TCP with nothing behind it: the limit of a "
		   "server on this machine",
	.durability = "none: nothing is stored; a flush is a round trip",
	.caps = STORAGE_ASYNC | STORAGE_NO_DATA | STORAGE_FRESH_IS_COLD |
		STORAGE_PARTS,
	.keys = tcp_keys,
	.open = tcp_open,
	.submit = tcp_submit,
	.poll = tcp_poll,
	.describe = tcp_describe,
	.close = tcp_close,
	.remove = tcp_remove,
};
