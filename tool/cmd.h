/* The commands: each wires what the modules know. */
#pragma once

#include "conf.h"
#include "log.h"
#include "op.h"
#include "plan.h"
#include "podman.h"
#include "secure.h"
#include "store.h"
#include "user.h"

struct session {
	const struct conf *conf;
	const struct user *user;
	const struct op *op;
	struct store store;
	struct podman podman;
	struct inherited in;
};

/* Each returns the exit status, or -errno with the error; -ECHILD: what went
 * wrong has been said already. */
typedef int command(struct session *s, struct err *e);
command cmd_build, cmd_cp, cmd_info, cmd_ip, cmd_plain, cmd_reap, cmd_run,
	cmd_sif;
/* `check`: no privilege, no store. argv: what to decide about. */
int cmd_check(const struct conf *c, const struct user *u,
	      const struct op *check, struct err *e);

/* `own-whiteouts`: for the container runtime. */
int cmd_whiteouts(const struct conf *c, struct err *e);
/* It has, or could not begin: the build that called must not go on. */
void whiteouts_failed(const struct err *e);

/* Prints "ie-podman: ..." and says which exit status it is. */
int complain(int rc, const struct err *e);
