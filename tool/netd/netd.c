/* See netd.h. Every change is on disk before the kernel is told: after a crash
 * there may be a lease without a link, never a link without a lease. */
#include "netd/netd.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <linux/rtnetlink.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>

/* As text, for the rest of the block. */
#define TEXT(address)                                                          \
	inet_ntop(AF_INET, &(struct in_addr){htonl(address)},                  \
		  (char[INET_ADDRSTRLEN]){""}, INET_ADDRSTRLEN)

static const struct lease none;

/* Makes x what `to` says, on disk first, and says so. */
static int save(struct netd *d, struct lease *x, const struct lease *to,
		const char *what, struct err *e)
{
	const struct lease said = to->address ? *to : *x;
	int rc = lease_save(&d->leases, x, to, e);

	fprintf(stderr, "ie-netd: %s: uid %u, container %.12s: %s\n",
		TEXT(said.address), said.uid, said.container,
		rc ? e->msg : what);
	return rc;
}

static void rest(struct netd *d, struct lease *x)
{
	struct lease to = *x;
	struct err e;

	link_proxy(&d->rtnl, x->address, d->conf.uplink, false);
	d->rested = true;
	memset(to.link, 0, sizeof(to.link));
	to.since = (uint64_t)time(NULL);
	save(d, x, &to, "rests", &e);
}

void netd_expire(struct netd *d)
{
	uint64_t now = (uint64_t)time(NULL);
	struct err e;

	/* Who reloads nftables drops the filter */
	if (filter_keep(&d->leases, d->rested, &e))
		fprintf(stderr, "ie-netd: %s\n", e.msg);
	else
		d->rested = false;
	for (size_t i = 0; i < d->leases.count; i++) {
		struct lease *x = &d->leases.list[i];

		if (x->address && !*x->link &&
		    x->since + d->conf.rest_days * 86400 <= now)
			save(d, x, &none, "free", &e);
	}
}

/* Links of ours that no lease has: the leases were lost. */
static void strays_remove(struct netd *d)
{
	struct if_nameindex *all = if_nameindex();

	for (struct if_nameindex *i = all; i && i->if_index; i++) {
		bool stray = strlen(i->if_name) == LINK_NAME - 1 &&
			     strncmp(i->if_name, "ie", 2) == 0;

		for (size_t k = 0; k < d->leases.count && stray; k++)
			stray = strcmp(d->leases.list[k].link, i->if_name) != 0;
		if (stray)
			link_remove(&d->rtnl, i->if_name);
	}
	if (all)
		if_freenameindex(all);
}

/* A lease whose link is gone rests. With anew links are made reachable again;
 * one for which that fails goes. The uplink, which may be gone already, is
 * asked again when it is back. */
static void links_check(struct netd *d, bool anew)
{
	struct err e;

	for (size_t i = 0; i < d->leases.count; i++) {
		struct lease *x = &d->leases.list[i];

		if (anew && if_nametoindex(x->link)) {
			if (link_reachable(&d->rtnl, x->link, x->address, "",
					   true, &e))
				link_remove(&d->rtnl, x->link);
			link_proxy(&d->rtnl, x->address, d->conf.uplink, true);
		}
		if (*x->link && !if_nametoindex(x->link) && errno == ENODEV)
			rest(d, x);
	}
}

/* The uplink was made anew, or came up again: it answers for nobody. */
static int link_event(const struct nlmsghdr *h, void *arg)
{
	struct netd *d = arg;
	const struct ifinfomsg *i = mnl_nlmsg_get_payload(h);

	if (h->nlmsg_type == RTM_NEWLINK && (uint32_t)i->ifi_index == d->uplink)
		d->uplink = 0;
	return MNL_CB_OK;
}

void netd_links_gone(struct netd *d)
{
	int fd = mnl_socket_get_fd(d->events.socket);
	char *buf = d->events.buf;
	unsigned had;
	ssize_t n;

	while ((n = recv(fd, buf, sizeof(d->events.buf), 0)) > 0)
		mnl_cb_run(buf, (size_t)n, 0, 0, link_event, d);
	if (errno == ENOBUFS) /* there was more */
		d->uplink = 0;
	had = d->uplink;
	d->uplink = if_nametoindex(d->conf.uplink);
	links_check(d, d->uplink != had);
}

int netd_open(struct netd *d, const char *conf, const char *state,
	      struct err *e)
{
	int rc = netd_conf_load(&d->conf, conf, e)
			 ?: leases_open(&d->leases, state, e);

	if (rc)
		return rc;
	rc = rtnl_open(&d->events, RTMGRP_LINK) ?: rtnl_open(&d->rtnl, 0);
	if (rc)
		return err_sys(e, rc, "open rtnetlink");
	strays_remove(d);
	d->uplink = if_nametoindex(d->conf.uplink);
	links_check(d, true);
	return filter_keep(&d->leases, true, e);
}

/* Whether a namespace is that of ie-netd itself; -1: unknown. */
static int is_own(int namespace, const char *path)
{
	struct stat its, own;

	if (fstat(namespace, &its) || stat(path, &own))
		return -1;
	return its.st_dev == own.st_dev && its.st_ino == own.st_ino;
}

/* The namespace is not the host's. It is the asker's, and so is every user
 * namespace that it lies in: the asker may be a subordinate uid of theirs. */
