/* DIR/state.json: what the supervisor tells the other commands. It counts
 * only while the supervisor that it names holds the folder's lock. */
#include "cluster.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "units.h"

struct path {
	char text[DIR_MAX_CHARS + 32];
};

static struct path state_file(const struct cluster *c, const char *suffix)
{
	struct path p;

	snprintf(p.text, sizeof(p.text), "%s/state.json%s", c->dir, suffix);
	return p;
}

int state_write(const struct cluster *c, struct err *e)
{
	struct path file = state_file(c, ""), fresh = state_file(c, ".new");
	json_auto_t *members = json_array();
	json_auto_t *state = NULL;

	for (size_t i = 0; i < c->count; i++) {
		const struct member *m = &c->members[i];

		json_array_append_new(
			members, json_pack("{ss si sI}", "service",
					   m->service->name, "port", m->port,
					   "took_ns", (json_int_t)m->took_ns));
	}
	state = json_pack("{ss sb sb si si sI sO}", "state", c->state, "keep",
			  c->keep, "created", c->created, "supervisor",
			  (int)c->supervisor, "init", (int)c->init,
			  "started_ns", (json_int_t)c->started_ns, "services",
			  members);
	if (!state || json_dump_file(state, fresh.text, JSON_COMPACT) < 0)
		return err_set(e, -EIO, "write %s", fresh.text);
	if (rename(fresh.text, file.text) < 0)
		return err_sys(e, -errno, "write %s", file.text);
	return 0;
}

static int members_read(struct cluster *c, json_t *list)
{
	json_t *item;
	size_t i;

	json_array_foreach (list, i, item) {
		struct member *m = &c->members[c->count];
		const char *name;
		json_int_t took;

		if (c->count == SERVICES_MAX ||
		    json_unpack(item, "{ss si sI}", "service", &name, "port",
				&m->port, "took_ns", &took) < 0)
			return -EINVAL;
		m->service = service_find(name);
		m->took_ns = (uint64_t)took;
		if (!m->service)
			return -EINVAL;
		c->count++;
	}
	return 0;
}

int state_read(struct cluster *c, struct err *e)
{
	static const char *const states[] = {"starting", "ready", "ending"};
	struct path file = state_file(c, "");
	json_auto_t *state = NULL;
	pid_t holder = dir_holder(c, e);
	const char *name;
	json_int_t started;
	json_t *list;

	if (holder < 0)
		return holder;
	if (holder == 0)
		return err_set(e, -ESRCH, "no cluster runs in %s", c->dir);
	state = json_load_file(file.text, 0, NULL);
	if (!state ||
	    json_unpack(state, "{ss sb sb si si sI so}", "state", &name, "keep",
			&c->keep, "created", &c->created, "supervisor",
			&c->supervisor, "init", &c->init, "started_ns",
			&started, "services", &list) < 0 ||
	    c->supervisor != holder || members_read(c, list) < 0)
		return err_set(e, -EAGAIN,
			       "the cluster in %s is just starting or ending",
			       c->dir);
	c->started_ns = (uint64_t)started;
	for (size_t i = 0; i < ARRAY_SIZE(states); i++)
		if (strcmp(states[i], name) == 0)
			c->state = states[i];
	return 0;
}
