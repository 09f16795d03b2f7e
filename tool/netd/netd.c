/* See netd.h. Every change is on disk before the kernel is told: after a crash
 * there may be a lease without a link, never a link without a lease. */
#include "netd/netd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cleanup.h"

/* An address as "%u.%u.%u.%u". */
#define QUAD(a) (a) >> 24, (a) >> 16 & 255, (a) >> 8 & 255, (a)&255

/* Writes the lease and says so. */
static int save(struct netd *d, struct lease *x, const char *what,
		struct err *e)
{
	int rc = lease_save(&d->leases, x, e);

	fprintf(stderr, "ie-netd: %u.%u.%u.%u: uid %u, container %.12s: %s\n",
		QUAD(x->address), x->uid, x->container, rc ? e->msg : what);
	return rc;
}

static void rest(struct netd *d, struct lease *x)
{
	struct err e;

	link_forget(&d->rtnl, x->address, d->conf.uplink);
	memset(x->link, 0, sizeof(x->link));
	x->since = (uint64_t)time(NULL);
	save(d, x, "rests", &e);
}

static int drop(struct netd *d, struct lease *x, struct err *e)
{
	struct lease old = *x;
	int rc;

	*x = (struct lease){0};
	rc = lease_save(&d->leases, x, e);
	if (rc)
		*x = old;
	fprintf(stderr, "ie-netd: %u.%u.%u.%u: uid %u: %s\n", QUAD(old.address),
		old.uid, rc ? e->msg : "free");
	return rc;
}

void netd_expire(struct netd *d)
{
	uint64_t now = (uint64_t)time(NULL);
	struct err e;

	if (filter_keep(&e)) /* who reloads nftables drops it */
		fprintf(stderr, "ie-netd: %s\n", e.msg);
	for (size_t i = 0; i < d->leases.count; i++) {
		struct lease *x = &d->leases.list[i];

		if (x->address && !*x->link &&
		    x->since + d->conf.rest_days * 86400 <= now)
			drop(d, x, &e);
	}
}

/* --- what the kernel has -------------------------------------------------- */

/* Links of ours that no lease has: the leases were lost. */
static void strays_remove(struct netd *d)
{
	struct if_nameindex *all = if_nameindex();

	for (struct if_nameindex *i = all; i && i->if_index; i++) {
		bool leased = strlen(i->if_name) != LINK_NAME - 1 ||
			      strncmp(i->if_name, "ie", 2) != 0;

		for (size_t k = 0; k < d->leases.count && !leased; k++)
			leased =
				strcmp(d->leases.list[k].link, i->if_name) == 0;
		if (!leased)
			link_remove(&d->rtnl, i->if_name);
	}
	if_freenameindex(all);
}

static void links_check(struct netd *d)
{
	for (size_t i = 0; i < d->leases.count; i++)
		if (*d->leases.list[i].link &&
		    !if_nametoindex(d->leases.list[i].link))
			rest(d, &d->leases.list[i]);
}

static void reconcile(struct netd *d)
{
	const char *uplink;
	struct err e;

	/* While it is away links go on without it */
	d->uplink = if_nametoindex(d->conf.uplink);
	uplink = d->uplink ? d->conf.uplink : "";
	strays_remove(d);
	for (size_t i = 0; i < d->leases.count; i++) {
		struct lease *x = &d->leases.list[i];

		if (if_nametoindex(x->link) &&
		    link_reachable(&d->rtnl, x->link, x->address, uplink, true,
				   &e))
			link_remove(&d->rtnl, x->link);
	}
	links_check(d);
}

void netd_links_gone(struct netd *d)
{
	int fd = mnl_socket_get_fd(d->events.socket);
	char buf[RTNL_BUFFER];

	while (recv(fd, buf, sizeof(buf), MSG_DONTWAIT) > 0 || errno == ENOBUFS)
		errno = 0;
	/* An uplink that was made anew answers for nobody */
	if (*d->conf.uplink && if_nametoindex(d->conf.uplink) != d->uplink)
		reconcile(d);
	links_check(d);
}

int netd_open(struct netd *d, const char *conf, const char *state,
	      struct err *e)
{
	int rc = netd_conf_load(&d->conf, conf, e);

	d->own_netns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (!rc && d->own_netns < 0)
		rc = err_sys(e, -errno, "open /proc/self/ns/net");
	if (!rc)
		rc = leases_open(&d->leases, state, e);
	if (rc)
		return rc;
	rc = rtnl_open(&d->events, RTMGRP_LINK);
	if (!rc)
		rc = rtnl_open(&d->rtnl, 0);
	if (rc)
		return err_sys(e, rc, "open rtnetlink");
	reconcile(d);
	return 0;
}

