/* rtnetlink through libmnl: what both ends of a link need. All return 0 or
 * -errno. Addresses are IPv4 in host byte order. */
#pragma once

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stdint.h>

#define RTNL_BUFFER 8192

struct rtnl {
	struct mnl_socket *socket;
	unsigned seq;
};

/* A socket in the caller's network namespace; groups: RTMGRP_ bits. */
int rtnl_open(struct rtnl *r, unsigned groups);
void rtnl_close(struct rtnl *r);

/* The head of a message in buf (RTNL_BUFFER bytes). */
struct nlmsghdr *rtnl_begin(void *buf, int type, int flags);
/* Sends it and gives each part of the answer to fn (may be NULL). */
int rtnl_ask(struct rtnl *r, struct nlmsghdr *h, mnl_cb_t fn, void *arg);

int rtnl_link_up(struct rtnl *r, unsigned ifindex);
/* address/32 with that scope (RT_SCOPE_). */
int rtnl_address_add(struct rtnl *r, unsigned ifindex, uint32_t address,
		     int scope);
/* -EEXIST where there is such a route; with replace it is taken over.
 * gateway 0: on the link itself. */
int rtnl_route_add(struct rtnl *r, unsigned ifindex, uint32_t to,
		   unsigned prefix, uint32_t gateway, bool replace);
