/* See netd.h. */
#include "netd/netd.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <nftables/libnftables.h>
#include <sys/random.h>

int link_name(char out[LINK_NAME])
{
	static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";
	unsigned char random[LINK_NAME - 3];

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return -EIO;
	strcpy(out, "ie");
	for (size_t i = 0; i < sizeof(random); i++)
		out[i + 2] = digits[random[i] % 32];
	out[LINK_NAME - 1] = '\0';
	return 0;
}

/* Only the leased source comes in, nothing leads the host's packets astray, and
 * no IPv6. All before the link is up. */
static int settings(const char *name, struct err *e)
{
	static const struct {
		const char *path, *value;
	} wanted[] = {
		{"4/conf/%s/rp_filter", "1"},
		{"4/conf/%s/forwarding", "1"},
		{"4/conf/%s/accept_local", "0"},
		{"4/conf/%s/route_localnet", "0"},
		{"4/conf/%s/accept_source_route", "0"},
		{"4/conf/%s/accept_redirects", "0"},
		{"4/conf/%s/send_redirects", "0"},
		{"4/conf/%s/proxy_arp", "0"},
		{"4/conf/%s/arp_accept", "0"},
		{"4/conf/%s/arp_ignore", "1"}, /* not for the host's others */
		{"6/conf/%s/disable_ipv6", "1"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
		char path[128] = "/proc/sys/net/ipv";
		cleanup_fd int fd = -1;

		snprintf(path + strlen(path), 100, wanted[i].path, name);
		fd = open(path, O_WRONLY | O_CLOEXEC);
		if (fd < 0 && errno == ENOENT && *wanted[i].path == '6')
			continue; /* a kernel without it */
		if (fd < 0 || write(fd, wanted[i].value, 1) != 1)
			return err_sys(e, -errno, "set %s", path);
	}
	return 0;
}

/* What links of ours (by their group) take in: strictly the source that is
 * routed to them. rp_filter alone lets 0.0.0.0 through to broadcast and
 * multicast, is loosened by the setting for all, and comes after the datagrams
 * that fit a connection of the host's (early demultiplexing). */
static const char filter[] =
	"add table inet ie_netd\n"
	"delete table inet ie_netd\n"
	"table inet ie_netd {\n"
	"	chain sources {\n"
	"		type filter hook prerouting priority raw;\n"
	"		iifgroup != " LINK_GROUP " accept\n"
	"		meta nfproto != ipv4 drop\n"
	"		ip saddr 0.0.0.0/8 drop\n"
	"		fib saddr . iif oif 0 drop\n"
	"	}\n"
	"}\n";

int filter_keep(struct err *e)
{
	static struct nft_ctx *nft;

	if (!nft && (!(nft = nft_ctx_new(NFT_CTX_DEFAULT)) ||
		     nft_ctx_buffer_output(nft) || nft_ctx_buffer_error(nft)))
		return err_set(e, -ENOMEM, "nftables: no memory");
	if (!nft_run_cmd_from_buffer(nft, "list chain inet ie_netd sources") ||
	    !nft_run_cmd_from_buffer(nft, filter))
		return 0;
	return err_set(e, -EPERM, "nftables: filter sources: %s",
		       nft_ctx_get_error_buffer(nft));
}

int links_usable(const char *uplink, struct err *e)
{
	cleanup_file FILE *f = fopen("/proc/sys/net/ipv4/ip_forward", "re");

	if (!f || fgetc(f) != '1')
		return err_set(e, -ENETUNREACH,
			       "this host does not forward; its administrator "
			       "sets net.ipv4.ip_forward = 1");
	if (*uplink && !if_nametoindex(uplink))
		return err_sys(e, -errno, "uplink %s", uplink);
	return filter_keep(e);
}

bool address_hosts(uint32_t address)
{
	const struct sockaddr_in a = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(address)};
	cleanup_fd int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	cleanup_file FILE *f = fopen("/proc/net/route", "re");
	char line[256];
	unsigned gateway;

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "%*s %*s %x", &gateway) == 1 && gateway &&
		    gateway == a.sin_addr.s_addr)
			return true;
	return fd < 0 || bind(fd, (const struct sockaddr *)&a, sizeof(a)) == 0;
}

