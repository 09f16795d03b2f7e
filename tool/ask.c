/* See ask.h. */
#include "ask.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>

#include "cleanup.h"
#include "units.h"

#define LIMIT_S 10

static int ask_once(const struct sockaddr_un *to, const struct netd_request *q,
		    struct netd_reply *a)
{
	const struct timeval limit = {.tv_sec = LIMIT_S};
	cleanup_fd int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	ssize_t n;

	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) ||
	    connect(fd, (const struct sockaddr *)to, sizeof(*to)) ||
	    send(fd, q, sizeof(*q), MSG_NOSIGNAL) < 0)
		return -errno;
	n = recv(fd, a, sizeof(*a), 0);
	if (n < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	if (n == 0)
		return -ECONNRESET;
	return (size_t)n == sizeof(*a) && a->version == NETD_VERSION ? 0
								     : -EPROTO;
}

/* It closes without an answer a user's seventeenth connection at a time. */
static bool is_busy(int rc)
{
	return rc == -EAGAIN || rc == -EPIPE || rc == -ECONNRESET;
}

int netd_ask(const char *socket, const struct netd_request *q,
	     struct netd_reply *a, struct err *e)
{
	const struct timespec pause = {.tv_nsec = 20000000};
	uint64_t end_ns = now_ns() + LIMIT_S * UINT64_C(1000000000);
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	int rc;

	snprintf(to.sun_path, sizeof(to.sun_path), "%s", socket);
	while (is_busy(rc = ask_once(&to, q, a)) && now_ns() < end_ns)
		nanosleep(&pause, NULL);
	if (is_busy(rc))
		return err_set(e, -EBUSY, "ie-netd is busy; try again");
	if (rc == -ENOENT || rc == -ECONNREFUSED)
		return err_set(e, rc,
			       "ie-netd does not run here (%s); the "
			       "administrator starts ie-netd.socket",
			       socket);
	if (rc)
		return err_sys(e, rc, "ask ie-netd at %s", socket);
	if (a->error) {
		a->why[sizeof(a->why) - 1] = '\0';
		return err_set(e, -a->error, "%s", a->why);
	}
	return 0;
}

int netd_leases(const char *socket,
		int (*fn)(const struct lease *, void *, struct err *),
		void *arg, struct err *e)
{
	struct netd_request q = {NETD_VERSION, NETD_LIST, 0, ""};
	struct netd_reply a;
	int rc;

	do {
		rc = netd_ask(socket, &q, &a, e);
		for (uint32_t i = 0; !rc && i < a.count && i < NETD_PAGE; i++)
			rc = fn(&a.leases[i], arg, e);
		q.address = a.address;
	} while (!rc && q.address);
	return rc;
}

uint32_t address_parse(const char *text)
{
	struct in_addr a;

	return inet_pton(AF_INET, text, &a) == 1 ? ntohl(a.s_addr) : 0;
}

const char *address_text(uint32_t address, char out[ADDRESS_LEN])
{
	struct in_addr a = {htonl(address)};

	return inet_ntop(AF_INET, &a, out, ADDRESS_LEN);
}
