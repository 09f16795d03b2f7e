/* See names.h. */
#include "names.h"

#include <stdio.h>
#include <string.h>

#include "strs.h"
#include "valid.h"

/* "alice-" when the name does not begin with it yet. */
static const char *prefix(const struct user *u, const char *name, char *out,
			  size_t size)
{
	size_t n = strlen(u->name);

	if (strncmp(name, u->name, n) == 0 && name[n] == '-')
		return "";
	snprintf(out, size, "%s-", u->name);
	return out;
}

char *name_object(const struct user *u, const char *name)
{
	char buf[sizeof(u->name) + 1];

	if (valid_id(name))
		return text("%s", name);
	return text("%s%s", prefix(u, name, buf, sizeof(buf)), name);
}

char *name_image(const struct user *u, const char *image)
{
	char buf[sizeof(u->name) + 1];

	if (valid_id(image) || image_is_full(image))
		return text("%s", image);
	return text("localhost/%s%s", prefix(u, image, buf, sizeof(buf)),
		    image);
}
