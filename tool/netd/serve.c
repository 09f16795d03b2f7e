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

#include <linux/sockios.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

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

static struct client clients[CLIENTS_MAX];
static size_t count;
/* For signals, links, connections, and clients from CLIENTS on */
enum { SIGNALS, LINKS, LISTENER, CLIENTS };
static struct pollfd polled[CLIENTS + CLIENTS_MAX];

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Sends the answer, if there is one, and closes. The client counts until its
 * closer has ended; where none can be made, it is closed later. */
static void client_close(struct client *x, const struct netd_reply *a)
{
	pid_t self = getpid(), closer;

	if (a)
		send(x->fd, a, sizeof(*a), MSG_DONTWAIT | MSG_NOSIGNAL);
	x->deadline_ms = 0;
	closer = fork();
	if (closer == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		while (getppid() == self)
			pause();
		_exit(0);
	}
	if (closer < 0)
		return;
	x->closer = closer;
	close(x->fd);
	kill(closer, SIGKILL);
}

static void closers_reap(void)
{
	pid_t pid;

	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
		for (size_t i = count; i-- > 0;)
			if (clients[i].closer == pid)
				clients[i] = clients[--count];
}

static void client_accept(struct netd *d, int listener)
{
	const struct netd_reply no = {
		.version = NETD_VERSION,
		.error = EPERM,
		.why = "subordinate uids are no users (uid_max)"};
	struct client x = {.deadline_ms = now_ms() + DEADLINE_MS};
	struct ucred peer = {.uid = (uid_t)-1};
	socklen_t size = sizeof(peer), n = sizeof(x.who.netns_cookie);
	size_t others = 0;

	if (count == CLIENTS_MAX)
		return;
	x.fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (x.fd < 0 && errno != EAGAIN)
		usleep(10000); /* no descriptor is left: not as fast as can be
				*/
	if (x.fd < 0)
		return;
	if (getsockopt(x.fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) ||
	    getsockopt(x.fd, SOL_SOCKET, SO_NETNS_COOKIE, &x.who.netns_cookie,
		       &n))
		others = CLIENTS_OF_USER; /* nobody's */
	x.who.uid = peer.uid;
	for (size_t i = 0; i < count; i++)
		others += clients[i].who.uid == peer.uid;
	clients[count++] = x;
	if (others >= CLIENTS_OF_USER || peer.uid > d->conf.uid_max)
		client_close(&clients[count - 1],
			     others >= CLIENTS_OF_USER ? NULL : &no);
}

/* Takes a request and nothing else, answers it, and closes. */
static void client_serve(struct netd *d, struct client *x)
{
	cleanup_fd int netns = ioctl(x->fd, SIOCGSKNS);
	struct netd_request q;
	struct netd_reply a;
	struct iovec data = {&q, sizeof(q)};
	struct msghdr m = {.msg_iov = &data, .msg_iovlen = 1};
	/* What came with descriptors is truncated: there is no room for them */
	bool taken = netns >= 0 &&
		     recvmsg(x->fd, &m, MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT) ==
			     sizeof(q) &&
		     !(m.msg_flags & MSG_CTRUNC) &&
		     recv(x->fd, &q, sizeof(q), MSG_DONTWAIT) == sizeof(q);

	x->who.netns = netns;
	if (taken)
		netd_answer(d, &x->who, &q, &a);
	client_close(x, taken ? &a : NULL);
}

/* Those of which poll() was asked. */
static void clients_serve(struct netd *d, size_t asked)
{
	uid_t served[CLIENTS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < asked; i++) {
		struct client *x = &clients[i];
		size_t k = 0;

		if (x->closer)
			continue;
		while (k < n && served[k] != x->who.uid)
			k++;
		if (x->deadline_ms <= now_ms()) {
			client_close(x, NULL);
		} else if (polled[CLIENTS + i].revents && k == n) {
			served[n++] = x->who.uid;
			client_serve(d, x);
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

int netd_serve(struct netd *d, int listener, struct err *e)
{
	cleanup_fd int signals = signals_take();
	struct signalfd_siginfo signal;
	uint64_t expire_ms = 0;
	int rc;

	if (signals < 0)
		return err_sys(e, -errno, "take signals");
	polled[SIGNALS] = (struct pollfd){signals, POLLIN, 0};
	polled[LINKS] =
		(struct pollfd){mnl_socket_get_fd(d->events.socket), POLLIN, 0};
	for (;;) {
		size_t n = count;

		polled[LISTENER] = (struct pollfd){
			n < CLIENTS_MAX ? listener : -1, POLLIN, 0};
		for (size_t i = 0; i < n; i++)
			polled[CLIENTS + i] = (struct pollfd){
				clients[i].deadline_ms ? clients[i].fd : -1,
				POLLIN, 0};
		rc = poll(polled, CLIENTS + n, n ? DEADLINE_MS / 4 : EXPIRE_MS);
		if (rc < 0 && errno == EINTR)
			continue;
		if (rc < 0)
			return err_sys(e, -errno, "wait for requests");
		if (polled[SIGNALS].revents &&
		    (read(signals, &signal, sizeof(signal)) < 0 ||
		     signal.ssi_signo != SIGCHLD))
			break;
		if (polled[LINKS].revents)
			netd_links_gone(d);
		clients_serve(d, n);
		closers_reap();
		for (int k = 0; k < 64 && polled[LISTENER].revents; k++)
			client_accept(d, listener);
		if (now_ms() >= expire_ms) {
			netd_expire(d);
			expire_ms = now_ms() + EXPIRE_MS;
		}
	}
	for (size_t i = 0; i < count; i++)
		if (!clients[i].closer)
			client_close(&clients[i], NULL);
	return 0;
}
