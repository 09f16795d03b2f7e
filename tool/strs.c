/* See strs.h. */
#include "strs.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "cleanup.h"

static void *must(void *p)
{
	if (!p) {
		fputs("ie-podman: out of memory\n", stderr);
		_exit(1);
	}
	return p;
}

static char *text_v(const char *fmt, va_list ap)
{
	char *s = NULL;

	if (vasprintf(&s, fmt, ap) < 0)
		s = NULL;
	return must(s);
}

char *text(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = text_v(fmt, ap);
	va_end(ap);
	return s;
}

void strs_add(struct strs *s, const char *fmt, ...)
{
	va_list ap;

	s->list = must(realloc(s->list, (s->count + 2) * sizeof(*s->list)));
	va_start(ap, fmt);
	s->list[s->count++] = text_v(fmt, ap);
	va_end(ap);
	s->list[s->count] = NULL;
}

void strs_free(struct strs *s)
{
	for (size_t i = 0; i < s->count; i++)
		free(s->list[i]);
	free(s->list);
	*s = (struct strs){0};
}