void netd_close(struct netd *d)
{
	rtnl_close(&d->rtnl);
	rtnl_close(&d->events);
	leases_close(&d->leases);
	if (d->own_netns >= 0)
		close(d->own_netns);
}

/* --- what is asked -------------------------------------------------------- */

/* The owner of the user namespace right below the host's own that holds this
 * one: the user whose subordinate uid the owner of this one may be. */
static int topmost_owner(int user, uid_t *owner)
{
	cleanup_fd int at = dup(user);

	for (;;) {
		cleanup_fd int parent = ioctl(at, NS_GET_PARENT);
		int above = parent < 0 ? -1 : ioctl(parent, NS_GET_PARENT);

		if (above < 0)
			return ioctl(at, NS_GET_OWNER_UID, owner);
		close(above);
		close(at);
		at = steal_fd(&parent);
	}
}

/* The namespace is the asker's own, and not the host's. */
static int netns_check(const struct netd *d, const struct asker *who,
		       struct err *e)
{
	struct stat own, its;
	uid_t owner = 0, top = 0;
	cleanup_fd int user = -1;

	if (fstat(who->netns, &its) || fstat(d->own_netns, &own))
		return err_sys(e, -errno, "look at the network namespace");
	if (its.st_dev == own.st_dev && its.st_ino == own.st_ino)
		return err_set(e, -EPERM,
			       "this is the host's network namespace");
	user = ioctl(who->netns, NS_GET_USERNS);
	if (user < 0 || ioctl(user, NS_GET_OWNER_UID, &owner) < 0 ||
	    topmost_owner(user, &top) < 0)
		return err_sys(e, -errno, "ask who owns the network namespace");
	if (owner == who->uid && top != owner)
		return err_set(e, -EPERM,
			       "uid %u is a subordinate one of uid "
			       "%u",
			       owner, top);
	return owner == who->uid
		       ? 0
		       : err_set(e, -EPERM,
				 "the network namespace belongs to uid %u, not "
				 "to uid %u",
				 owner, who->uid);
}

/* A namespace gets one link, and only its owner can have one there. */
static int single_check(const struct netd *d, const struct asker *who,
			const struct lease *asking, struct err *e)
{
	const struct lease *x = NULL;

	while ((x = lease_next(&d->leases, who->uid, x)))
		if (*x->link && x != asking && x->netns == who->netns_cookie)
			return err_set(e, -EBUSY,
				       "its network namespace has "
				       "%u.%u.%u.%u already",
				       QUAD(x->address));
	return 0;
}

/* The address for a lease that is not there yet. */
static int address_find(struct netd *d, uid_t uid, bool counts,
			uint32_t *address, struct err *e)
{
	const struct lease *x = NULL;
	size_t n = 0;

	while ((x = lease_next(&d->leases, uid, x)))
		n++;
	if (counts && n >= d->conf.per_user)
		return err_set(e, -EDQUOT,
			       "you have %zu of %zu addresses; `ie-podman ip` "
			       "lists them, and removing a "
			       "container frees its",
			       n, (size_t)d->conf.per_user);
	if (*address && !pool_has(&d->conf.pool, *address))
		return err_set(e, -EINVAL,
			       "%u.%u.%u.%u is not in this site's pools",
			       QUAD(*address));
	if (*address && address_hosts(*address))
		return err_set(e, -EADDRINUSE,
			       "%u.%u.%u.%u is the host's or a router's",
			       QUAD(*address));
	for (int tries = 0; !*address && tries < 64; tries++) {
		*address = pool_free(&d->conf.pool, &d->leases);
		if (*address && address_hosts(*address))
			*address = 0;
	}
	return *address ? 0
			: err_set(e, -EADDRNOTAVAIL,
				  "no address is free; the administrator can "
				  "add a subnet to pools");
}

/* The lease that this container has or gets: the address that is asked for,
 * where it is free or rests with the same user; otherwise any. */
