/* One line of records.jsonl, read by the schema: its fields' types and what
 * must be there. What fields say about each other is record_check.c's; of other
 * lines cells.c and runs.c know. */
#pragma once

#include <stdbool.h>

#include "err.h"
#include "schema.h"

struct record {
	enum record_kind kind;
	bool ok;				     /* of a sample */
	const struct scan_node *fields[FIELD_COUNT]; /* NULL: absent or null */
	const char *unknown[8]; /* fields outside the dictionary, the first */
	size_t unknown_count;

	struct scan scan;
	struct schema_hint hints[3]; /* of run, storage, image */
};

/* Reads a line of len characters (without its newline; text[len] is writable,
 * and the text is changed). The record points into text, and is reused from
 * line to line: zero-initialise it, record_free() it once.
 * -EINVAL with why it is no valid record. */
int record_read(struct record *r, char *text, size_t len, struct err *e);
void record_free(struct record *r);

/* "" when it is absent. */
static inline const char *record_text(const struct record *r, enum field f)
{
	return r->fields[f] ? r->fields[f]->text : "";
}

static inline uint64_t record_count(const struct record *r, enum field f)
{
	return r->fields[f] ? (uint64_t)r->fields[f]->integer : 0;
}

/* A number, or NaN when it is absent. */
double record_real(const struct record *r, enum field f);

/* The text at `index` of a list, or NULL past its end. */
const char *record_item(const struct record *r, enum field f, size_t index);

/* Whether a sample reads. */
bool record_reads(const struct record *r);
