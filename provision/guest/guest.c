/* See guest.h. */
#include "guest.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"
#include "cluster/cluster.h"
#include "units.h"

#define LIMIT_DEFAULT_S 30
#define CONSOLE_LINES 4
#define RETRY_US 20000
#define CONNECT_S 5
#define ASK_AFTER_S 5
#define ASK_TIMES 127 /* as often as can be said: the limit comes first */

void guest_give_up(const struct guest *g, const char *fmt, ...)
{
	char path[256], buf[2048], why[256];
	cleanup_fd int fd = -1;
	char *tail = buf;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	buf[0] = '\0';
	snprintf(path, sizeof(path), "%s/log/%s.out", g->dir, g->name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		tail = file_tail(fd, 0, CONSOLE_LINES, buf, sizeof(buf));
	for (char *p = tail; *p; p++)
		if (*p == '\n' || *p == '\r')
			*p = '|';
	fprintf(stderr, "ie-cluster: exec: guest %s: %s; its console: %s\n",
		g->name, why, tail);
	exit(1);
}

static bool guest_ended(const struct guest *g)
{
	struct pollfd p = {.fd = g->pidfd, .events = POLLIN};

	return poll(&p, 1, 0) != 0;
}

void guest_silent(const struct guest *g)
{
	if (guest_ended(g))
		guest_give_up(g, "has ended");
	kill(-g->pid, SIGKILL);
	guest_give_up(g, "no sign of life for %u s, so it was ended",
		      g->limit_s);
}

void guest_lost(const struct guest *g, int r)
{
	if (r == -EAGAIN || r == -ETIMEDOUT)
		guest_silent(g);
	usleep(100000); /* a guest that dies takes its time */
	guest_give_up(g, guest_ended(g) ? "has ended" : "its agent has ended");
}

void guest_read(struct guest *g)
{
	const char *limit = getenv("IE_GUEST_LIMIT_S");
	char path[256], text[64];
	uint64_t v;

	g->limit_s = LIMIT_DEFAULT_S;
	if (limit && count_parse(limit, 1, 86400, &v) < 0) {
		fprintf(stderr,
			"ie-cluster: exec: IE_GUEST_LIMIT_S = %s: not a whole "
			"number in 1..86400\n",
			limit);
		exit(2);
	}
	if (limit)
		g->limit_s = (unsigned)v;
	g->at = (struct sockaddr_in){.sin_family = AF_INET,
				     .sin_port = htons(AGENT_PORT)};
	snprintf(path, sizeof(path), "%s/guests/%s", g->dir, g->name);
	if (text_read(path, text, sizeof(text)) < 0)
		guest_give_up(g, "read %s: %s", path, strerror(errno));
	text[strcspn(text, "\n")] = '\0';
	if (inet_aton(text, &g->at.sin_addr) == 0)
		guest_give_up(g, "%s: no address", path);
	snprintf(path, sizeof(path), "%s/run/%s.pid", g->dir, g->name);
	if (text_read(path, text, sizeof(text)) < 0 ||
	    sscanf(text, "%d", &g->pid) != 1 || g->pid <= 1)
		guest_give_up(g, "was not started");
	g->pidfd = (int)syscall(SYS_pidfd_open, g->pid, 0);
	if (g->pidfd < 0)
		guest_give_up(g, "has ended");
}

/* The limit of both directions is the guest's. A guest that has started again
 * meanwhile says so when it is asked (keepalive). */
static int limits_set(int fd, unsigned limit_s)
{
	struct timeval limit = {.tv_sec = limit_s};
	const struct {
		int level, name, value;
	} options[] = {
		{IPPROTO_TCP, TCP_NODELAY, 1},
		{IPPROTO_TCP, TCP_KEEPIDLE, ASK_AFTER_S},
		{IPPROTO_TCP, TCP_KEEPINTVL, ASK_AFTER_S},
		{IPPROTO_TCP, TCP_KEEPCNT, ASK_TIMES},
		{SOL_SOCKET, SO_KEEPALIVE, 1},
	};

	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (setsockopt(fd, options[i].level, options[i].name,
			       &options[i].value, sizeof(int)) < 0)
			return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) < 0)
		return -1;
	return setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
}

/* Gives up soon: the kernel itself would ask a guest that is starting ever more
 * seldom. */
static int connect_once(const struct guest *g)
{
	struct timeval soon = {.tv_sec = g->limit_s < CONNECT_S ? g->limit_s
								: CONNECT_S};
	cleanup_fd int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &soon, sizeof(soon)) < 0 ||
	    connect(fd, (const struct sockaddr *)&g->at, sizeof(g->at)) < 0 ||
	    limits_set(fd, g->limit_s) < 0)
		return -1;
	return steal_fd(&fd);
}

void guest_connect(struct guest *g)
{
	uint64_t end = now_ns() + g->limit_s * UINT64_C(1000000000);

	while ((g->sock = connect_once(g)) < 0) {
		if (guest_ended(g) || now_ns() > end)
			guest_silent(g);
		usleep(RETRY_US);
	}
}
