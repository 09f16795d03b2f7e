/* What ie-netd is asked over its socket and what it answers: one packet each
 * way (SOCK_SEQPACKET), of fixed size. Who asks is the kernel's word
 * (SO_PEERCRED), and so is the network namespace: the one in which the asking
 * socket was made (SIOCGSKNS). No descriptor is taken from a client: closing
 * one that is served by a user's FUSE program would wait for that user.
 * Addresses are IPv4, in host byte order. */
#pragma once

#include <stdint.h>

#define NETD_SOCKET "/run/ie-netd/socket"
#define NETD_VERSION 2
#define NETD_GATEWAY 0xa9fe0101u /* 169.254.1.1, the host's end of a link */
#define NETD_PEER "eth0"	 /* the container's end */
#define NETD_CONTAINER 64	 /* hexadecimal digits of a container's ID */
#define NETD_PAGE 32
#define LINK_NAME 16 /* with its NUL */

enum netd_verb {
	/* A link for this namespace, with `address` (0: a free one). It stays
	 * with the user's container until released or rested long enough. */
	NETD_ATTACH = 1,
	/* Gives back the user's `address`, or 0: that of `container`. A link
	 * that it has goes. */
	NETD_RELEASE,
	/* The user's leases (root: everybody's), NETD_PAGE at a time: `address`
	 * is 0, then what the last reply had there, until that is 0. */
	NETD_LIST,
};

struct netd_request {
	uint32_t version, verb, address;
	char container[NETD_CONTAINER];
};

/* As it is on disk, too. */
struct lease {
	uint32_t address; /* 0: this record is free */
	uint32_t uid;
	uint64_t since;	      /* s since 1970: attached, or resting */
	uint64_t netns;	      /* the namespace of the link (SO_NETNS_COOKIE) */
	uint32_t check;	      /* of the rest of the record */
	char link[LINK_NAME]; /* the host's end; "": it rests */
	char container[NETD_CONTAINER];
	char unused[20];
};

struct netd_reply {
	uint32_t version;
	int32_t error; /* 0, or errno with `why` */
	uint32_t address, count;
	char why[256];
	struct lease leases[NETD_PAGE];
};
