/* Errors: a function returns 0 or -errno and leaves the details in a
 * struct err on the caller's stack. No allocation; only main() prints.
 * A message says what was being done, to what, and why it failed. */
#pragma once

#include <string.h>

struct err {
	char msg[768];
};

/* These return code (a negative errno), for `return err_set(...)`. They are
 * macros so that compilers and analysers see that it is the same code. */

/* Sets the message. */
#define err_set(e, code, ...)                                                  \
	({                                                                     \
		int code_ = (code);                                            \
		err_text((e), "", __VA_ARGS__);                                \
		code_;                                                         \
	})

/* Sets the message and appends ": " and the text of -code. */
#define err_sys(e, code, ...)                                                  \
	({                                                                     \
		int code_ = (code);                                            \
		err_text((e), strerror(-code_), __VA_ARGS__);                  \
		code_;                                                         \
	})

/* Puts "context: " before the message that is there. */
#define err_wrap(e, code, ...)                                                 \
	({                                                                     \
		int code_ = (code);                                            \
		err_text((e), (e)->msg, __VA_ARGS__);                          \
		code_;                                                         \
	})

/* Sets the message and appends ": " and why, unless that is empty. */
void err_text(struct err *e, const char *why, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
