/* See containers.h. */
#include "containers.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "pool.h"

/* States in which nothing of the container runs. "removing" is not one: it is
 * not there any more when somebody acts on it. */
static bool stopped(const char *state)
{
	static const char *const ended[] = {"exited", "stopped", "created",
					    "configured"};

	for (size_t i = 0; i < ARRAY_SIZE(ended); i++)
		if (strcmp(state, ended[i]) == 0)
			return true;
	return false;
}

static bool container_read(struct container *c, json_t *o)
{
	const char *id, *name, *state;
	json_t *labels = NULL;
	json_int_t exited, created;
	const char *address;

	if (json_unpack(o, "{s:s, s:[s], s:s, s:I, s:I, s?o}", "Id", &id,
			"Names", &name, "State", &state, "ExitedAt", &exited,
			"Created", &created, "Labels", &labels) < 0 ||
	    strlen(id) >= sizeof(c->id) || strlen(name) >= sizeof(c->name))
		return false;
	*c = (struct container){.stopped = stopped(state)};
	strcpy(c->id, id);
	strcpy(c->name, name);
	address = json_string_value(
		json_object_get(labels, CONTAINER_ADDRESS_LABEL));
	c->address = address ? address_parse(address) : 0;
	if (c->stopped)
		c->finished = exited > 0 ? exited : created;
	return true;
}

int containers_parse(struct container **list, size_t *count, const char *json,
		     struct err *e)
{
	json_error_t why;
	json_auto_t *all = json_loads(json, 0, &why);
	cleanup_free struct container *out = NULL;
	size_t i;
	json_t *o;

	if (!json_is_array(all))
		return err_set(e, -EBADMSG,
			       "podman's list of containers: not as expected");
	out = calloc(json_array_size(all) + 1, sizeof(*out));
	if (!out)
		return err_sys(e, -ENOMEM, "list of containers");
	json_array_foreach (all, i, o)
		if (!container_read(&out[i], o))
			return err_set(e, -EBADMSG,
				       "podman's list of containers: number "
				       "%zu: not as expected",
				       i + 1);
	*count = json_array_size(all);
	*list = steal_pointer(&out);
	return 0;
}
