/* See context_wire.h. */
#include "context_wire.h"

#include <limits.h>
#include <string.h>

bool context_path_valid(const char *path, unsigned depth)
{
	for (;;) {
		size_t n = strcspn(path, "/");

		if (n == 0 || n > NAME_MAX || (n == 1 && *path == '.') ||
		    (n == 2 && memcmp(path, "..", 2) == 0))
			return false;
		if (!path[n])
			return true;
		if (depth-- == 0)
			return false;
		path += n + 1;
	}
}

bool context_link_inside(const char *path, const char *target)
{
	unsigned depth = 0;
	bool climbs = true;

	for (; *path; path++)
		depth += *path == '/';
	if (*target == '/' || !*target)
		return false;
	while (*target) {
		size_t n = strcspn(target, "/");

		if (n == 2 && memcmp(target, "..", 2) == 0) {
			/* The first of the slashes is the tree's own */
			if (!climbs || depth <= 1)
				return false;
			depth--;
		} else if (n > 0 && !(n == 1 && *target == '.')) {
			climbs = false;
		}
		target += n + (target[n] == '/');
	}
	return true;
}
