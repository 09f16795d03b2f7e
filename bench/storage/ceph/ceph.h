/* What the drivers of RADOS, RBD and CephFS share: a connection with a limit
 * on every wait, and what the monitors know of a pool. Knows nothing of
 * objects, images or files. */
#pragma once

#include <rados/librados.h>

#include "storage/storage.h"

struct cluster {
	char *label; /* "TARGET OBJECT", for messages */
	rados_t rados;
	rados_ioctx_t io; /* NULL without a pool */
	char *pool;
	unsigned timeout_s;
	bool lost; /* see cluster_call() */
};

/* The keys conf and user, for a driver's table. */
#define CLUSTER_KEYS                                                           \
	{"conf", KEY_REQUIRED, "the cluster's ceph.conf"},                     \
	{                                                                      \
		"user", false, "who connects, without \"client.\"; admin"      \
	}

/* How long the monitors may take to answer: at most timeout_s. In seconds. */
unsigned cluster_connect_limit(unsigned timeout_s);

/* Reads conf, limits every wait by params->timeout_s, applies settings
 * ({name, value, ..., NULL}; NULL: none) and connects. */
int cluster_connect(struct cluster *c, const struct storage_params *p,
		    const char *const *settings, struct err *e);

/* Connects and opens the pool that params name; a full one answers -ENOSPC or
 * -EDQUOT at once. */
int cluster_open(struct cluster *c, const struct storage_params *p,
		 const char *const *settings, struct err *e);

/* Bytes that clients can still write into the pool: what the OSDs have left
 * for it, and no more than what its quota leaves. Monitors hear of a new pool's
 * space some seconds after it was made: waited for. */
int cluster_pool_space(struct cluster *c, uint64_t *avail_bytes, struct err *e);

/* Adds fsid, the servers' version and, with a pool, its replication. */
void cluster_describe(struct cluster *c, json_t *into);

/* Accepts what is half open. */
void cluster_close(struct cluster *c);

/* Runs fn(arg), which has no limit of its own, and waits up to timeout_s for
 * it. -ETIMEDOUT with c->lost set: fn is still running on a thread that is
 * left behind, so nothing that it uses may ever be freed. */
int cluster_call(struct cluster *c, int (*fn)(void *arg), void *arg);

/* "NAME major.minor.extra, ceph 16.2.15" into buf; returns buf. */
const char *cluster_version(char *buf, size_t size, const char *name,
			    void (*version)(int *, int *, int *));
