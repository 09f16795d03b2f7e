/* Numbers as people write them: digits, and at most one letter for the unit.
 * Nothing else is taken, and no overflow. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* "64m" in bytes (b, k, m, g, t: 1024); "14d" in seconds (s, m, h, d);
 * "1.5" in thousandths. */
bool number_size(const char *s, uint64_t *out);
bool number_count(const char *s, uint64_t *out);
bool number_seconds(const char *s, uint64_t *out);
bool number_thousandths(const char *s, uint64_t *out);
