/* See rtnl.h. */
#include "netd/rtnl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

int rtnl_open(struct rtnl *r, unsigned groups)
{
	const struct timeval limit = {.tv_sec = 5};

	r->seq = 0;
	r->socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (!r->socket)
		return -errno;
	if (setsockopt(mnl_socket_get_fd(r->socket), SOL_SOCKET, SO_RCVTIMEO,
		       &limit, sizeof(limit)) ||
	    mnl_socket_bind(r->socket, groups, MNL_SOCKET_AUTOPID) < 0) {
		int rc = -errno;

		rtnl_close(r);
		return rc;
	}
	return 0;
}

void rtnl_close(struct rtnl *r)
{
	if (r->socket)
		mnl_socket_close(r->socket);
	r->socket = NULL;
}

struct nlmsghdr *rtnl_begin(void *buf, int type, int flags)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);

	h->nlmsg_type = (uint16_t)type;
	h->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags);
	return h;
}

int rtnl_ask(struct rtnl *r, struct nlmsghdr *h, mnl_cb_t fn, void *arg)
{
	char buf[RTNL_BUFFER];
	unsigned port = mnl_socket_get_portid(r->socket);
	ssize_t n;
	int more;

	h->nlmsg_seq = ++r->seq;
	if (mnl_socket_sendto(r->socket, h, h->nlmsg_len) < 0)
		return -errno;
	do {
		n = mnl_socket_recvfrom(r->socket, buf, sizeof(buf));
		if (n < 0 && errno == EINTR) {
			more = MNL_CB_OK;
			continue;
		}
		if (n < 0)
			return -errno;
		more = mnl_cb_run(buf, (size_t)n, r->seq, port, fn, arg);
	} while (more > MNL_CB_STOP);
	return more < 0 ? -errno : 0;
}

int rtnl_link_up(struct rtnl *r, unsigned ifindex)
{
	char buf[RTNL_BUFFER];
	struct nlmsghdr *h = rtnl_begin(buf, RTM_NEWLINK, 0);
	struct ifinfomsg *i = mnl_nlmsg_put_extra_header(h, sizeof(*i));

	i->ifi_index = (int)ifindex;
	i->ifi_flags = i->ifi_change = IFF_UP;
	return rtnl_ask(r, h, NULL, NULL);
}

int rtnl_address_add(struct rtnl *r, unsigned ifindex, uint32_t address,
		     int scope)
{
	char buf[RTNL_BUFFER];
	struct nlmsghdr *h =
		rtnl_begin(buf, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE);
	struct ifaddrmsg *a = mnl_nlmsg_put_extra_header(h, sizeof(*a));

	a->ifa_family = AF_INET;
	a->ifa_prefixlen = 32;
	a->ifa_scope = (unsigned char)scope;
	a->ifa_index = ifindex;
	mnl_attr_put_u32(h, IFA_LOCAL, htonl(address));
	mnl_attr_put_u32(h, IFA_ADDRESS, htonl(address));
	return rtnl_ask(r, h, NULL, NULL);
}

int rtnl_route_add(struct rtnl *r, unsigned ifindex, uint32_t to,
		   unsigned prefix, uint32_t gateway, bool replace)
{
	char buf[RTNL_BUFFER];
	struct nlmsghdr *h = rtnl_begin(
		buf, RTM_NEWROUTE,
		NLM_F_CREATE | (replace ? NLM_F_REPLACE : NLM_F_EXCL));
	struct rtmsg *m = mnl_nlmsg_put_extra_header(h, sizeof(*m));

	m->rtm_family = AF_INET;
	m->rtm_dst_len = (unsigned char)prefix;
	m->rtm_table = RT_TABLE_MAIN;
	m->rtm_protocol = RTPROT_STATIC;
	m->rtm_scope = gateway ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
	m->rtm_type = RTN_UNICAST;
	if (prefix)
		mnl_attr_put_u32(h, RTA_DST, htonl(to));
	if (gateway)
		mnl_attr_put_u32(h, RTA_GATEWAY, htonl(gateway));
	mnl_attr_put_u32(h, RTA_OIF, ifindex);
	return rtnl_ask(r, h, NULL, NULL);
}
