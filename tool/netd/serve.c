/* Who is connected, whose turn it is. Each connection is accepted, read and
 * closed by a process of its own, its door: a client can send descriptors with
 * a message, and what is behind them may keep whoever drops the last reference
 * for an hour (a TCP socket with SO_LINGER), but not a process that exits. A
 * door that takes too long, and one too many of a user's, is killed. In each
 * round every user is served once. So a user waits for as many requests as
 * there are other users who ask, whatever one of them does. */
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

#define DOORS_MAX 1024
#define DOORS_OF_USER 16
#define DOORS_WAITING 8
#define DEADLINE_MS 2000
#define EXPIRE_MS 60000

struct door {
	pid_t pid;
	int fd; /* the door says its asker, then the request; gets the reply */
	bool done; /* only its end is waited for */
	bool open; /* somebody came: */
	struct asker who;
	uint64_t deadline_ms;
};

struct server {
	struct netd *d;
	int listener;
	struct door doors[DOORS_MAX];
	size_t count;
	struct pollfd polled[DOORS_MAX + 2];
};

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* --- a door --------------------------------------------------------------- */

union passed {
	char buf[CMSG_SPACE(sizeof(int))];
	struct cmsghdr head;
};

/* With a descriptor of our own. */
static void request_pass(int fd, struct netd_request *q, int netns)
{
	union passed u = {.head = {.cmsg_len = CMSG_LEN(sizeof(int)),
				   .cmsg_level = SOL_SOCKET,
				   .cmsg_type = SCM_RIGHTS}};
	struct iovec data = {q, sizeof(*q)};
	struct msghdr m = {.msg_iov = &data,
			   .msg_iovlen = 1,
			   .msg_control = u.buf,
			   .msg_controllen = sizeof(u.buf)};

	memcpy(CMSG_DATA(&u.head), &netns, sizeof(netns));
	sendmsg(fd, &m, MSG_NOSIGNAL);
}

static void door_run(int listener, int fd, uint64_t uid_max)
{
	struct asker who = {0};
	struct ucred peer;
	socklen_t size = sizeof(peer), n = sizeof(who.netns_cookie);
	int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC), netns;
	struct netd_request q;
	struct netd_reply a;

	if (client < 0 ||
	    getsockopt(client, SOL_SOCKET, SO_PEERCRED, &peer, &size) ||
	    getsockopt(client, SOL_SOCKET, SO_NETNS_COOKIE, &who.netns_cookie,
		       &n))
		return;
	if (peer.uid > uid_max) {
		a = (struct netd_reply){.version = NETD_VERSION,
					.error = EPERM,
					.why = "subordinate uids are no users "
					       "(uid_max)"};
		send(client, &a, sizeof(a), MSG_DONTWAIT | MSG_NOSIGNAL);
		return;
	}
	who.uid = peer.uid;
	send(fd, &who, sizeof(who), MSG_NOSIGNAL);
	netns = ioctl(client, SIOCGSKNS);
	if (netns < 0 || recv(client, &q, sizeof(q), MSG_TRUNC) != sizeof(q))
		return;
	request_pass(fd, &q, netns);
	if (recv(fd, &a, sizeof(a), 0) == sizeof(a))
		send(client, &a, sizeof(a), MSG_DONTWAIT | MSG_NOSIGNAL);
}

static int door_make(struct server *s)
{
	struct door *x = &s->doors[s->count];
	pid_t parent = getpid();
	sigset_t none;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -errno;
	x->pid = fork();
	if (x->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		/* It may hang; it shall not hold what is the daemon's */
		if (getppid() == parent && dup2(s->listener, 3) == 3 &&
		    dup2(pair[1], 4) == 4 && !close_range(5, ~0U, 0))
			door_run(3, 4, s->d->conf.uid_max);
		_exit(0); /* before anything is closed */
	}
	close(pair[1]);
	x->fd = pair[0];
	x->open = x->done = false;
	if (x->pid < 0) {
		close(pair[0]);
		return -errno;
	}
	s->count++;
	return 0;
}

/* --- all of them ---------------------------------------------------------- */

/* kills: it has not done its part. It counts until it has ended: what a client
 * has sent may keep it for long. */
static void door_close(struct door *x, bool kills)
{
	close(x->fd);
	x->fd = -1;
	x->done = true;
	if (kills)
		kill(x->pid, SIGKILL);
}

static void doors_reap(struct server *s)
{
	pid_t pid;

	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
		for (size_t i = s->count; i-- > 0;)
			if (s->doors[i].pid == pid) {
				if (s->doors[i].fd >= 0)
					close(s->doors[i].fd);
				s->doors[i] = s->doors[--s->count];
			}
}

