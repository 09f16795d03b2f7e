/* What ie-netd is made of: leases on disk and the pool (lease.c), the host's
 * ends of links (link.c), the configuration (conf.c), what is done for one
 * request (netd.c), and whose turn it is (serve.c). */
#pragma once

/* What every file of it needs */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "err.h"
#include "netd/message.h"
#include "netd/rtnl.h"

/* Who has which address. A lease belongs to a user's container: attached while
 * its link exists, then resting at its user's expense, then free. The list in
 * memory is the file's: records of 128 bytes, each with a checksum, of which
 * none crosses a sector, so that a crash leaves the old one or the new one. */
struct leases {
	struct lease *list; /* a pointer into it is good until lease_new() */
	size_t count;
	int file;
};

/* Reads the leases in this folder, and keeps others out. Damaged records are
 * left out and told on standard error. */
int leases_open(struct leases *l, const char *folder, struct err *e);
void leases_close(struct leases *l);

/* NULL: there is none. */
struct lease *lease_at(const struct leases *l, uint32_t address);
struct lease *lease_of(const struct leases *l, uid_t uid,
		       const char container[NETD_CONTAINER]);
/* A user's leases, one after the other; the first after NULL. */
struct lease *lease_next(const struct leases *l, uid_t uid,
			 const struct lease *after);

/* A free record, or NULL without memory. */
struct lease *lease_new(struct leases *l);
/* Makes x what `to` says: on disk, where it survives a crash when this returns
 * 0, and only then in memory. */
int lease_save(const struct leases *l, struct lease *x, const struct lease *to,
	       struct err *e);

/* Subnets whose addresses are given, all but the first and last of each. */
#define SUBNETS_MAX 64
struct pool {
	struct {
		uint32_t base, size;
	} subnets[SUBNETS_MAX];
	size_t count;
	/* The subnet and offset that come next, since what was given back is
	 * given again late */
	size_t subnet, offset;
};

/* "10.1.0.0/24"; -EINVAL: not a subnet of 4 to 2^24 addresses of hosts, or one
 * that overlaps another. */
int pool_add(struct pool *p, const char *subnet);
bool pool_has(const struct pool *p, uint32_t address);
/* One without a lease; 0: there is none. */
uint32_t pool_free(struct pool *p, const struct leases *l);

/* The host's end of a container's link: a veth pair whose other end lies in
 * the container's network namespace, with one address routed to it and every
 * other source refused by the kernel. */
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
/* The uplink, if there is one, answers for the address, or no longer. */
int link_proxy(struct rtnl *r, uint32_t address, const char *uplink, bool on);
/* The filter of sources is in force for all links that leases have; anew:
 * whatever is there. */
int filter_keep(const struct leases *l, bool anew, struct err *e);
/* What must hold on this host before a link is made: it forwards, the uplink is
 * there. */
int links_usable(const char *uplink, struct err *e);
/* Whether an address is this host's own, or that of a router in any table of
 * its routes; true where that is not known. */
bool address_hosts(struct rtnl *r, uint32_t address);

struct netd_conf {
	struct pool pool;
	char uplink[IF_NAMESIZE]; /* "": none */
	uint64_t per_user;	  /* leases of one user, whatever their state */
	uint64_t rest_days;	  /* how long one rests */
	uint64_t uid_max;	  /* uids above are subordinate: refused */
};

/* -EINVAL with "PATH:LINE: why". */
int netd_conf_load(struct netd_conf *c, const char *path, struct err *e);

struct netd {
	struct netd_conf conf;
	struct leases leases;
	struct rtnl rtnl;   /* to ask */
	struct rtnl events; /* of links that go */
	uint32_t uplink;    /* its ifindex, 0: there is none */
	bool rested;	    /* the filter has chains of links that are gone */
};

/* Who asks, in the kernel's words. */
struct asker {
	uid_t uid;
	int netns;	       /* where the asking socket was made */
	uint64_t netns_cookie; /* its number, of which none comes twice */
};

/* Leases whose link is gone rest from now on. */
int netd_open(struct netd *d, const char *conf, const char *state,
	      struct err *e);
/* Answers a request; never waits for the asker. */
void netd_answer(struct netd *d, const struct asker *who,
		 const struct netd_request *q, struct netd_reply *a);
/* Reads what the kernel says of links: a lease whose link has gone rests. */
void netd_links_gone(struct netd *d);
/* Leases that have rested long enough are free. */
void netd_expire(struct netd *d);
/* Listens until SIGTERM or SIGINT. */
int netd_serve(struct netd *d, int listener, struct err *e);
