/* Errors: a function returns 0 or -errno and leaves the details in a
 * struct err on the caller's stack. No allocation; only main() prints.
 * A message says what was being done, to what, and why it failed. */
#pragma once

struct err {
	char msg[768];
};

/* Sets the message and returns code (a negative errno). */
int err_set(struct err *e, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The same, with ": " and the text of -code at the end. */
int err_sys(struct err *e, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Puts "context: " before the message that is there; returns code. */
int err_wrap(struct err *e, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
