/* See rtnl.h. */
#include "netd/rtnl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>

int rtnl_open(struct rtnl *r, unsigned groups)
{
	r->seq = 0;
	r->socket =
		mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (!r->socket ||
	    mnl_socket_bind(r->socket, groups, MNL_SOCKET_AUTOPID) < 0)
		return -errno;
	return 0;
}

void rtnl_close(struct rtnl *r)
{
	if (r->socket)
		mnl_socket_close(r->socket);
}

struct nlmsghdr *rtnl_begin(struct rtnl *r, int type, int flags,
			    const void *head, size_t size)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(r->buf);

	h->nlmsg_type = (uint16_t)type;
	h->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags);
	memcpy(mnl_nlmsg_put_extra_header(h, size), head, size);
	return h;
}

int rtnl_dump(struct rtnl *r, struct nlmsghdr *h, mnl_cb_t fn, void *arg)
{
	int more = MNL_CB_OK;
	ssize_t n;

	h->nlmsg_seq = ++r->seq;
	if (mnl_socket_sendto(r->socket, h, h->nlmsg_len) < 0)
		return -errno;
	while (more > MNL_CB_STOP) {
		n = mnl_socket_recvfrom(r->socket, r->buf, sizeof(r->buf));
		if (n < 0)
			return -errno;
		more = mnl_cb_run(r->buf, (size_t)n, r->seq,
				  mnl_socket_get_portid(r->socket), fn, arg);
	}
	return more < 0 ? -errno : 0;
}

int rtnl_ask(struct rtnl *r, struct nlmsghdr *h)
{
	return rtnl_dump(r, h, NULL, NULL);
}

int rtnl_link_up(struct rtnl *r, unsigned ifindex)
{
	const struct ifinfomsg i = {.ifi_index = (int)ifindex,
				    .ifi_flags = IFF_UP,
				    .ifi_change = IFF_UP};

	return rtnl_ask(r, rtnl_begin(r, RTM_NEWLINK, 0, &i, sizeof(i)));
}

int rtnl_address_add(struct rtnl *r, unsigned ifindex, uint32_t address,
		     int scope)
{
	const struct ifaddrmsg a = {.ifa_family = AF_INET,
				    .ifa_prefixlen = 32,
				    .ifa_scope = (unsigned char)scope,
				    .ifa_index = ifindex};
	struct nlmsghdr *h = rtnl_begin(
		r, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, &a, sizeof(a));

	mnl_attr_put_u32(h, IFA_LOCAL, htonl(address));
	mnl_attr_put_u32(h, IFA_ADDRESS, htonl(address));
	return rtnl_ask(r, h);
}

int rtnl_route_add(struct rtnl *r, unsigned ifindex, uint32_t to,
		   unsigned prefix, uint32_t gateway, bool replace)
{
	const struct rtmsg m = {.rtm_family = AF_INET,
				.rtm_dst_len = (unsigned char)prefix,
				.rtm_table = RT_TABLE_MAIN,
				.rtm_protocol = RTPROT_STATIC,
				.rtm_scope = gateway ? RT_SCOPE_UNIVERSE
						     : RT_SCOPE_LINK,
				.rtm_type = RTN_UNICAST};
	int flags = NLM_F_CREATE | (replace ? NLM_F_REPLACE : NLM_F_EXCL);
	struct nlmsghdr *h = rtnl_begin(r, RTM_NEWROUTE, flags, &m, sizeof(m));

	mnl_attr_put_u32(h, RTA_DST, htonl(to));
	mnl_attr_put_u32(h, RTA_GATEWAY, htonl(gateway)); /* 0: none */
	mnl_attr_put_u32(h, RTA_OIF, ifindex);
	return rtnl_ask(r, h);
}
