/* A user's own Podman store. Nothing of another user's is in it, so whatever
 * a command names, it cannot be another's: absent and foreign are the same
 * to Podman. Everything in it belongs on disk to the user's own range of ids,
 * into which the store maps root (remap-uids of storage.conf): a layer is
 * ready for a container in the user's namespace without being copied, and no
 * file of an image is ever root's.
 *
 *	STATE/users/UID/root	images, containers, volumes
 *	STATE/users/UID/tmp	what Podman and we unpack for a while
 *	STATE/ids/N		link to "UID:NAME": whose the Nth range is
 *	RUN/UID/		what may go at a reboot; see shared.h, too */
#pragma once

#include <stdint.h>

#include "conf.h"
#include "user.h"

/* How many ids a user has. */
#define STORE_RANGE 65536

struct store {
	char *root, *temp, *run, *storage_conf, *auth, *hooks, *build_hooks;
	char ids[24]; /* the first id of the range */
};

/* The paths alone; the range is "<first id>". For `check`. */
void store_paths(struct store *s, const struct conf *c, uid_t uid);
/* Makes what is missing. Refuses a uid that had another name before: its
 * store is the other's. */
int store_open(struct store *s, const struct conf *c, const struct user *u,
	       struct err *e);
/* Calls `each` for every user who has a store; stops when it fails. */
int store_each(const struct conf *c,
	       int (*each)(const struct user *u, void *arg, struct err *e),
	       void *arg, struct err *e);
void store_free(struct store *s);

#define cleanup_store __attribute__((cleanup(store_free)))
