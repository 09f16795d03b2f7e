/* A growing list of strings that ends with NULL: an argv or an environment in
 * the making. The strings are its own. Running out of memory ends the program:
 * nothing sensible can follow in a privileged one. */
#pragma once

#include <stddef.h>

struct strs {
	char **list;
	size_t count;
};

void strs_add(struct strs *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Clears it. */
void strs_free(struct strs *s);

#define cleanup_strs __attribute__((cleanup(strs_free)))

/* printf into memory of its own. */
char *text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
