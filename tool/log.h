/* Every decision goes to syslog (authpriv): who, what, verdict. */
#pragma once

#include "op.h"
#include "user.h"

/* verdict 0: permitted; otherwise why says why not. Values of environment
 * variables and build arguments, which may be secrets, and the command inside
 * the container are left out. */
void log_decision(const struct user *u, const struct op *op, int verdict,
		  const char *why);
/* Anything else that root did for or to a user. */
void log_event(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