static int lease_get(struct netd *d, uid_t uid, const char *container,
		     uint32_t address, struct lease **out, struct err *e)
{
	struct lease *mine = lease_of(&d->leases, uid, container);
	struct lease *x = address ? lease_at(&d->leases, address) : mine;
	int rc = 0;

	if (x && x->uid != uid)
		return err_set(e, -EADDRINUSE,
			       "%u.%u.%u.%u belongs to another user",
			       QUAD(address));
	if (x && x != mine && *x->link)
		return err_set(e, -EADDRINUSE,
			       "%u.%u.%u.%u is in use by your container %.12s",
			       QUAD(address), x->container);
	if (mine && x != mine && *mine->link)
		return err_set(e, -EBUSY, "the container runs with %u.%u.%u.%u",
			       QUAD(mine->address));
	if (!x)
		rc = address_find(d, uid, !mine, &address, e);
	if (!rc && !x && !(x = lease_new(&d->leases)))
		rc = err_sys(e, -ENOMEM, "a lease");
	mine = lease_of(&d->leases, uid, container);
	if (!rc && mine && mine != x)
		rc = drop(d, mine, e);
	if (rc)
		return rc;
	if (!x->address)
		x->address = address;
	x->uid = uid;
	memcpy(x->container, container, NETD_CONTAINER);
	*out = x;
	return 0;
}

static int lease_attach(struct netd *d, struct lease *x,
			const struct asker *who, struct err *e)
{
	int rc;

	link_remove(&d->rtnl, x->link); /* of the last start */
	x->netns = who->netns_cookie;
	x->since = (uint64_t)time(NULL);
	rc = link_name(x->link);
	if (rc)
		return err_sys(e, rc, "find a name for the link");
	rc = save(d, x, "attached", e);
	return rc ? rc
		  : link_make(&d->rtnl, x->link, who->netns, x->address,
			      d->conf.uplink, e);
}

static int attach(struct netd *d, const struct asker *who,
		  const struct netd_request *q, struct netd_reply *a,
		  struct err *e)
{
	struct lease *x;
	bool had;
	int rc = 0;

	for (size_t i = 0; i < NETD_CONTAINER; i++)
		if (!q->container[i] ||
		    !strchr("0123456789abcdef", q->container[i]))
			return err_set(e, -EINVAL, "malformed container ID");
	x = lease_of(&d->leases, who->uid, q->container);
	rc = netns_check(d, who, e);
	if (!rc)
		rc = single_check(d, who, x, e);
	if (!rc)
		rc = links_usable(d->conf.uplink, e);
	had = x;
	if (!rc)
		rc = lease_get(d, who->uid, q->container, q->address, &x, e);
	if (rc)
		return rc;
	a->address = x->address;
	rc = lease_attach(d, x, who, e);
	if (rc)
		rest(d, x);
	if (rc && !had) {
		struct err quiet;

		drop(d, x, &quiet);
		*x = (struct lease){0}; /* also where it could not be written */
	}
	return rc;
}

/* The user's own address or container; a link that is there goes. */
static int release(struct netd *d, const struct asker *who,
		   const struct netd_request *q, struct err *e)
{
	struct lease *x =
		q->address ? lease_at(&d->leases, q->address)
			   : lease_of(&d->leases, who->uid, q->container);

	if (!x || x->uid != who->uid)
		return err_set(e, -ENOENT, "you have no such address");
	if (link_remove(&d->rtnl, x->link))
		return err_set(e, -EBUSY, "its link cannot be removed");
	link_forget(&d->rtnl, x->address, d->conf.uplink);
	return drop(d, x, e);
}

static void list(const struct netd *d, const struct asker *who, uint32_t from,
		 struct netd_reply *a)
{
	for (size_t i = from; i < d->leases.count; i++) {
		const struct lease *x = &d->leases.list[i];
		struct netd_lease *out = &a->leases[a->count];

		if (!x->address || (who->uid != 0 && x->uid != who->uid))
			continue;
		if (a->count == NETD_PAGE) {
			a->address = (uint32_t)i;
			return;
		}
		*out = (struct netd_lease){.address = x->address,
					   .uid = x->uid,
					   .since = x->since,
					   .attached = *x->link != '\0'};
		memcpy(out->container, x->container, NETD_CONTAINER);
		a->count++;
	}
}

void netd_answer(struct netd *d, const struct asker *who,
		 const struct netd_request *q, struct netd_reply *a)
{
	struct err e = {""};

	*a = (struct netd_reply){.version = NETD_VERSION};
	if (q->version == NETD_VERSION && q->verb == NETD_ATTACH)
		a->error = -attach(d, who, q, a, &e);
	else if (q->version == NETD_VERSION && q->verb == NETD_RELEASE)
		a->error = -release(d, who, q, &e);
	else if (q->version == NETD_VERSION && q->verb == NETD_LIST)
		list(d, who, q->address, a);
	else
		a->error = -err_set(&e, -EPROTO,
				    "ie-netd and ie-podman are not of one "
				    "release");
	snprintf(a->why, sizeof(a->why), "%.255s", e.msg);
}
