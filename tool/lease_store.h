/* The file of the leases, for lease*.c only: loads it whole, checks it whole,
 * replaces it whole. It knows nothing of what the leases mean. */
#pragma once

#include <signal.h>
#include <time.h>

#include "lease.h"

struct lease_head {
	char magic[8];
	uint64_t seq;
	uint32_t count;
	uint32_t last; /* the address that was given last */
	uint64_t sum;  /* of the rest of the file */
};

struct lease_store {
	char path[512]; /* for messages */
	int dir;
	int lock; /* -1: only for reading */
	bool dirty;
	sigset_t mask;	      /* to restore with the lock */
	struct lease_head *h; /* in the map, slots behind it */
	struct lease *slots;
	size_t count, capacity;
	size_t map_bytes;
};

/* A free slot, perhaps a new one; the others may move. NULL: no memory. */
struct lease *lease_slot(struct lease_store *s);
/* Changes a lease; its mark is the sequence number that commit will write. */
void lease_set(struct lease_store *s, struct lease *l, uint32_t state,
	       uint32_t since);

/* A process as a mark: its pid, and when it started in ticks since the boot, so
 * that a pid that is given again is another one. 0: it is not there, or has
 * ended and waits for its parent. */
uint64_t process_mark(uint32_t pid);

static inline uint32_t lease_now(void)
{
	return (uint32_t)time(NULL);
}
