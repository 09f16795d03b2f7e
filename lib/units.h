/* Sizes (k, M, G are 1024, 1024^2, 1024^3), counts and times as text. */
#pragma once

#include <stdint.h>

/* "64k" -> 65536. 0, or -EINVAL for anything but digits and one suffix,
 * for zero, and for what does not fit. */
int size_parse(const char *text, uint64_t *bytes);

/* 65536 -> "64k": the largest suffix that is exact. Returns buf. */
#define SIZE_TEXT_MAX 24
char *size_format(uint64_t bytes, char buf[SIZE_TEXT_MAX]);

/* Decimal count in [min, max]; -EINVAL otherwise. */
int count_parse(const char *text, uint64_t min, uint64_t max, uint64_t *out);

/* CLOCK_MONOTONIC in nanoseconds. */
uint64_t now_ns(void);
