/* ceph-admin wait: is the cluster really ready? */
#include "ceph-admin.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cleanup.h"
#include "units.h"

#define POLL_NS 50000000

static json_t *at(json_t *object, const char *a, const char *b)
{
	return json_object_get(json_object_get(object, a), b);
}

static json_int_t pgs_clean(json_t *status)
{
	json_t *state;
	size_t i;

	json_array_foreach (at(status, "pgmap", "pgs_by_state"), i, state) {
		const char *name =
			json_string_value(json_object_get(state, "state_name"));

		if (name && strcmp(name, "active+clean") == 0)
			return json_integer_value(
				json_object_get(state, "count"));
	}
	return 0;
}

static bool mds_active(json_t *status)
{
	json_t *rank;
	size_t i;

	json_array_foreach (at(status, "fsmap", "by_rank"), i, rank) {
		const char *state =
			json_string_value(json_object_get(rank, "status"));

		if (state && strcmp(state, "up:active") == 0)
			return true;
	}
	return false;
}

/* What the cluster still lacks, in words; empty: ready. HEALTH_OK alone says
 * little: a cluster without any OSD reports it too. */
static void missing(json_t *s, const struct options *o, char *why, size_t max)
{
	json_int_t up = json_integer_value(at(s, "osdmap", "num_up_osds"));
	json_int_t pools = json_integer_value(at(s, "pgmap", "num_pools"));
	json_int_t pgs = json_integer_value(at(s, "pgmap", "num_pgs"));
	json_int_t clean = pgs_clean(s);
	const char *health = json_string_value(at(s, "health", "status"));

	why[0] = '\0';
	if (up < (json_int_t)o->osds)
		snprintf(why, max, "%lld of %" PRIu64 " OSDs are up",
			 (long long)up, o->osds);
	else if (o->up_only)
		return;
	else if (!json_is_true(at(s, "mgrmap", "available")))
		snprintf(why, max, "the mgr is not available");
	else if (pools < (json_int_t)o->pools || pgs == 0 || clean != pgs)
		snprintf(why, max,
			 "%lld of %lld PGs in %lld pools are active+clean",
			 (long long)clean, (long long)pgs, (long long)pools);
	else if (o->fs && !mds_active(s))
		snprintf(why, max, "no mds is active");
	else if (!health || strcmp(health, "HEALTH_OK") != 0)
		snprintf(why, max, "health is %s", health ? health : "unknown");
}

/* -ESRCH when one of the daemons (files that hold a process id) has ended. */
static int daemons_check(const struct options *o, struct err *e)
{
	for (int i = 0; i < o->count; i++) {
		cleanup_file FILE *f = fopen(o->args[i], "re");
		int pid = 0;

		if (!f || fscanf(f, "%d", &pid) != 1 || pid <= 0)
			return err_set(e, -EINVAL, "%s: no process id",
				       o->args[i]);
		if (kill(pid, 0) < 0 && errno == ESRCH)
			return err_set(e, -ESRCH, "the daemon of %s has ended",
				       o->args[i]);
	}
	return 0;
}

int cmd_wait(rados_t cluster, const struct options *o, struct err *e)
{
	uint64_t end = now_ns() + strtoull(o->limit_s, NULL, 10) * 1000000000u;
	struct timespec pause = {.tv_nsec = POLL_NS};
	char why[128];

	for (;;) {
		json_auto_t *status = NULL;
		int r = daemons_check(o, e);

		if (r == 0)
			r = order_json(cluster,
				       "{\"prefix\":\"status\","
				       "\"format\":\"json\"}",
				       &status, e);
		if (r < 0)
			return r;
		missing(status, o, why, sizeof(why));
		if (!why[0])
			return 0;
		if (now_ns() > end)
			return err_set(e, -ETIMEDOUT, "not ready in %s s: %s",
				       o->limit_s, why);
		nanosleep(&pause, NULL);
	}
}
