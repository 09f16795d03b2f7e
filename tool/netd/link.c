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

/* --- the filter of sources ------------------------------------------------ */

/* Each link has a chain, which lets in IPv4 and ARP of its address and nothing
 * else, before anything of the host's looks at it. (rp_filter knows no ARP,
 * lets 0.0.0.0 through to broadcast, is loosened by a setting for all, and
 * comes after datagrams that fit a connection of the host's.) */
#define TABLE "netdev ie_netd"

static void chain_print(FILE *f, const char *name, uint32_t address)
{
	const struct in_addr a = {htonl(address)};

	fprintf(f,
		"add chain " TABLE " %s { type filter hook ingress device "
		"\"%s\" priority -500; policy drop; }\n"
		"flush chain " TABLE " %s\n"
		"add rule " TABLE " %s ip saddr %s accept\n",
		name, name, name, name, inet_ntoa(a));
	fprintf(f, "add rule " TABLE " %s arp saddr ip %s accept\n", name,
		inet_ntoa(a));
}

static int setting(const char *path)
{
	cleanup_file FILE *f = fopen(path, "re");
	int value;

	return f && fscanf(f, "%d", &value) == 1 ? value : -1;
}

/* Runs what was printed; *out, if asked for, is what it says, until the next
 * run. A kernel without nftables may do with rp_filter, if it is strict. */
static int nft_run(const char *commands, const char **out, struct err *e)
{
	static struct nft_ctx *nft;

	if (!nft && (!(nft = nft_ctx_new(NFT_CTX_DEFAULT)) ||
		     nft_ctx_buffer_output(nft) || nft_ctx_buffer_error(nft)))
		return err_set(e, -ENOMEM, "nftables: no memory");
	if (!nft_run_cmd_from_buffer(nft, commands)) {
		if (out)
			*out = nft_ctx_get_output_buffer(nft);
		return 0;
	}
	if (setting("/proc/sys/net/ipv4/conf/all/rp_filter") < 2 &&
	    setting("/proc/sys/net/ipv4/udp_early_demux") == 0)
		return 0;
	return err_set(e, -EPERM,
		       "nftables cannot filter sources (%.100s); without it "
		       "the administrator sets net.ipv4.udp_early_demux = 0 "
		       "and net.ipv4.conf.all.rp_filter = 1",
		       nft_ctx_get_error_buffer(nft));
}

int filter_keep(const struct leases *l, bool anew, struct err *e)
{
	cleanup_free char *commands = NULL;
	const char *tables = "";
	size_t size;
	FILE *f;

	if (!anew && nft_run("list tables netdev", &tables, e) == 0 &&
	    strstr(tables, TABLE))
		return 0;
	f = open_memstream(&commands, &size);
	if (!f)
		return err_sys(e, -errno, "nftables");
	fputs("add table " TABLE "\ndelete table " TABLE "\n"
	      "add table " TABLE "\n",
	      f);
	for (size_t i = 0; i < l->count; i++)
		if (if_nametoindex(l->list[i].link))
			chain_print(f, l->list[i].link, l->list[i].address);
	fclose(f);
	return nft_run(commands, NULL, e);
}

static int filter_add(const char *name, uint32_t address, struct err *e)
{
	cleanup_free char *commands = NULL;
	size_t size;
	FILE *f = open_memstream(&commands, &size);

	if (!f)
		return err_sys(e, -errno, "nftables");
	chain_print(f, name, address);
	fclose(f);
	return nft_run(commands, NULL, e);
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
	return 0;
}

struct router {
	uint32_t address; /* network byte order */
	bool found;
};

static int gateway_check(const struct nlattr *a, void *arg)
{
	struct router *r = arg;
	const struct rtnexthop *n = mnl_attr_get_payload(a);
	int left = mnl_attr_get_payload_len(a);

	if (mnl_attr_get_type(a) == RTA_GATEWAY)
		r->found |= mnl_attr_get_u32(a) == r->address;
	else if (mnl_attr_get_type(a) == RTA_MULTIPATH)
		for (; RTNH_OK(n, left);
		     left -= RTNH_ALIGN(n->rtnh_len), n = RTNH_NEXT(n))
			mnl_attr_parse_payload(RTNH_DATA(n),
					       n->rtnh_len - sizeof(*n),
					       gateway_check, r);
	return MNL_CB_OK;
}

static int route_check(const struct nlmsghdr *h, void *arg)
{
	return mnl_attr_parse(h, sizeof(struct rtmsg), gateway_check, arg);
}

bool address_hosts(struct rtnl *r, uint32_t address)
{
	const struct sockaddr_in a = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(address)};
	const struct rtmsg m = {.rtm_family = AF_INET}; /* of every table */
	cleanup_fd int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct router of = {.address = htonl(address)};

	return fd < 0 ||
	       bind(fd, (const struct sockaddr *)&a, sizeof(a)) == 0 ||
	       rtnl_dump(r,
			 rtnl_begin(r, RTM_GETROUTE, NLM_F_DUMP, &m, sizeof(m)),
			 route_check, &of) ||
	       of.found;
}

static int pair_make(struct rtnl *r, const char *name, int netns)
{
	const struct ifinfomsg i = {0};
	struct nlmsghdr *h = rtnl_begin(
		r, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &i, sizeof(i));
	struct nlattr *info, *data, *peer;

	mnl_attr_put_strz(h, IFLA_IFNAME, name);
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
	rc = settings(name, e) ?: filter_add(name, address, e);
	if (!rc && (rc = rtnl_address_add(r, i, NETD_GATEWAY, RT_SCOPE_LINK)
				 ?: rtnl_link_up(r, i)))
		err_sys(e, rc, "set up the host's end");
	if (!rc)
		rc = link_reachable(r, name, address, uplink, false, e);
	if (rc)
		link_remove(r, name);
	return rc;
}
