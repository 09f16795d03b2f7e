/* The words of an instruction of a Containerfile. */
#pragma once

#include <stdbool.h>

#define BLANK " \t\r\f\v"

/* The next word of *rest, which moves behind it, in place; NULL at the end. */
char *word_next(char **rest);
/* The same, but it stays in *rest, with all that follows. */
char *word_peek(char **rest);
/* Without what the builder reads in a way of its own: quotes and escapes, and
 * bytes that its language counts as blanks. */
bool word_is_plain(const char *word);
bool word_is_number(const char *word);
