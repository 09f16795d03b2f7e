/* See containers.h. */
#include "containers.h"

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

const char *container_id(const json_t *container)
{
	const char *id = json_string_value(json_object_get(container, "Id"));

	return id ? id : "";
}

const json_t *containers_find(const json_t *list, const char *id)
{
	const json_t *c;
	size_t i;

	json_array_foreach (list, i, c)
		if (strncmp(container_id(c), id, 64) == 0)
			return c;
	return NULL;
}

const char *container_name(const json_t *container)
{
	const char *s = json_string_value(
		json_array_get(json_object_get(container, "Names"), 0));

	return s ? s : "";
}

bool container_stopped(const json_t *container, time_t *since)
{
	const char *state =
		json_string_value(json_object_get(container, "State"));
	json_int_t exited =
		json_integer_value(json_object_get(container, "ExitedAt"));
	json_int_t created =
		json_integer_value(json_object_get(container, "Created"));

	*since = (time_t)(exited > created ? exited : created);
	return state &&
	       (strcmp(state, "exited") == 0 || strcmp(state, "created") == 0 ||
		strcmp(state, "configured") == 0 ||
		strcmp(state, "stopped") == 0);
}
