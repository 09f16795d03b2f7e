/* Who has which address. A lease belongs to a user's container: attached while
 * its link exists, then resting at its user's expense, then free. The list in
 * memory is the file's: records of 128 bytes, each with a checksum, of which
 * none crosses a sector, so that a crash leaves the old one or the new one.
 * Every search is one pass over eight bytes a lease. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "err.h"
#include "netd/message.h"

#define LINK_NAME 16 /* with its NUL */

struct lease {
	uint32_t address; /* 0: this record is free */
	uint32_t uid;
	uint64_t since;	      /* s since 1970: attached, or resting */
	uint64_t netns;	      /* the namespace of the link (SO_NETNS_COOKIE) */
	uint32_t check;	      /* of the rest of the record */
	char link[LINK_NAME]; /* the host's end; "": it rests */
	char container[NETD_CONTAINER];
	char unused[20];
};

struct leases {
	struct lease *list; /* a pointer into it is good until lease_new() */
	struct lease_key {
		uint32_t address, uid;
	} * keys; /* of the list, as saved: what searches pass over */
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
/* When this returns 0 the record survives a crash. */
int lease_save(const struct leases *l, struct lease *x, struct err *e);

/* Subnets whose addresses are given, all but the first and last of each. */
#define SUBNETS_MAX 64
struct pool {
	struct {
		uint32_t first, last;
	} subnets[SUBNETS_MAX];
	size_t count;
	uint32_t last; /* given: what was given back is given again late */
};

/* "10.1.0.0/24"; -EINVAL: not a subnet of 4 to 2^24 addresses of hosts, or one
 * that overlaps another. */
int pool_add(struct pool *p, const char *subnet);
bool pool_has(const struct pool *p, uint32_t address);
/* One without a lease; 0: there is none. */
uint32_t pool_free(struct pool *p, const struct leases *l);
