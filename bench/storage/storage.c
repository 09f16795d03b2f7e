/* The table of drivers. */
#include "storage/storage.h"

#include <string.h>

/* drivers.def is generated from the Makefile's list: DRIVER(name) for what is
 * built, NO_DRIVER(name, reason) for what lacks its library. */
#define DRIVER(name) extern const struct storage_ops storage_##name;
#define NO_DRIVER(name, reason)
#include "drivers.def"
#undef DRIVER

const struct storage_ops *const storage_drivers[] = {
#define DRIVER(name) &storage_##name,
#include "drivers.def"
#undef DRIVER
#undef NO_DRIVER
	NULL,
};

const struct storage_missing storage_missing[] = {
#define DRIVER(name)
#define NO_DRIVER(name, reason) {#name, reason},
#include "drivers.def"
#undef DRIVER
#undef NO_DRIVER
	{NULL, NULL},
};

const struct storage_ops *storage_find(const char *name)
{
	for (size_t i = 0; storage_drivers[i]; i++)
		if (strcmp(storage_drivers[i]->name, name) == 0)
			return storage_drivers[i];
	return NULL;
}
