/* May this user do this? A pure function of operation, configuration and user:
 * `check` answers with it what the real thing would. */
#pragma once

#include "conf.h"
#include "op.h"
#include "user.h"

/* 0, or -EPERM with the reason. */
int policy(const struct op *op, const struct conf *c, const struct user *u,
	   struct err *e);

/* The limits of a run: the caller's wish, or else the site's preset. */
uint64_t policy_memory(const struct op *op, const struct conf *c);
uint64_t policy_cpus(const struct op *op, const struct conf *c);
