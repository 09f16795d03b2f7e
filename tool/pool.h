/* The addresses that a site gives to containers: its networks in order. A pool
 * grows by adding a network at the end, never by renumbering: Podman takes
 * only one address from all the subnets of a network, so each entry is a
 * network of its own. It does not create networks. IPv4 only; addresses are in
 * host byte order. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

struct pool_net {
	char name[64];	      /* Podman's name of the network */
	uint32_t first, last; /* of the range, both given */
	uint32_t gateway;     /* never given */
};

struct pool {
	struct pool_net *nets;
	size_t count;
};

/* Adds a network. The subnet is "10.1.0.0/16"; its first and last address and
 * its gateway (NULL: the first one after the network's own) are not given.
 * A range "10.1.2.0-10.1.3.255" (or NULL) narrows what is given. Networks may
 * not overlap. Errors start with the name. */
int pool_add(struct pool *p, const char *name, const char *subnet,
	     const char *gateway, const char *range, struct err *e);
void pool_free(struct pool *p);

/* How many addresses can be given. */
uint64_t pool_size(const struct pool *p);
/* The network that gives this address, or NULL. */
const struct pool_net *pool_find(const struct pool *p, uint32_t address);

/* The pool as one row: its length, where an address stands in it, and which
 * one stands there. Gateways have a place, too, though they are not given. */
uint64_t pool_positions(const struct pool *p);
uint32_t pool_address(const struct pool *p, uint64_t position);

static inline uint64_t pool_net_length(const struct pool_net *n)
{
	return (uint64_t)n->last - n->first + 1;
}

/* Asked for every lease of the store. */
static inline bool pool_position(const struct pool *p, uint32_t address,
				 uint64_t *position)
{
	uint64_t before = 0;

	for (size_t i = 0; i < p->count; i++) {
		const struct pool_net *n = &p->nets[i];

		if (address >= n->first && address <= n->last) {
			*position = before + (address - n->first);
			return true;
		}
		before += pool_net_length(n);
	}
	return false;
}

#define ADDRESS_LEN 16
/* "10.1.2.3" and back; 0 is no address. */
const char *address_text(uint32_t address, char out[ADDRESS_LEN]);
uint32_t address_parse(const char *text);
