/* The caller: who started this program, and how a process becomes him for
 * good. It asks the password database, never the environment. */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "err.h"

struct user {
	uid_t uid;
	gid_t gid;
	char name[64];
};

/* The user of this uid. The name must be fit to begin the names of containers
 * and images: small letters, digits, '.', '_' and '-'. */
int user_find(struct user *u, uid_t uid, struct err *e);
/* Takes on all ids and groups of the user, irrevocably, and checks that. */
int user_become(const struct user *u, struct err *e);
/* All ids 0, no other groups. */
int user_become_root(struct err *e);