static int pair_make(struct rtnl *r, const char *name, int netns)
{
	const struct ifinfomsg i = {0};
	struct nlmsghdr *h = rtnl_begin(
		r, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &i, sizeof(i));
	struct nlattr *info, *data, *peer;

	mnl_attr_put_strz(h, IFLA_IFNAME, name);
	mnl_attr_put_u32(h, IFLA_GROUP, (uint32_t)atoi(LINK_GROUP));
	info = mnl_attr_nest_start(h, IFLA_LINKINFO);
	mnl_attr_put_str(h, IFLA_INFO_KIND, "veth");
	data = mnl_attr_nest_start(h, IFLA_INFO_DATA);
	peer = mnl_attr_nest_start(h, VETH_INFO_PEER);
	mnl_nlmsg_put_extra_header(h, sizeof(i));
	mnl_attr_put_strz(h, IFLA_IFNAME, NETD_PEER);
	mnl_attr_put_u32(h, IFLA_NET_NS_FD, (uint32_t)netns);
	mnl_attr_nest_end(h, peer);
	mnl_attr_nest_end(h, data);
	mnl_attr_nest_end(h, info);
	return rtnl_ask(r, h);
}

int link_remove(struct rtnl *r, const char *name)
{
	const struct ifinfomsg i = {.ifi_index = (int)if_nametoindex(name)};
	int rc = 0;

	if (i.ifi_index)
		rc = rtnl_ask(r, rtnl_begin(r, RTM_DELLINK, 0, &i, sizeof(i)));
	return rc == -ENODEV ? 0 : rc;
}

int link_proxy(struct rtnl *r, uint32_t address, const char *uplink, bool on)
{
	const struct ndmsg n = {.ndm_family = AF_INET,
				.ndm_ifindex = (int)if_nametoindex(uplink),
				.ndm_flags = NTF_PROXY};
	struct nlmsghdr *h = rtnl_begin(r, on ? RTM_NEWNEIGH : RTM_DELNEIGH,
					on ? NLM_F_CREATE | NLM_F_REPLACE : 0,
					&n, sizeof(n));

	mnl_attr_put_u32(h, NDA_DST, htonl(address));
	if (*uplink && !n.ndm_ifindex)
		return -ENODEV;
	return *uplink ? rtnl_ask(r, h) : 0;
}

int link_reachable(struct rtnl *r, const char *name, uint32_t address,
		   const char *uplink, bool replace, struct err *e)
{
	int rc = rtnl_route_add(r, if_nametoindex(name), address, 32, 0,
				replace);

	if (rc == -EEXIST)
		return err_set(e, rc, "the host has a route to it already");
	if (rc)
		return err_sys(e, rc, "add a route");
	rc = link_proxy(r, address, uplink, true);
	return rc ? err_sys(e, rc, "uplink %s: answer for it", uplink) : 0;
}

int link_make(struct rtnl *r, const char *name, int netns, uint32_t address,
	      const char *uplink, struct err *e)
{
	int rc = pair_make(r, name, netns);
	unsigned i = if_nametoindex(name);

	if (rc == -EEXIST)
		return err_set(e, rc,
			       "its network namespace has an " NETD_PEER
			       " already");
	if (rc)
		return err_sys(e, rc, "make a pair of interfaces");
	rc = settings(name, e);
	if (!rc && (rc = rtnl_address_add(r, i, NETD_GATEWAY, RT_SCOPE_LINK)
				 ?: rtnl_link_up(r, i)))
		err_sys(e, rc, "set up the host's end");
	if (!rc)
		rc = link_reachable(r, name, address, uplink, false, e);
	if (rc)
		link_remove(r, name);
	return rc;
}
