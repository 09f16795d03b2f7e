/* See placeholder.h. */
#include "placeholder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The next {word} at or after text. */
static const char *place_next(const char *text, const char *whole, size_t *len)
{
	static const char ok[] = "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

	while ((text = strchr(text, '{'))) {
		*len = strspn(text + 1, ok) + 2;
		if (*len > 2 && text[*len - 1] == '}' &&
		    (text == whole || text[-1] != '$'))
			return text;
		text++;
	}
	return NULL;
}

static bool place_is(const char *place, size_t len, const char *name)
{
	return len == strlen(name) && strncmp(place, name, len) == 0;
}

bool placeholder_has(const char *text, const char *name)
{
	const char *at = text;
	size_t len;

	for (; (at = place_next(at, text, &len)); at += len)
		if (place_is(at, len, name))
			return true;
	return false;
}

const char *placeholder_unknown(const char *text, size_t *len)
{
	const char *at = text;

	for (; (at = place_next(at, text, len)); at += *len)
		if (!place_is(at, *len, "{clients}") &&
		    !place_is(at, *len, "{nodes}"))
			return at;
	return NULL;
}

char *placeholder_fill(const char *text, unsigned clients, unsigned nodes)
{
	const char *at = text, *place;
	char *filled = NULL;
	size_t size, len;
	FILE *out = open_memstream(&filled, &size);

	if (!out)
		return NULL;
	for (; (place = place_next(at, text, &len)); at = place + len)
		fprintf(out, "%.*s%u", (int)(place - at), at,
			place_is(place, len, "{nodes}") ? nodes : clients);
	fputs(at, out);
	if (fclose(out) == 0)
		return filled;
	free(filled);
	return NULL;
}
