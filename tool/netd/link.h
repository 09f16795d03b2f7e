/* The host's end of a container's link: a veth pair whose other end lies in
 * the container's network namespace, with one address routed to it and every
 * other source refused by the kernel. */
#pragma once

#include <stdint.h>

#include "err.h"
#include "netd/lease.h"
#include "netd/rtnl.h"

#define LINK_GROUP "26981" /* of interfaces: "ie" in ASCII */

/* A name that nobody can guess: "ie" and 65 random bits. */
int link_name(char out[LINK_NAME]);

/* Makes the pair, sets what this end accepts and routes address to it;
 * complete, or nothing is left. uplink: the interface that answers for the
 * address on the site's network, or "". */
int link_make(struct rtnl *r, const char *name, int netns, uint32_t address,
	      const char *uplink, struct err *e);
/* The last part of that: the route and the uplink's. Without replace a route
 * that the host has is an error. */
int link_reachable(struct rtnl *r, const char *name, uint32_t address,
		   const char *uplink, bool replace, struct err *e);
/* 0 also where there is none. */
int link_remove(struct rtnl *r, const char *name);
/* The uplink no longer answers for the address. */
int link_forget(struct rtnl *r, uint32_t address, const char *uplink);

/* The filter of sources, for all links of ours, is in force from now on. */
int filter_keep(struct err *e);
/* What must hold on this host before a link is made: it forwards, the uplink is
 * there, the filter is. */
int links_usable(const char *uplink, struct err *e);
/* Whether an address is this host's own, or that of a router it uses. */
bool address_hosts(uint32_t address);
