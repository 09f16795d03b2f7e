/* ie-netd's state, and what it does for one request. */
#pragma once

#include <net/if.h>

#include "netd/lease.h"
#include "netd/link.h"

struct netd_conf {
	struct pool pool;
	char uplink[IF_NAMESIZE]; /* "": none */
	uint64_t per_user;	  /* leases of one user, whatever their state */
	uint64_t rest_days;	  /* how long one rests */
	uint64_t uid_max;	  /* subordinate uids, above, are no users */
};

/* -EINVAL with "PATH:LINE: why". */
int netd_conf_load(struct netd_conf *c, const char *path, struct err *e);

struct netd {
	struct netd_conf conf;
	struct leases leases;
	struct rtnl rtnl;   /* to ask */
	struct rtnl events; /* of links that go */
	int own_netns;	    /* the host's network namespace */
	uint32_t uplink;    /* its ifindex, 0: there is none */
};

/* Who asks, in the kernel's words. */
struct asker {
	uid_t uid;
	int netns; /* where the asking socket was made; -1: not asked for */
	uint64_t netns_cookie; /* its number, of which none comes twice */
};

/* Leases whose link is gone rest from now on. */
int netd_open(struct netd *d, const char *conf, const char *state,
	      struct err *e);
void netd_close(struct netd *d);

/* Answers a request; never waits for the asker. */
void netd_answer(struct netd *d, const struct asker *who,
		 const struct netd_request *q, struct netd_reply *a);

/* Reads what the kernel says of links: a lease whose link has gone rests. */
void netd_links_gone(struct netd *d);
/* Leases that have rested long enough are free. */
void netd_expire(struct netd *d);

/* Listens until SIGTERM or SIGINT. */
int netd_serve(struct netd *d, int listener, struct err *e);
