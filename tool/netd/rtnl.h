/* rtnetlink through libmnl: what both ends of a link need. All return 0 or
 * -errno. Addresses are IPv4 in host byte order. */
#pragma once

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stdint.h>

struct rtnl {
	struct mnl_socket *socket;
	unsigned seq;
	char buf[8192]; /* the message, then the answer */
};

/* A socket in the caller's network namespace; groups: RTMGRP_ bits. Also one
 * that cannot be opened is to be closed. */
int rtnl_open(struct rtnl *r, unsigned groups);
void rtnl_close(struct rtnl *r);

/* A message with its family's header, to which attributes can be added. */
struct nlmsghdr *rtnl_begin(struct rtnl *r, int type, int flags,
			    const void *head, size_t size);
/* Sends it and takes the answer, which is there when it has been sent. */
int rtnl_ask(struct rtnl *r, struct nlmsghdr *h);

/* The same for a request with NLM_F_DUMP: fn has each message of the answer. */
int rtnl_dump(struct rtnl *r, struct nlmsghdr *h, mnl_cb_t fn, void *arg);

int rtnl_link_up(struct rtnl *r, unsigned ifindex);
/* address/32 with that scope (RT_SCOPE_). */
int rtnl_address_add(struct rtnl *r, unsigned ifindex, uint32_t address,
		     int scope);
/* -EEXIST where there is such a route; with replace it is taken over.
 * gateway 0: on the link itself. */
int rtnl_route_add(struct rtnl *r, unsigned ifindex, uint32_t to,
		   unsigned prefix, uint32_t gateway, bool replace);
