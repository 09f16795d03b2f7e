/* The stream of context.h, for both of its sides: entries in an order in which
 * a folder comes before what is in it, then an end. Both sides are the same
 * program, so that numbers are as this machine has them. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define CONTEXT_PATH_MAX 4095

enum context_type {
	CONTEXT_FILE = 'f',
	CONTEXT_FOLDER = 'd',
	CONTEXT_LINK = 'l',
	CONTEXT_END = 'e',
	CONTEXT_FAILED = 'x', /* the path is the reason */
};

/* Then path_len bytes of path, link_len of a link's target, and size of a
 * file's contents. */
struct context_head {
	uint32_t type;
	uint32_t mode; /* the lower nine bits */
	uint32_t path_len, link_len;
	uint64_t size;
	int64_t mtime_s;
	int64_t mtime_ns;
};

/* A relative path of plain names, in at most so many folders. */
bool context_path_valid(const char *path, unsigned depth);
/* Does this link stay inside whatever other links there are? Its path begins
 * with the tree's name, and the folders on it are no links. A target may climb
 * at its beginning only: behind a name, ".." would leave wherever the name's
 * own link leads. */
bool context_link_inside(const char *path, const char *target);
