/* A target's keys, for its driver: see storage.h. */
#include "storage/storage.h"

#include <string.h>

const char *storage_option(const struct storage_params *p, const char *key,
			   const char *fallback)
{
	const char *v = json_string_value(json_object_get(p->options, key));

	return v ? v : fallback;
}

bool storage_flag(const struct storage_params *p, const char *key)
{
	return strcmp(storage_option(p, key, "no"), "yes") == 0;
}
