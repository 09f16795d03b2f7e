/* How much of what samples wrote or read was read back and compared, and what
 * answered then: that of the sample where it is least. Nobody is told just
 * "verified". */
#pragma once

#include <stdint.h>

#include "stats/read/record_line.h"

struct checked {
	size_t ok, compared;	   /* samples, and of these with any data */
	size_t unrecorded;	   /* compared, but it is not said how much */
	uint64_t bytes, of, block; /* of: 0 where nothing is recorded */
	const char *from;	   /* of writes: the worst; or NULL */
};

/* Adds an ok sample; another one's. */
void checked_add(struct checked *c, const struct record *r);
void checked_merge(struct checked *c, const struct checked *more);

/* "all (storage)", "16 of 1,024 blocks (cache)", "none", "-" without
 * samples; returns buf. */
#define CHECKED_TEXT_MAX 160
char *checked_text(const struct checked *c, char buf[CHECKED_TEXT_MAX]);
