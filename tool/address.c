/* See address.h. */
#include "address.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "cleanup.h"

int session_of(struct session *out, const struct session *s,
	       const struct user *u, struct err *e)
{
	*out = (struct session){.conf = s->conf, .user = u, .in = s->in};
	out->podman = (struct podman){out->conf, &out->store};
	return store_open(&out->store, s->conf, u, e);
}

int address_containers(const struct podman *p, struct container **list,
		       size_t *count, struct err *e)
{
	cleanup_strs struct strs args = {0};
	cleanup_free char *json = NULL;
	int rc;

	strs_add(&args, "ps");
	strs_add(&args, "--all");
	strs_add(&args, "--format=json");
	rc = podman_capture(p, &args, &json, e);
	return rc ? rc : containers_parse(list, count, json, e);
}

static char *lease_dir(const struct session *s)
{
	return text("%s/leases", s->conf->state);
}

/* Opens the store for writing, with the user's leases made true. */
static int open_settled(const struct session *s, struct lease_store **store,
			struct err *e)
{
	cleanup_free char *dir = lease_dir(s);
	cleanup_free struct container *list = NULL;
	size_t count = 0;
	uint64_t seq;
	int rc = lease_open(store, dir, false, e);

	if (rc)
		return rc;
	seq = lease_seq(*store);
	lease_close(*store);
	*store = NULL;
	rc = address_containers(&s->podman, &list, &count, e);
	if (!rc)
		rc = lease_open(store, dir, true, e);
	if (!rc)
		rc = lease_reconcile(*store, s->user->uid, list, count, seq, e);
	return rc;
}

int address_settle(const struct session *s, struct err *e)
{
	struct lease_store *store = NULL;
	int rc = open_settled(s, &store, e);

	if (!rc)
		rc = lease_commit(store, e);
	lease_close(store);
	return rc;
}

static int settle_one(const struct user *u, void *arg, struct err *e)
{
	struct session other;
	int rc = session_of(&other, arg, u, e);

	if (!rc)
		rc = address_settle(&other, e);
	store_free(&other.store);
	return rc;
}

int address_settle_all(const struct session *s, struct err *e)
{
	return store_each(s->conf, settle_one, (void *)s, e);
}

static int take(const struct session *s, uint32_t want,
		const struct pool_net **net, uint32_t *address, struct err *e)
{
	const struct lease_rules rules = {
		.pool = &s->conf->pool,
		.per_user = (uint32_t)s->conf->addresses_per_user,
		.rest_s = (uint32_t)s->conf->address_rest_s,
	};
	struct lease_store *store = NULL;
	int rc = open_settled(s, &store, e);

	if (!rc)
		rc = lease_reserve(store, &rules, s->user->uid, want, getpid(),
				   net, address, e);
	if (!rc)
		rc = lease_commit(store, e);
	lease_close(store);
	return rc;
}

/* A store that is new, or was lost, knows nothing of others' addresses. */
static int know_all(const struct session *s, struct err *e)
{
	cleanup_free char *dir = lease_dir(s);
	struct lease_store *store = NULL;
	int rc = lease_open(&store, dir, false, e);
	bool empty = !rc && lease_seq(store) == 0;

	lease_close(store);
	return empty ? address_settle_all(s, e) : rc;
}

int address_take(const struct session *s, uint32_t want,
		 const struct pool_net **net, uint32_t *address, struct err *e)
{
	int rc = know_all(s, e);

	if (!rc)
		rc = take(s, want, net, address, e);

	/* Another may have removed containers since he was last here */
	if (rc == -ENOSPC) {
		rc = address_settle_all(s, e);
		if (!rc)
			rc = take(s, want, net, address, e);
	}
	return rc;
}
