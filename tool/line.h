/* A command line that grows; what it is made of lives as long as the process,
 * which becomes that command. */
#pragma once

#include <stddef.h>
#include <stdio.h>

#include "err.h"

struct line {
	char **words; /* ends with NULL */
	size_t count;
};

void line_add(struct line *l, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* All of these, as they are. */
void line_add_words(struct line *l, char *const *words, int count);
/* As a shell would read it back, on standard output. */
void line_print(const struct line *l);
/* A word for a shell, in quotes where it needs some. */
void word_print(FILE *f, const char *word);
/* Becomes it; returns only with an error. */
int line_exec(const struct line *l, struct err *e);