static size_t doors_of(const struct server *s, uid_t uid)
{
	size_t n = 0;

	for (size_t i = 0; i < s->count; i++)
		n += s->doors[i].open && s->doors[i].who.uid == uid;
	return n;
}

/* Somebody came. */
static void door_greet(struct server *s, size_t i)
{
	struct door *x = &s->doors[i];

	if (recv(x->fd, &x->who, sizeof(x->who), MSG_DONTWAIT) !=
		    sizeof(x->who) ||
	    doors_of(s, x->who.uid) >= DOORS_OF_USER) {
		door_close(x, true);
		return;
	}
	x->open = true;
	x->deadline_ms = now_ms() + DEADLINE_MS;
}

static void door_serve(struct server *s, size_t i)
{
	struct asker who = s->doors[i].who;
	struct netd_request q;
	struct netd_reply a;
	union passed u;
	struct iovec data = {&q, sizeof(q)};
	struct msghdr m = {.msg_iov = &data,
			   .msg_iovlen = 1,
			   .msg_control = u.buf,
			   .msg_controllen = sizeof(u.buf)};

	if (recvmsg(s->doors[i].fd, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) ==
		    sizeof(q) &&
	    CMSG_FIRSTHDR(&m)) {
		memcpy(&who.netns, CMSG_DATA(&u.head), sizeof(int));
		netd_answer(s->d, &who, &q, &a);
		send(s->doors[i].fd, &a, sizeof(a),
		     MSG_DONTWAIT | MSG_NOSIGNAL);
		close(who.netns);
	}
	door_close(&s->doors[i], false);
}

/* polled[i + 2] belongs to doors[i]. Each user once; those that have ended are
 * reaped last, so that no process of another's is taken for one. */
static void doors_serve(struct server *s)
{
	uid_t served[DOORS_MAX];
	size_t n = 0;

	for (size_t i = s->count; i-- > 0;) {
		bool had = false;

		if (s->doors[i].done || !s->polled[i + 2].revents)
			continue;
		if (!s->doors[i].open) {
			door_greet(s, i);
			continue;
		}
		for (size_t k = 0; k < n && !had; k++)
			had = served[k] == s->doors[i].who.uid;
		if (had)
			continue;
		served[n++] = s->doors[i].who.uid;
		door_serve(s, i);
	}
	for (size_t i = 0; i < s->count; i++)
		if (s->doors[i].open && !s->doors[i].done &&
		    s->doors[i].deadline_ms <= now_ms())
			door_close(&s->doors[i], true);
	doors_reap(s);
}

/* Some that wait for somebody to come, as long as there is room. */
static void doors_ready(struct server *s)
{
	size_t waiting = 0;
	int rc = 0;

	for (size_t i = 0; i < s->count; i++)
		waiting += !s->doors[i].open && !s->doors[i].done;
	for (; waiting < DOORS_WAITING && s->count < DOORS_MAX && !rc;
	     waiting++)
		rc = door_make(s);
	if (rc)
		fprintf(stderr, "ie-netd: fork: %s\n", strerror(-rc));
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
	cleanup_free struct server *s = calloc(1, sizeof(*s));
	cleanup_fd int stop = signals_take();
	struct signalfd_siginfo signal;
	uint64_t expire_ms = 0;

	if (!s || stop < 0)
		return err_sys(e, -errno, "serve");
	s->d = d;
	s->listener = listener;
	for (;;) {
		doors_ready(s);
		s->polled[0] = (struct pollfd){stop, POLLIN, 0};
		s->polled[1] = (struct pollfd){
			mnl_socket_get_fd(d->events.socket), POLLIN, 0};
		for (size_t i = 0; i < s->count; i++)
			s->polled[i + 2] =
				(struct pollfd){s->doors[i].fd, POLLIN, 0};
		if (poll(s->polled, s->count + 2,
			 s->count != DOORS_WAITING ? DEADLINE_MS / 4
						   : EXPIRE_MS) < 0 &&
		    errno != EINTR)
			return err_sys(e, -errno, "wait for requests");
		if (s->polled[0].revents &&
		    (read(stop, &signal, sizeof(signal)) < 0 ||
		     signal.ssi_signo != SIGCHLD))
			break;
		if (s->polled[1].revents)
			netd_links_gone(d);
		doors_serve(s);
		if (now_ms() >= expire_ms) {
			netd_expire(d);
			expire_ms = now_ms() + EXPIRE_MS;
		}
	}
	for (size_t i = 0; i < s->count; i++)
		if (!s->doors[i].done)
			door_close(&s->doors[i], true);
	return 0;
}
