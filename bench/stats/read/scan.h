/* Strict JSON (RFC 8259) in one pass over a line, into a flat array of nodes:
 * strings are decoded in place, nothing is allocated per value. It exists
 * because a million records must be read in seconds: jansson takes 11 s for
 * them, this under 2. It accepts what jansson accepts, but nesting deeper than
 * SCAN_DEPTH and bytes of value 0; tests/fuzz/fuzz-records.c holds the two
 * against each other. It does not look for duplicate keys: that is
 * record_line.c's, which knows the names. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define SCAN_DEPTH 32

enum scan_type {
	SCAN_NULL,
	SCAN_FALSE,
	SCAN_TRUE,
	SCAN_INTEGER, /* fits int64_t; real is set too */
	SCAN_REAL,    /* finite */
	SCAN_TEXT,
	SCAN_ARRAY,
	SCAN_OBJECT,
};

/* The children of a container follow it; the next sibling is at `next`. */
struct scan_node {
	enum scan_type type;
	const char *key;  /* in an object, else NULL */
	const char *text; /* UTF-8, ended by NUL, none inside */
	int64_t integer;
	double real;
	size_t next;
};

struct scan {
	struct scan_node *nodes;
	size_t count, room;
};

/* Reads one object, which must fill text[0..len); text[len] must be readable
 * and is overwritten, and so is the text. NULL, or why it is no such thing
 * (a static string). The nodes point into text. */
const char *scan_object(struct scan *s, char *text, size_t len);

void scan_free(struct scan *s);

/* for (const struct scan_node *n = first; n < end; n = scan_next(s, n)) */
static inline const struct scan_node *scan_next(const struct scan *s,
						const struct scan_node *n)
{
	return s->nodes + n->next;
}
