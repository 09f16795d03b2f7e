/* See pool.h. */
#include "pool.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *address_text(uint32_t address, char out[ADDRESS_LEN])
{
	struct in_addr a = {.s_addr = htonl(address)};

	return inet_ntop(AF_INET, &a, out, ADDRESS_LEN);
}

uint32_t address_parse(const char *text)
{
	struct in_addr a;

	return inet_pton(AF_INET, text, &a) == 1 ? ntohl(a.s_addr) : 0;
}

/* "10.1.0.0/16" to its first and last address. */
static bool subnet_parse(const char *text, uint32_t *first, uint32_t *last)
{
	char address[ADDRESS_LEN];
	unsigned bits;
	char end;
	uint32_t hosts;

	if (sscanf(text, "%15[0-9.]/%2u%c", address, &bits, &end) != 2 ||
	    bits < 8 || bits > 30)
		return false;
	hosts = UINT32_MAX >> bits;
	*first = address_parse(address);
	*last = *first | hosts;
	return *first != 0 && (*first & hosts) == 0;
}

/* "10.1.2.3-10.1.2.9" */
static bool range_parse(const char *text, uint32_t *first, uint32_t *last)
{
	char a[ADDRESS_LEN], b[ADDRESS_LEN], end;

	if (sscanf(text, "%15[0-9.]-%15[0-9.]%c", a, b, &end) != 2)
		return false;
	*first = address_parse(a);
	*last = address_parse(b);
	return *first != 0 && *first <= *last;
}

int pool_add(struct pool *p, const char *name, const char *subnet,
	     const char *gateway, const char *range, struct err *e)
{
	struct pool_net n = {0};
	uint32_t low, high;
	struct pool_net *nets;

	if (!*name || strlen(name) >= sizeof(n.name))
		return err_set(e, -EINVAL, "%s: network: bad name", name);
	strcpy(n.name, name);
	if (!subnet_parse(subnet, &low, &high))
		return err_set(e, -EINVAL,
			       "%s: subnet %s: must be a network such as "
			       "10.1.0.0/16, /8 to /30",
			       name, subnet);
	n.gateway = gateway ? address_parse(gateway) : low + 1;
	if (n.gateway <= low || n.gateway >= high)
		return err_set(e, -EINVAL, "%s: gateway %s: not in %s", name,
			       gateway, subnet);
	n.first = low + 1;
	n.last = high - 1;
	if (range && (!range_parse(range, &n.first, &n.last) ||
		      n.first <= low || n.last >= high))
		return err_set(e, -EINVAL,
			       "%s: range %s: must be two addresses of %s with "
			       "a - between them",
			       name, range, subnet);
	for (size_t i = 0; i < p->count; i++)
		if (n.first <= p->nets[i].last && p->nets[i].first <= n.last)
			return err_set(e, -EINVAL, "%s: overlaps with %s", name,
				       p->nets[i].name);
	nets = reallocarray(p->nets, p->count + 1, sizeof(*nets));
	if (!nets)
		return err_sys(e, -ENOMEM, "%s", name);
	p->nets = nets;
	nets[p->count++] = n;
	return 0;
}

void pool_free(struct pool *p)
{
	free(p->nets);
	*p = (struct pool){0};
}

static bool gives(const struct pool_net *n, uint32_t address)
{
	return address >= n->first && address <= n->last &&
	       address != n->gateway;
}

uint64_t pool_size(const struct pool *p)
{
	uint64_t size = 0;

	for (size_t i = 0; i < p->count; i++) {
		const struct pool_net *n = &p->nets[i];

		size += pool_net_length(n) -
			(n->gateway >= n->first && n->gateway <= n->last);
	}
	return size;
}

const struct pool_net *pool_find(const struct pool *p, uint32_t address)
{
	for (size_t i = 0; i < p->count; i++)
		if (gives(&p->nets[i], address))
			return &p->nets[i];
	return NULL;
}

uint64_t pool_positions(const struct pool *p)
{
	uint64_t all = 0;

	for (size_t i = 0; i < p->count; i++)
		all += pool_net_length(&p->nets[i]);
	return all;
}

uint32_t pool_address(const struct pool *p, uint64_t position)
{
	for (size_t i = 0; i < p->count; i++) {
		const struct pool_net *n = &p->nets[i];

		if (position < pool_net_length(n))
			return n->first + (uint32_t)position;
		position -= pool_net_length(n);
	}
	return 0;
}
