/* The placeholders of a target's launch: how many clients a case has, which is
 * how one plan has 1, 2, 4 and 8 of them started by mpirun or srun. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* {clients} and {nodes}; a list for messages. */
#define PLACEHOLDER_NAMES "{clients}, {nodes}"

/* Whether the text has that placeholder. */
bool placeholder_has(const char *text, const char *name);

/* The first {word} that is neither, with its length, or NULL. What only looks
 * like one is the shell's: ${word}, {a,b}, { word; }. */
const char *placeholder_unknown(const char *text, size_t *len);

/* The text with both filled in (caller frees), or NULL. */
char *placeholder_fill(const char *text, unsigned clients, unsigned nodes);
