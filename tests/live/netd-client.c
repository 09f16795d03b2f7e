/* A client of ie-netd's that plays what users may try; for netd.t. It speaks
 * the protocol itself, so that it can break it.
 * usage: netd-client COMMAND... (see the table) */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ask.h"
#include "units.h"

#define SOCKET NETD_SOCKET

static int connected(void)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX, .sun_path = SOCKET};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if (connect(fd, (struct sockaddr *)&a, sizeof(a))) {
		perror("netd-client: connect");
		exit(1);
	}
	return fd;
}

static struct netd_request request(int verb, const char *id, uint32_t address)
{
	struct netd_request q = {NETD_VERSION, (uint32_t)verb, address, ""};
	size_t n = strlen(id);

	/* "7" is the container 777...7 */
	for (size_t i = 0; i < NETD_CONTAINER && n; i++)
		q.container[i] = id[i % n];
	return q;
}

static int ask(int verb, const char *id, const char *address)
{
	struct netd_request q = request(verb, id, address_parse(address));
	struct netd_reply a;
	char text[ADDRESS_LEN];
	struct err e;
	int rc = netd_ask(SOCKET, &q, &a, &e);

	if (rc) {
		fprintf(stderr, "netd-client: %s\n", e.msg);
		return 1;
	}
	puts(address_text(a.address, text));
	return 0;
}

/* attach ID [ADDRESS]: in the namespace that it runs in */
static int attach(char **v)
{
	return ask(NETD_ATTACH, v[0], v[1] ? v[1] : "");
}

/* release ADDRESS */
static int release(char **v)
{
	return ask(NETD_RELEASE, "0", v[0]);
}

static int show(const struct lease *x, void *arg, struct err *e)
{
	char text[ADDRESS_LEN];

	(void)arg;
	(void)e;
	printf("%s %u %s %.8s\n", address_text(x->address, text), x->uid,
	       *x->link ? "attached" : "resting", x->container);
	return 0;
}

/* list */
static int list(char **v)
{
	struct err e;

	(void)v;
	if (!netd_leases(SOCKET, show, NULL, &e))
		return 0;
	fprintf(stderr, "netd-client: %s\n", e.msg);
	return 1;
}

/* hold N: connections that say nothing, until standard input ends */
static int hold(char **v)
{
	char c;

	for (int i = atoi(v[0]); i > 0; i--)
		connected();
	puts("held");
	fflush(stdout);
	return read(0, &c, 1) < 0;
}

/* part N: the first N bytes of a request; says whether it is closed then */
static int part(char **v)
{
	struct netd_request q = request(NETD_LIST, "0", 0);
	char big[8192] = "", reply[8192];
	int fd = connected();

	memcpy(big, &q, sizeof(q));
	send(fd, big, (size_t)atoi(v[0]), MSG_NOSIGNAL);
	puts(recv(fd, reply, sizeof(reply), 0) <= 0 ? "closed" : "answered");
	return 0;
}

/* pass FILE...: a request with descriptors of these files */
static int pass(char **v)
{
	struct netd_request q = request(NETD_LIST, "0", 0);
	struct netd_reply a;
	struct iovec data = {&q, sizeof(q)};
	union {
		char buf[CMSG_SPACE(64 * sizeof(int))];
		struct cmsghdr align;
	} u = {.buf = ""};
	struct msghdr m = {
		.msg_iov = &data, .msg_iovlen = 1, .msg_control = u.buf};
	int fds[64], fd = connected(), n = 0;
	struct cmsghdr *c;

	for (; v[n] && n < 64; n++)
		fds[n] = open(v[n], O_RDONLY | O_NONBLOCK);
	m.msg_controllen = CMSG_SPACE((size_t)n * sizeof(int));
	c = CMSG_FIRSTHDR(&m);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN((size_t)n * sizeof(int));
	memcpy(CMSG_DATA(c), fds, (size_t)n * sizeof(int));
	if (sendmsg(fd, &m, MSG_NOSIGNAL) < 0)
		perror("netd-client: sendmsg");
	puts(recv(fd, &a, sizeof(a), 0) == sizeof(a) ? "answered" : "closed");
	return 0;
}

/* A TCP connection on loopback with as much in it as it takes, whose last close
 * waits for an hour. */
static int lingering(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const struct linger hour = {.l_onoff = 1, .l_linger = 3600};
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	static char data[65536];
	socklen_t size = sizeof(a);

	if (bind(listener, (struct sockaddr *)&a, sizeof(a)) ||
	    listen(listener, 1) ||
	    getsockname(listener, (struct sockaddr *)&a, &size) ||
	    connect(fd, (struct sockaddr *)&a, sizeof(a)) ||
	    setsockopt(fd, SOL_SOCKET, SO_LINGER, &hour, sizeof(hour)))
		perror("netd-client: linger");
	while (send(fd, data, sizeof(data), MSG_DONTWAIT) > 0)
		;
	return fd;
}

