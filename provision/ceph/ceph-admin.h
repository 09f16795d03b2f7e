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

/* Gives an order to an OSD or to the mon, whose answer may be taken as JSON;
 * the answer is the caller's to free. -errno with what the daemon says
 * (admin_orders.c). */
#define ORDER_MON (-1)
int order_text(rados_t cluster, int osd, const char *order, char **answer,
	       struct err *e);
int order_json(rados_t cluster, const char *order, json_t **answer,
	       struct err *e);

/* The commands that have files of their own. */
int cmd_wait(rados_t cluster, const struct options *o, struct err *e);
int cmd_keyring(rados_t cluster, const struct options *o, struct err *e);
