/* `ie-cluster status`: what runs, for people and, with what each service says
 * of itself, as the "cluster" of a run's record. Whether a service works is
 * not judged here. */
#include "cluster.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>

#include "cleanup.h"
#include "units.h"

/* Of a service in a cluster that is looked at from outside. */
static size_t daemons_find(const struct cluster *c, const struct member *m,
			   struct daemon list[DAEMONS_MAX])
{
	char proc[64];

	snprintf(proc, sizeof(proc), "/proc/%d/root/proc", (int)c->init);
	return daemons_list(c, m, proc, list);
}

/* {"osd.0": 123, ...}; null for a daemon that has ended. */
static json_t *daemons_json(const struct cluster *c, const struct member *m)
{
	struct daemon list[DAEMONS_MAX];
	size_t n = daemons_find(c, m, list);
	json_t *all = json_object();

	for (size_t i = 0; i < n; i++)
		json_object_set_new(all, list[i].name,
				    list[i].alive ? json_integer(list[i].pid)
						  : json_null());
	return all;
}

/* What `describe` says, with its daemons and how long it took to be ready. */
static int member_describe(const struct cluster *c, const struct member *m,
			   json_t *all, struct err *e)
{
	cleanup_free char *text = NULL;
	json_auto_t *described = NULL;
	int r = step_output(c, m, "describe", &text, e);

	if (r < 0)
		return r;
	described = text ? json_loads(text, 0, NULL) : json_object();
	if (!json_is_object(described))
		return err_set(e, -EPROTO, "describe %s: no JSON object",
			       m->service->name);
	json_object_set_new(described, "ready_s",
			    json_real((double)m->took_ns / 1e9));
	json_object_set_new(described, "daemons", daemons_json(c, m));
	json_object_set(all, m->service->name, described);
	return 0;
}

static int status_json(const struct cluster *c, double uptime_s, struct err *e)
{
	json_auto_t *members = json_object();
	json_auto_t *all = NULL;

	for (size_t i = 0; i < c->count; i++) {
		int r = member_describe(c, &c->members[i], members, e);

		if (r < 0)
			return r;
	}
	all = json_pack("{ss ss sf si si sO}", "dir", c->dir, "state", c->state,
			"uptime_s", uptime_s, "supervisor", (int)c->supervisor,
			"init", (int)c->init, "services", members);
	if (!all ||
	    json_dumpf(all, stdout, JSON_COMPACT | JSON_REAL_PRECISION(9)) < 0)
		return err_set(e, -EIO, "print the status");
	putchar('\n');
	return 0;
}

static void status_text(const struct cluster *c, double uptime_s)
{
	printf("%s: %s, up %.0f s, supervisor %d\n", c->dir, c->state, uptime_s,
	       (int)c->supervisor);
	for (size_t i = 0; i < c->count; i++) {
		const struct member *m = &c->members[i];
		struct daemon list[DAEMONS_MAX];
		size_t n = daemons_find(c, m, list);

		printf("%-9s ports from %d, ", m->service->name, m->port);
		if (m->took_ns)
			printf("ready in %.1f s", (double)m->took_ns / 1e9);
		else
			printf("not ready");
		for (size_t d = 0; d < n; d++)
			printf(", %s %s", list[d].name,
			       list[d].alive ? "runs" : "has ended");
		putchar('\n');
	}
}

int cmd_status(const struct options *o, struct err *e)
{
	struct cluster c = {0};
	int r = cluster_open(&c, o, e);

	if (r == 0) {
		double uptime_s = (double)(now_ns() - c.started_ns) / 1e9;

		if (o->json)
			r = status_json(&c, uptime_s, e);
		else
			status_text(&c, uptime_s);
	}
	cluster_free(&c);
	return r;
}
