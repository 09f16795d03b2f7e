/* See err.h. */
#include "err.h"

#include <stdarg.h>
#include <stdio.h>

void err_text(struct err *e, const char *why, const char *fmt, ...)
{
	char text[sizeof(e->msg)]; /* why may be the old message */
	size_t n;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	n = strlen(text);
	if (*why)
		snprintf(text + n, sizeof(text) - n, ": %s", why);
	strcpy(e->msg, text);
}
