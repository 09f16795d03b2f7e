/* What this host is: the "host" and "versions" of a run record, and what
 * `ie-bench describe` prints. Only what can be read without privilege. */
#pragma once

#include <jansson.h>

/* {hostname, kernel, os, cpu{model, count}, memory_bytes, disks[…]} */
json_t *host_describe(void);

/* {"ie-bench": …, and a version a driver's library} */
json_t *host_versions(void);
