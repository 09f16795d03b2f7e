/* .containerignore and .dockerignore: which paths of a context are left out.
 * Patterns as Docker documents them: one a line, # begins a comment, * and ?
 * stay within a component, ** spans any number, ! takes back, the last match
 * counts, and a folder that is left out takes what is in it along. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

struct ignore;

int ignore_parse(struct ignore **ig, const char *text, struct err *e);
/* The file of the open context: .containerignore, else .dockerignore. NULL
 * where there is neither. */
int ignore_load(struct ignore **ig, int context, struct err *e);
void ignore_free(struct ignore *ig);

/* Is this path (relative, no leading "./") left out? */
bool ignore_match(const struct ignore *ig, const char *path);
/* Might something below this left-out folder be taken back? */
bool ignore_descend(const struct ignore *ig);
