/* See log.h. */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

/* No line of the log is the caller's: control characters become '?'. */
static void send(int level, char *line)
{
	for (char *p = line; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 127)
			*p = '?';
	openlog("ie-podman", LOG_PID, LOG_AUTHPRIV);
	syslog(level, "%s", line);
	closelog();
}

static void append(char *line, size_t size, const char *more)
{
	size_t n = strlen(line);

	snprintf(line + n, size - n, " %.200s", more);
}

static bool secret(const struct value *v)
{
	return v->spec->option == O_ENV || v->spec->option == O_BUILD_ARG;
}

void log_decision(const struct user *u, const struct op *op, int verdict,
		  const char *why)
{
	char line[1500];

	snprintf(line, sizeof(line), "%s (uid %u): %s: %s", u->name,
		 (unsigned)u->uid, verdict ? "denied" : "permitted",
		 verdict ? why : op->verb->name);
	for (size_t i = 0; !verdict && i < op->option_count; i++) {
		const struct value *v = &op->options[i];

		append(line, sizeof(line), v->spec->name);
		if (v->text && !secret(v))
			append(line, sizeof(line), v->text);
	}
	for (size_t i = 0; !verdict && i < op->arg_count; i++) {
		if (i > 0 && op->verb->rest == A_WORD)
			break;
		append(line, sizeof(line), op->args[i]);
	}
	send(verdict ? LOG_WARNING : LOG_NOTICE, line);
}

void log_event(const char *fmt, ...)
{
	char line[1500];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	send(LOG_NOTICE, line);
}
