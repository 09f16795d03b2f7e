/* Blocks of free TCP ports. Finding a free port and using it are two moments:
 * among clusters a block is reserved by an abstract Unix socket named after
 * it, which the kernel drops with its last holder. Programs that are not ours
 * are only looked at once. */
#include "cluster.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "cleanup.h"

/* Below the range from which Linux takes ports for outgoing connections. */
#define FIRST 10000
#define BLOCKS ((31000 - FIRST) / PORT_BLOCK)

/* The socket that reserves a block, or -errno. */
static int block_reserve(int port)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	cleanup_fd int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int n;

	if (fd < 0)
		return -errno;
	n = snprintf(a.sun_path + 1, sizeof(a.sun_path) - 1,
		     "ie-cluster/ports/%d", port);
	if (bind(fd, (struct sockaddr *)&a,
		 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
			     (size_t)n)) < 0)
		return -errno;
	return steal_fd(&fd);
}

static bool port_free(int port)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_port = htons((uint16_t)port)};
	cleanup_fd int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int on = 1;

	return fd >= 0 &&
	       setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
	       bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0;
}

static bool block_free(int port)
{
	for (int i = 0; i < PORT_BLOCK; i++)
		if (!port_free(port + i))
			return false;
	return true;
}

int ports_reserve(struct cluster *c, struct err *e)
{
	unsigned start = 0;
	size_t done = 0;

	/* Clusters that start together should not try the same blocks. */
	if (getrandom(&start, sizeof(start), 0) < 0)
		start = 0;
	for (unsigned i = 0; i < BLOCKS && done < c->count; i++) {
		int port = FIRST +
			   (int)((start % BLOCKS + i) % BLOCKS) * PORT_BLOCK;
		cleanup_fd int fd = block_reserve(port);

		if (fd < 0 && fd != -EADDRINUSE)
			return err_sys(e, fd, "reserve ports");
		if (fd < 0 || !block_free(port))
			continue;
		steal_fd(&fd); /* closed by the end of this process */
		c->members[done++].port = port;
	}
	return done == c->count
		       ? 0
		       : err_set(e, -EADDRINUSE,
				 "reserve ports: no %d free ports in a row "
				 "between %d and %d",
				 PORT_BLOCK, FIRST,
				 FIRST + BLOCKS * PORT_BLOCK - 1);
}
