/* The user's containers: see cmd.h. */
#include "cmd.h"

#include <errno.h>
#include <string.h>

#include "cleanup.h"
#include "proc.h"

int containers_list(json_t **out, struct err *e)
{
	cleanup_free char *text = NULL;
	json_error_t why;
	int rc = proc_capture("podman ps --all --format=json", 30000, &text, e);

	if (rc)
		return rc;
	*out = json_loads(*text ? text : "[]", 0, &why);
	return json_is_array(*out)
		       ? 0
		       : err_set(e, -EBADMSG, "podman ps: %s", why.text);
}

struct container container_read(json_t *item)
{
	struct container c = {"", "", false, 0};
	const char *state = "";
	json_int_t exited = 0, created = 0;

	json_unpack(item, "{s?s, s?s, s?I, s?I, s?[s]}", "Id", &c.id, "State",
		    &state, "ExitedAt", &exited, "Created", &created, "Names",
		    &c.name);
	c.stopped = word_in("exited created configured stopped", state);
	c.since = (time_t)(exited > created ? exited : created);
	return c;
}

json_t *containers_find(const json_t *list, const char *id)
{
	json_t *item;
	size_t i;

	json_array_foreach (list, i, item)
		if (strncmp(container_read(item).id, id, 64) == 0)
			return item;
	return NULL;
}