/* linger N: N connections that send nothing but a descriptor whose last close
 * waits, in a message of the right size or of another one, and are left alone
 */
static int linger(char **v)
{
	struct netd_request q = request(NETD_LIST, "0", 0);
	union {
		char buf[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} u = {.buf = ""};
	struct cmsghdr *c = &u.align;

	for (int i = atoi(v[0]); i > 0; i--) {
		struct iovec data = {&q, i % 2 ? sizeof(q) : 1};
		struct msghdr m = {.msg_iov = &data,
				   .msg_iovlen = 1,
				   .msg_control = u.buf,
				   .msg_controllen = sizeof(u.buf)};
		int fd = connected(), passed = lingering();

		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &passed, sizeof(int));
		/* A kernel that lets ie-netd refuse descriptors (Linux 6.16) */
		if (sendmsg(fd, &m, MSG_NOSIGNAL) < 0)
			continue;
		/* The only reference left is in the message */
		shutdown(passed, SHUT_RD);
		close(passed);
	}
	puts("left");
	fflush(stdout);
	pause();
	return 0;
}

/* host ID: asks by a socket that was made on the host, from a namespace of its
 * own */
static int host(char **v)
{
	struct netd_request q = request(NETD_ATTACH, v[0], 0);
	struct netd_reply a = {0};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	struct sockaddr_un to = {.sun_family = AF_UNIX, .sun_path = SOCKET};

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) ||
	    connect(fd, (struct sockaddr *)&to, sizeof(to)) ||
	    send(fd, &q, sizeof(q), 0) < 0 || recv(fd, &a, sizeof(a), 0) < 0)
		perror("netd-client: host");
	fprintf(stderr, "netd-client: %s\n", a.why);
	return a.error != 0;
}

/* flood SECONDS N: N processes that ask as fast as they can and do not read */
static int flood(char **v)
{
	uint64_t end = now_ns() + strtoull(v[0], NULL, 10) * 1000000000;
	struct netd_request q = request(NETD_ATTACH, "f", 0);

	for (int i = atoi(v[1]); i > 1; i--)
		if (fork() == 0)
			break;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (now_ns() < end) {
		int fd = connected();

		send(fd, &q, sizeof(q), MSG_NOSIGNAL | MSG_DONTWAIT);
		close(fd);
	}
	while (wait(NULL) > 0)
		;
	return 0;
}

/* storm SECONDS N: N processes with a network namespace each that ask for an
 * address, hold it for a while, and are killed at some moment */
static void storm_one(unsigned seed)
{
	char id[9];
	struct netd_request q;
	struct netd_reply a;
	struct err e;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		_exit(1);
	snprintf(id, sizeof(id), "%08x", seed % 40);
	q = request(NETD_ATTACH, id, 0);
	netd_ask(SOCKET, &q, &a, &e);
	usleep(seed % 50000);
	_exit(0);
}

static int storm(char **v)
{
	uint64_t end = now_ns() + strtoull(v[0], NULL, 10) * 1000000000;
	int n = atoi(v[1]);
	pid_t *pids = calloc((size_t)n, sizeof(*pids));
	unsigned seed = (unsigned)getpid();

	while (now_ns() < end) {
		for (int i = 0; i < n; i++) {
			if (!pids[i] && (pids[i] = fork()) == 0)
				storm_one(rand_r(&seed) + (unsigned)i);
			if (rand_r(&seed) % 4 == 0)
				kill(pids[i], SIGKILL);
			if (waitpid(pids[i], NULL, WNOHANG) != 0)
				pids[i] = 0;
		}
		usleep(1000);
	}
	for (int i = 0; i < n; i++)
		if (pids[i])
			kill(pids[i], SIGKILL);
	while (wait(NULL) > 0)
		;
	free(pids);
	return 0;
}

/* --- packets -------------------------------------------------------------- */

static uint16_t sum(const void *data, size_t n)
{
	const uint8_t *s = data;
	uint32_t x = 0;

	for (size_t i = 0; i + 1 < n; i += 2)
		x += (uint32_t)s[i] << 8 | s[i + 1];
	while (x >> 16)
		x = (x & 0xffff) + (x >> 16);
	return htons((uint16_t)~x);
}

struct datagram {
	struct iphdr ip;
	struct udphdr udp;
	char data[8];
} __attribute__((packed));

