/* Who is connected, whose turn it is. One process serves all and waits for
 * none. In each round every user is served once, so a user waits for as many
 * requests as there are other users who ask, whatever one of them does.
 *
 * With a message a client can send descriptors, and what is behind them may
 * keep whoever drops the last reference for an hour (a TCP socket with
 * SO_LINGER). So a message with descriptors is never taken, and the last
 * reference to a connection is that of a process of its own, its closer, which
 * is killed for it. */
#include "netd/netd.h"

#include <errno.h>
#include <linux/sockios.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cleanup.h"

#define CLIENTS_MAX 1024
#define CLIENTS_OF_USER 16
#define DEADLINE_MS 2000
#define EXPIRE_MS 60000

struct client {
	int fd;
	pid_t closer; /* 0: it is connected */
	struct asker who;
	uint64_t deadline_ms; /* 0: to be closed */
};

struct server {
	struct netd *d;
	int listener;
	struct client clients[CLIENTS_MAX];
	size_t count;
	struct pollfd polled[CLIENTS_MAX + 3];
};

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* It counts until its closer has ended; where none can be made, later. */
static void client_close(struct client *x)
{
	pid_t self = getpid();

	x->deadline_ms = 0;
	x->closer = fork();
	if (x->closer == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		while (getppid() == self)
			pause();
		_exit(0);
	}
	if (x->closer < 0) {
		x->closer = 0;
		return;
	}
	close(x->fd);
	x->fd = -1;
	kill(x->closer, SIGKILL);
}

static void closers_reap(struct server *s)
{
	pid_t pid;

	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
		for (size_t i = s->count; i-- > 0;)
			if (s->clients[i].closer == pid)
				s->clients[i] = s->clients[--s->count];
}

static size_t clients_of(const struct server *s, uid_t uid)
{
	size_t n = 0;

	for (size_t i = 0; i < s->count; i++)
		n += s->clients[i].who.uid == uid;
	return n;
}

static void client_answer(struct client *x, const struct netd_reply *a)
{
	send(x->fd, a, sizeof(*a), MSG_DONTWAIT | MSG_NOSIGNAL);
	client_close(x);
}

static void client_accept(struct server *s)
{
	struct netd_reply no = {.version = NETD_VERSION,
				.error = EPERM,
				.why = "subordinate uids are no users "
				       "(uid_max)"};
	struct client x = {.deadline_ms = now_ms() + DEADLINE_MS}, *kept;
	struct ucred peer = {.uid = (uid_t)-1};
	socklen_t size = sizeof(peer), n = sizeof(x.who.netns_cookie);
	size_t others;

	x.fd = s->count < CLIENTS_MAX
		       ? accept4(s->listener, NULL, NULL, SOCK_CLOEXEC)
		       : -1;
	if (x.fd < 0)
		return;
	if (getsockopt(x.fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) ||
	    getsockopt(x.fd, SOL_SOCKET, SO_NETNS_COOKIE, &x.who.netns_cookie,
		       &n))
		x.deadline_ms = 0;
	others = clients_of(s, peer.uid);
	x.who.uid = peer.uid;
	kept = &s->clients[s->count++];
	*kept = x;
	if (!x.deadline_ms || others >= CLIENTS_OF_USER)
		client_close(kept);
	else if (peer.uid > s->d->conf.uid_max)
		client_answer(kept, &no);
}

/* A request; false: something else, which is not taken. */
static bool client_request(const struct client *x, struct netd_request *q)
{
	struct iovec data = {q, sizeof(*q)};
	struct msghdr m = {.msg_iov = &data, .msg_iovlen = 1};

	/* What came with descriptors is truncated: there is no room for them */
	return recvmsg(x->fd, &m, MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT) ==
		       sizeof(*q) &&
	       !(m.msg_flags & MSG_CTRUNC) &&
	       recv(x->fd, q, sizeof(*q), MSG_DONTWAIT) == sizeof(*q);
}

static void client_serve(struct server *s, struct client *x)
{
	cleanup_fd int netns = ioctl(x->fd, SIOCGSKNS);
	struct netd_request q;
	struct netd_reply a;

	if (netns < 0 || !client_request(x, &q)) {
		client_close(x);
		return;
	}
	x->who.netns = netns;
	netd_answer(s->d, &x->who, &q, &a);
	client_answer(x, &a);
}

/* polled[i + 3] belongs to clients[i]. */
static void clients_serve(struct server *s, size_t count)
{
	uid_t served[CLIENTS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		struct client *x = &s->clients[i];
		bool had = false;

		if (x->closer)
			continue;
		for (size_t k = 0; k < n && !had; k++)
			had = served[k] == x->who.uid;
		if (x->deadline_ms <= now_ms()) {
			client_close(x);
		} else if (s->polled[i + 3].revents && !had) {
			served[n++] = x->who.uid;
			client_serve(s, x);
		}
	}
}

static int signals_take(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

/* How many clients it has asked about, or -errno. */
static int wait_any(struct server *s, int stop)
{
	size_t n = s->count;

	s->polled[0] = (struct pollfd){stop, POLLIN, 0};
	s->polled[1] = (struct pollfd){mnl_socket_get_fd(s->d->events.socket),
				       POLLIN, 0};
	s->polled[2] =
		(struct pollfd){n < CLIENTS_MAX ? s->listener : -1, POLLIN, 0};
	for (size_t i = 0; i < n; i++)
		s->polled[i + 3] = (struct pollfd){
			s->clients[i].deadline_ms ? s->clients[i].fd : -1,
			POLLIN, 0};
	if (poll(s->polled, n + 3, n ? DEADLINE_MS / 4 : EXPIRE_MS) < 0)
		return errno == EINTR ? 0 : -errno;
	return (int)n;
}

int netd_serve(struct netd *d, int listener, struct err *e)
{
	cleanup_free struct server *s = calloc(1, sizeof(*s));
	cleanup_fd int stop = signals_take();
	struct signalfd_siginfo signal;
	uint64_t expire_ms = 0;

	if (!s || stop < 0)
		return err_sys(e, -errno, "serve");
	s->d = d;
	s->listener = listener;
	for (;;) {
		int n = wait_any(s, stop);

		if (n < 0)
			return err_sys(e, n, "wait for requests");
		if (s->polled[0].revents &&
		    (read(stop, &signal, sizeof(signal)) < 0 ||
		     signal.ssi_signo != SIGCHLD))
			break;
		if (s->polled[1].revents)
			netd_links_gone(d);
		clients_serve(s, (size_t)n);
		closers_reap(s);
		for (int k = 0; k < 64 && s->polled[2].revents; k++)
			client_accept(s);
		if (now_ms() >= expire_ms) {
			netd_expire(d);
			expire_ms = now_ms() + EXPIRE_MS;
		}
	}
	for (size_t i = 0; i < s->count; i++)
		if (!s->clients[i].closer)
			client_close(&s->clients[i]);
	return 0;
}
