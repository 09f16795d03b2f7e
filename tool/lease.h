/* Address leases: which address of the site's networks belongs to whom. The
 * store is one file in a folder of root's; a lease's key is its address, and a
 * container says by its label which address is its own, so that no name is
 * kept in two places. It starts nothing and asks Podman nothing: it is told
 * what Podman has. IPv4 only.
 *
 * A lease is reserved by a process before Podman makes the container, becomes
 * running and stopped as reconcile sees the container, and rests when the
 * container is gone, so that nobody else meets a stale peer at once. A process
 * killed between any two steps leaves a store that the next reconcile
 * understands: no second step has to happen after Podman's. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "containers.h"
#include "err.h"
#include "pool.h"

enum lease_state {
	LEASE_FREE,	 /* a slot of the store that is not in use */
	LEASE_RESERVED,	 /* by a process that is about to be Podman */
	LEASE_ABANDONED, /* that process has died */
	LEASE_RUNNING,
	LEASE_STOPPED,
	LEASE_RESTING,
};

/* As it stands in the file, too: 24 bytes, no padding. */
struct lease {
	uint32_t address; /* host byte order */
	uint32_t uid;
	uint32_t state;
	uint32_t since; /* seconds since 1970: the state's beginning */
	uint64_t mark;	/* reserved: the process. Otherwise: the store's
			 * sequence number at the last change */
};

struct lease_rules {
	const struct pool *pool;
	uint32_t per_user; /* addresses that one user may have; 0: any number */
	uint32_t rest_s;   /* how long a freed address rests */
};

struct lease_store;

/* Loads the store of this folder. With write set, waits for the lock and holds
 * it until lease_close(), with signals that could stop the holder blocked.
 * -EBADMSG: the file is damaged; it is left as it is. A store that is not there
 * yet is empty. */
int lease_open(struct lease_store **s, const char *dir, bool write,
	       struct err *e);
/* Drops what was not committed. Accepts NULL. */
void lease_close(struct lease_store *s);
/* Makes all changes last, or none: write, fsync, rename, fsync of the folder.
 * Nothing is written where nothing changed. */
int lease_commit(struct lease_store *s, struct err *e);

/* The store's sequence number. Read it (without the lock) before asking Podman
 * for its list: it tells reconcile what that list can know. */
uint64_t lease_seq(const struct lease_store *s);
/* The leases, slots that are LEASE_FREE among them. */
const struct lease *lease_all(const struct lease_store *s, size_t *count);
const char *lease_state_name(uint32_t state);

/* Makes this user's leases agree with all that Podman has of his; seq is
 * lease_seq() from before the list was taken. */
int lease_reconcile(struct lease_store *s, uint32_t uid,
		    const struct container *list, size_t count, uint64_t seq,
		    struct err *e);

/* Gives an address: `want` if it is not 0, otherwise the next free one after
 * the last that was given. `pid` is the process that will be Podman. *net
 * points into the pool. -EDQUOT: the user has all that he may have; -ENOSPC:
 * none is free; -EADDRNOTAVAIL: `want` cannot be given. */
int lease_reserve(struct lease_store *s, const struct lease_rules *rules,
		  uint32_t uid, uint32_t want, pid_t pid,
		  const struct pool_net **net, uint32_t *address,
		  struct err *e);
/* Gives a reservation back whose container was not made. */
void lease_release(struct lease_store *s, uint32_t uid, uint32_t address);
