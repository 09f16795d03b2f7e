/* Reports: a letter and a text, whole through a pipe in packet mode, from init
 * to the supervisor and from it to the waiting `up`. See cluster.h. */
#include "cluster.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

void report(int fd, char kind, const char *fmt, ...)
{
	char line[REPORT_MAX];
	va_list ap;
	int n;

	line[0] = kind;
	va_start(ap, fmt);
	n = vsnprintf(line + 1, sizeof(line) - 1, fmt, ap);
	va_end(ap);
	if (n > (int)sizeof(line) - 2)
		n = (int)sizeof(line) - 2;
	/* A front that is gone is noticed by the supervisor's poll. */
	if (fd >= 0 && n >= 0 && write(fd, line, (size_t)n + 1) < 0)
		return;
}

bool report_read(int fd, char line[REPORT_MAX])
{
	ssize_t n;

	do
		n = read(fd, line, REPORT_MAX - 1);
	while (n < 0 && errno == EINTR);
	line[n > 0 ? n : 0] = '\0';
	return n > 0;
}
