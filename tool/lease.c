/* See lease.h: what the leases mean. The file is lease_store.c's, giving new
 * ones lease_reserve.c's. */
#include "lease_store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cleanup.h"

const char *lease_state_name(uint32_t state)
{
	static const char *const names[] = {"free",	"reserved",
					    "reserved", "running",
					    "stopped",	"quarantined"};

	return state < ARRAY_SIZE(names) ? names[state] : "unknown";
}

uint64_t process_mark(uint32_t pid)
{
	char path[32], text[512];
	unsigned long long ticks;
	char state;
	char *p;
	size_t n;
	cleanup_file FILE *f = NULL;

	snprintf(path, sizeof(path), "/proc/%u/stat", pid);
	f = fopen(path, "re");
	n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;
	text[n] = '\0';
	p = strrchr(text, ')'); /* the name before it may hold anything */
	if (!p || sscanf(p,
			 ") %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u "
			 "%*u %*d %*d %*d %*d %*d %*d %llu",
			 &state, &ticks) != 2)
		return 0;
	return state == 'Z' || state == 'X'
		       ? 0
		       : (uint64_t)pid << 32 | (uint32_t)ticks;
}

static bool owner_lives(const struct lease *l)
{
	return l->mark && process_mark(l->mark >> 32) == l->mark;
}

/* A list cannot know what happened after it was begun. */
static bool too_new(const struct lease *l, uint64_t seq)
{
	return l->state != LEASE_RESERVED && l->mark > seq;
}

static struct lease *find(struct lease_store *s, uint32_t address)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->slots[i].address == address && s->slots[i].state)
			return &s->slots[i];
	return NULL;
}

/* The container that holds this lease's address, or NULL. */
static const struct container *holder(const struct container *list,
				      size_t count, uint32_t address)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].address == address)
			return &list[i];
	return NULL;
}

/* What a list that lacks this lease's container means for it. The process of
 * a reservation may have made the container between the list and its death:
 * such a lease needs a second list, begun after the death was noticed. */
static void settle_absent(struct lease_store *s, struct lease *l)
{
	if (l->state == LEASE_RESERVED && !owner_lives(l))
		lease_set(s, l, LEASE_ABANDONED, l->since);
	else if (l->state != LEASE_RESERVED && l->state != LEASE_RESTING)
		lease_set(s, l, LEASE_RESTING, lease_now());
}

static void settle_present(struct lease_store *s, struct lease *l,
			   const struct container *c)
{
	if (!c->stopped && l->state != LEASE_RUNNING)
		lease_set(s, l, LEASE_RUNNING, lease_now());
	if (c->stopped &&
	    (l->state != LEASE_STOPPED || l->since != (uint32_t)c->finished))
		lease_set(s, l, LEASE_STOPPED, (uint32_t)c->finished);
}

/* A container that has an address must have the lease, too. */
static int adopt(struct lease_store *s, uint32_t uid, const struct container *c,
		 uint64_t seq, struct err *e)
{
	struct lease *l = find(s, c->address);
	char text[ADDRESS_LEN];

	if (l && (l->uid == uid || too_new(l, seq)))
		return 0;
	if (l && l->state != LEASE_RESTING)
		return err_set(e, -EADDRINUSE,
			       "%s: its address %s is leased to somebody else: "
			       "remove this container",
			       c->name, address_text(c->address, text));
	if (!l)
		l = lease_slot(s);
	if (!l)
		return err_sys(e, -ENOMEM, "%s", s->path);
	*l = (struct lease){.address = c->address, .uid = uid};
	settle_present(s, l, c);
	return 0;
}

int lease_reconcile(struct lease_store *s, uint32_t uid,
		    const struct container *list, size_t count, uint64_t seq,
		    struct err *e)
{
	int first = 0;

	for (size_t i = 0; i < s->count; i++) {
		struct lease *l = &s->slots[i];
		const struct container *c;

		if (!l->state || l->uid != uid || too_new(l, seq))
			continue;
		c = holder(list, count, l->address);
		if (c)
			settle_present(s, l, c);
		else
			settle_absent(s, l);
	}
	for (size_t i = 0; i < count; i++)
		if (list[i].address) {
			int ret = adopt(s, uid, &list[i], seq, e);

			first = first ? first : ret;
		}
	return first;
}

void lease_release(struct lease_store *s, uint32_t uid, uint32_t address)
{
	struct lease *l = find(s, address);

	if (l && l->uid == uid && l->state == LEASE_RESERVED)
		lease_set(s, l, LEASE_RESTING, lease_now());
}
