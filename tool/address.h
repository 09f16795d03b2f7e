/* Addresses for containers: brings together the lease store and what Podman
 * has, at every start. */
#pragma once

#include "cmd.h"
#include "lease.h"

/* The user's containers; the caller frees the list. */
int address_containers(const struct podman *p, struct container **list,
		       size_t *count, struct err *e);
/* Makes the user's leases agree with his containers. */
int address_settle(const struct session *s, struct err *e);
/* The same for everybody. */
int address_settle_all(const struct session *s, struct err *e);
/* Gives an address (want 0: any) to this process, which then becomes podman. */
int address_take(const struct session *s, uint32_t want,
		 const struct pool_net **net, uint32_t *address, struct err *e);
/* A session of the same site for another user's store; close its store. */
int session_of(struct session *out, const struct session *s,
	       const struct user *u, struct err *e);
