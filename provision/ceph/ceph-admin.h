/* What the commands of ceph-admin share. */
#pragma once

#include <jansson.h>
#include <rados/librados.h>
#include <stdbool.h>
#include <stdint.h>

#include "err.h"

struct options {
	const char *conf;
	const char *limit_s;
	uint64_t osds, pools;
	bool fs, up_only;
	char **args; /* what follows the command's options */
	int count;
};

/* Asks the mon; *answer is the caller's. */
int ask_json(rados_t cluster, const char *order, json_t **answer,
	     struct err *e);

/* The commands that have files of their own. */
int cmd_wait(rados_t cluster, const struct options *o, struct err *e);
int cmd_keyring(rados_t cluster, const struct options *o, struct err *e);