static struct datagram datagram(const char *from, const char *to, int port)
{
	struct datagram d = {.ip = {.version = 4,
				    .ihl = 5,
				    .ttl = 9,
				    .protocol = IPPROTO_UDP,
				    .tot_len = htons(sizeof(d)),
				    .saddr = htonl(address_parse(from)),
				    .daddr = htonl(address_parse(to))},
			     .udp = {.source = htons(999),
				     .dest = htons((uint16_t)port),
				     .len = htons(sizeof(d) - sizeof(d.ip))},
			     .data = "spoofed"};

	d.ip.check = sum(&d.ip, sizeof(d.ip));
	return d;
}

/* spoof SOURCE DEST PORT: a UDP datagram, by a raw socket */
static int spoof(char **v)
{
	struct datagram d = datagram(v[0], v[1], atoi(v[2]));
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_addr.s_addr = d.ip.daddr};
	int fd = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);

	if (sendto(fd, &d, sizeof(d), 0, (struct sockaddr *)&to, sizeof(to)) <
	    0)
		perror("netd-client: spoof");
	return 0;
}

static void frame(const char *interface, const void *f, size_t n)
{
	struct sockaddr_ll to = {.sll_family = AF_PACKET,
				 .sll_ifindex = (int)if_nametoindex(interface)};
	int fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));

	if (sendto(fd, f, n, 0, (struct sockaddr *)&to, sizeof(to)) < 0)
		perror("netd-client: frame");
}

/* frame INTERFACE SOURCE DEST PORT MAC VLAN: the same as a frame of Ethernet to
 * the broadcast address, from any MAC, in a VLAN (0: none) */
static int raw(char **v)
{
	uint8_t f[128];
	struct datagram d = datagram(v[1], v[2], atoi(v[3]));
	int vlan = atoi(v[5]);
	size_t n = 12;

	memset(f, 0xff, 6);
	for (int i = 0; i < 6; i++)
		f[6 + i] = (uint8_t)(strtoul(v[4], NULL, 16) >> 8 * (5 - i));
	if (vlan) {
		memcpy(f + n, (uint8_t[]){0x81, 0, 0, (uint8_t)vlan}, 4);
		n += 4;
	}
	memcpy(f + n, (uint8_t[]){8, 0}, 2);
	memcpy(f + n + 2, &d, sizeof(d));
	frame(v[0], f, n + 2 + sizeof(d));
	return 0;
}

/* arp INTERFACE ADDRESS: says that the address is here, to everybody */
static int arp(char **v)
{
	uint32_t a = htonl(address_parse(v[1]));
	uint8_t f[42] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0,
			 0,    9,    8,	   6,	 0,    1,    8, 0, 6, 4,
			 0,    2,    2,	   0,	 0,    0,    0, 9};

	memcpy(f + 28, &a, 4);
	memset(f + 32, 0xff, 6);
	memcpy(f + 38, &a, 4);
	frame(v[0], f, sizeof(f));
	return 0;
}

/* hear PORT SECONDS [PEER]: where datagrams come from, in a connection with
 * that peer's port 999 */
static int hear(char **v)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_port = htons((uint16_t)atoi(v[0]))};
	struct timeval limit = {.tv_sec = atoi(v[1])};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	socklen_t size = sizeof(a);
	struct sockaddr_in peer = {.sin_family = AF_INET,
				   .sin_port = htons(999)};
	char text[ADDRESS_LEN], buf[64];

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)))
		return 1;
	peer.sin_addr.s_addr = v[2] ? htonl(address_parse(v[2])) : 0;
	if (v[2] && connect(fd, (struct sockaddr *)&peer, sizeof(peer)))
		return 1;
	puts("ready");
	fflush(stdout);
	while (recvfrom(fd, buf, sizeof(buf), 0, (struct sockaddr *)&a,
			&size) >= 0)
		puts(address_text(ntohl(a.sin_addr.s_addr), text));
	return 0;
}

static const struct {
	const char *name;
	int (*run)(char **);
	int words;
} commands[] = {
	{"attach", attach, 1}, {"release", release, 1}, {"list", list, 0},
	{"hold", hold, 1},     {"part", part, 1},	{"pass", pass, 1},
	{"host", host, 1},     {"flood", flood, 2},	{"storm", storm, 2},
	{"linger", linger, 1}, {"spoof", spoof, 3},	{"frame", raw, 6},
	{"arp", arp, 2},       {"hear", hear, 2},
};

int main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (argc > 1 && strcmp(argv[1], commands[i].name) == 0 &&
		    argc - 2 >= commands[i].words)
			return commands[i].run(argv + 2);
	fputs("netd-client: see its source\n", stderr);
	return 2;
}
