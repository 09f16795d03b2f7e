/* JSON lines: one object a line, appended whole and synced, so that a killed
 * writer leaves only whole lines (or one torn tail, which jsonl_open cuts). */
#pragma once

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "err.h"

/* Opens for appending (creating the file), cuts a torn last line, and takes
 * an exclusive lock (-EBUSY: another process writes it). The descriptor, or
 * -errno. */
int jsonl_open(const char *path, struct err *e);

/* Appends one object with a single write, then fdatasync. */
int jsonl_append(int fd, const json_t *object, struct err *e);

/* The longest line: the record of 10,000 clients takes a sixth of it. */
#define JSONL_LINE_MAX (4u << 20)

/* Reads a line with its newline into *text (of *room bytes; grows, the
 * caller's). Its length; 0 at the end of the file; -EFBIG for a longer line
 * than JSONL_LINE_MAX, of which no more than that is read; -errno. */
ssize_t jsonl_line(char **text, size_t *room, FILE *f);

/* Calls fn with each object and its line number, until fn returns non-zero,
 * which is returned. -EINVAL with "PATH:LINE: why" for a line that is no JSON
 * object or is not ended by a newline. fn borrows the object. */
int jsonl_each(const char *path,
	       int (*fn)(json_t *object, size_t line, void *arg, struct err *e),
	       void *arg, struct err *e);
