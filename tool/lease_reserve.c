/* See lease.h: which address a reservation gets, and who gets none. */
#include "lease_store.h"

#include <errno.h>
#include <stdlib.h>

/* What one pass over the store says to a reservation. */
struct survey {
	uint64_t *taken; /* a bit for each position of the pool */
	struct lease *free, *wanted;
	struct lease *own; /* the user's that rests longest, in the pool */
	uint64_t active, resting;
};

static int survey(struct survey *v, struct lease_store *s,
		  const struct lease_rules *r, uint32_t uid, uint32_t want,
		  struct err *e)
{
	uint32_t t = lease_now();
	uint64_t at;

	v->taken = calloc(pool_positions(r->pool) / 64 + 1, sizeof(uint64_t));
	if (!v->taken)
		return err_sys(e, -ENOMEM, "%s", s->path);
	for (size_t i = 0; i < s->count; i++) {
		struct lease *l = &s->slots[i];

		/* One from the future rested before the clock was set. */
		if (l->state == LEASE_RESTING && t - l->since >= r->rest_s)
			l->state = LEASE_FREE;
		if (l->state == LEASE_FREE) {
			v->free = l;
			continue;
		}
		if (!pool_position(r->pool, l->address, &at))
			at = UINT64_MAX;
		else
			v->taken[at / 64] |= UINT64_C(1) << at % 64;
		if (l->address == want)
			v->wanted = l;
		if (l->uid != uid)
			continue;
		v->active += l->state != LEASE_RESTING;
		if (l->state != LEASE_RESTING || at == UINT64_MAX)
			continue;
		v->resting++;
		if (!v->own || t - l->since > t - v->own->since)
			v->own = l;
	}
	return 0;
}

/* The next address of the pool's row that nobody has; 0: there is none. */
static uint32_t next_free(const struct survey *v, const struct pool *p,
			  uint32_t last)
{
	uint64_t all = pool_positions(p);
	uint64_t at;

	if (!pool_position(p, last, &at))
		at = all - 1;
	for (uint64_t i = 0; i < all; i++) {
		uint32_t address;

		at = at + 1 == all ? 0 : at + 1;
		if (v->taken[at / 64] >> at % 64 & 1)
			continue;
		address = pool_address(p, at);
		if (pool_find(p, address))
			return address;
	}
	return 0;
}

/* Which address the rules give, and the slot of the lease if it has one. A
 * user's own resting address may be his again: it rests for others' sake.
 * Having as many active and resting ones as he may have active, he gets one of
 * those back, so that no one can make the whole pool rest. */
static int choose(const struct survey *v, const struct lease_store *s,
		  const struct lease_rules *r, uint32_t want, uint32_t *address,
		  struct lease **slot, struct err *e)
{
	bool own_first =
		v->own && r->per_user && v->active + v->resting >= r->per_user;

	*address = want;
	if (want)
		*slot = v->wanted;
	else if (!own_first)
		*address = next_free(v, r->pool, s->h->last);
	if (!*address && v->own) {
		*slot = v->own;
		*address = v->own->address;
	}
	if (!*address)
		return err_set(e, -ENOSPC,
			       "all %llu addresses are in use or rest",
			       (unsigned long long)pool_size(r->pool));
	return 0;
}

/* What the rules forbid. */
static int permit(const struct survey *v, const struct lease_rules *r,
		  uint32_t uid, uint32_t want, struct err *e)
{
	char text[ADDRESS_LEN];

	if (r->per_user && v->active >= r->per_user)
		return err_set(e, -EDQUOT,
			       "you have %llu addresses, as many as one user "
			       "may have: remove a container",
			       (unsigned long long)v->active);
	if (want && !pool_find(r->pool, want))
		return err_set(e, -EADDRNOTAVAIL,
			       "%s: not an address of this site's containers",
			       address_text(want, text));
	if (want && v->wanted &&
	    (v->wanted->uid != uid || v->wanted->state != LEASE_RESTING))
		return err_set(e, -EADDRNOTAVAIL, "%s: not free",
			       address_text(want, text));
	return 0;
}

int lease_reserve(struct lease_store *s, const struct lease_rules *rules,
		  uint32_t uid, uint32_t want, pid_t pid,
		  const struct pool_net **net, uint32_t *address, struct err *e)
{
	struct survey v = {0};
	struct lease *l = NULL;
	int ret = survey(&v, s, rules, uid, want, e);

	if (ret == 0)
		ret = permit(&v, rules, uid, want, e);
	if (ret == 0)
		ret = choose(&v, s, rules, want, address, &l, e);
	free(v.taken);
	if (ret < 0)
		return ret;
	if (!l)
		l = v.free ? v.free : lease_slot(s);
	if (!l)
		return err_sys(e, -ENOMEM, "%s", s->path);
	*l = (struct lease){.address = *address, .uid = uid};
	lease_set(s, l, LEASE_RESERVED, lease_now());
	l->mark = process_mark((uint32_t)pid);
	s->h->last = *address;
	*net = pool_find(rules->pool, *address);
	return 0;
}