static int netns_check(const struct asker *who, struct err *e)
{
	int own = is_own(who->netns, "/proc/self/ns/net"), at;
	uid_t owner = 0; /* of the host's own user namespace */

	if (own < 0)
		return err_sys(e, -errno, "look at the network namespace");
	if (own)
		return err_set(e, -EPERM,
			       "this is the host's network namespace");
	at = ioctl(who->netns, NS_GET_USERNS);
	for (;;) {
		cleanup_fd int user = at;

		if (user < 0 ||
		    (own = is_own(user, "/proc/self/ns/user")) < 0 ||
		    (!own && ioctl(user, NS_GET_OWNER_UID, &owner)))
			return err_sys(e, -errno,
				       "ask who owns the network namespace");
		if (owner != who->uid)
			return err_set(e, -EPERM,
				       "the network namespace belongs to uid "
				       "%u, not to uid %u",
				       owner, who->uid);
		if (own)
			return 0;
		at = ioctl(user, NS_GET_PARENT);
	}
}

/* The address for a lease that is not there yet. */
static int address_find(struct netd *d, uint32_t *address, struct err *e)
{
	if (*address && !pool_has(&d->conf.pool, *address))
		return err_set(e, -EINVAL, "%s is not in this site's pools",
			       TEXT(*address));
	if (*address && address_hosts(&d->rtnl, *address))
		return err_set(e, -EADDRINUSE, "%s is the host's or a router's",
			       TEXT(*address));
	for (int tries = 0; !*address && tries < 64; tries++) {
		*address = pool_free(&d->conf.pool, &d->leases);
		if (address_hosts(&d->rtnl, *address))
			*address = 0;
	}
	return *address ? 0
			: err_set(e, -EADDRNOTAVAIL,
				  "no address is free; the administrator can "
				  "add a subnet to pools");
}

/* Where `to` is to be written, and its address: the one that is asked for, if
 * it is free or rests with the same user; otherwise that of the container, or
 * any. A namespace gets one link, and only its owner can have one there. */
static int lease_get(struct netd *d, struct lease *to, struct lease **out,
		     struct err *e)
{
	struct lease *x = NULL, *mine = NULL;
	size_t n = 0;
	int rc = 0;

	for (; (x = lease_next(&d->leases, to->uid, x)); n++)
		if (memcmp(x->container, to->container, NETD_CONTAINER) == 0)
			mine = x;
		else if (*x->link && x->netns == to->netns)
			return err_set(e, -EBUSY,
				       "its network namespace has %s already",
				       TEXT(x->address));
	x = to->address ? lease_at(&d->leases, to->address) : mine;
	if (x && x->uid != to->uid)
		return err_set(e, -EADDRINUSE, "%s belongs to another user",
			       TEXT(x->address));
	if (x && x != mine && *x->link)
		return err_set(e, -EADDRINUSE,
			       "%s is in use by your container %.12s",
			       TEXT(x->address), x->container);
	if (mine && x != mine && *mine->link)
		return err_set(e, -EBUSY, "the container runs with %s",
			       TEXT(mine->address));
	if (!x && !mine && n >= d->conf.per_user)
		return err_set(e, -EDQUOT,
			       "you have %zu of %zu addresses; `ie-podman ip` "
			       "lists them, and removing a container frees its",
			       n, (size_t)d->conf.per_user);
	if (x)
		to->address = x->address;
	else
		rc = address_find(d, &to->address, e);
	if (!rc && mine && mine != x)
		rc = save(d, mine, &none, "free", e);
	if (!rc && !x && !(x = lease_new(&d->leases)))
		rc = err_sys(e, -ENOMEM, "a lease");
	*out = x;
	return rc;
}

static int attach(struct netd *d, const struct asker *who,
		  const struct netd_request *q, struct netd_reply *a,
		  struct err *e)
{
	struct lease *x, to = {.address = q->address,
			       .uid = who->uid,
			       .since = (uint64_t)time(NULL),
			       .netns = who->netns_cookie};
	struct lease was = {0};
	struct err quiet;
	int rc;

	memcpy(to.container, q->container, NETD_CONTAINER);
	for (size_t i = 0; i < NETD_CONTAINER; i++)
		if (!memchr("0123456789abcdef", to.container[i], 16))
			return err_set(e, -EINVAL, "malformed container ID");
	rc = link_name(to.link);
	if (rc)
		return err_sys(e, rc, "find a name for the link");
	rc = netns_check(who, e)
		     ?: links_usable(d->conf.uplink, e)
		     ?: filter_keep(&d->leases, false, e)
		     ?: lease_get(d, &to, &x, e);
	if (rc)
		return rc;
	link_remove(&d->rtnl, x->link); /* of the last start */
	was = *x;
	rc = save(d, x, &to, "attached", e);
	if (rc)
		return rc;
	a->address = to.address;
	rc = link_make(&d->rtnl, to.link, who->netns, to.address,
		       d->conf.uplink, e);
	if (!rc)
		return 0;
	rest(d, x);
	memset(was.link, 0, sizeof(was.link));
	save(d, x, &was, was.address ? "rests as before" : "free", &quiet);
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
	link_proxy(&d->rtnl, x->address, d->conf.uplink, false);
	return save(d, x, &none, "free", e);
}

static void list(const struct netd *d, const struct asker *who, uint32_t from,
		 struct netd_reply *a)
{
	for (size_t i = from; i < d->leases.count; i++) {
		const struct lease *x = &d->leases.list[i];

		if (!x->address || (who->uid != 0 && x->uid != who->uid))
			continue;
		if (a->count == NETD_PAGE) {
			a->address = (uint32_t)i;
			return;
		}
		a->leases[a->count++] = *x;
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
