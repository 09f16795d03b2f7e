/* What `ie-bench selftest` found, kept in RESULTS/selftest.jsonl, a line each
 * time: {"record":"selftest", site (absent: a throwaway folder), started, host,
 * suite, caught, missed, untried, lies[{target, lie, result, what}]}. A run
 * takes the last line of its site and host into its record. */
#pragma once

#include <jansson.h>

#include "err.h"

/* Of lies as above; site NULL: none. */
json_t *selftest_result(const char *site, json_t *lies);

/* Appends it; makes the folder. */
int selftest_keep(const char *results, const json_t *result, struct err *e);

/* The last one for a site on this host, or without one the last of a throwaway
 * folder on it; NULL: there is none. */
json_t *selftest_last(const char *results, const char *site);
