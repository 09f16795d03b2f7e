/* Which build of the suite this is: workers of another are refused, because
 * what they measure may be another thing. */
#pragma once

/* "0.1.0+5f0c…": the version, and a hash of the sources of all workers. */
const char *suite_build(void);
