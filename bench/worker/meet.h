/* The words between a worker and whoever started it, on standard input and
 * output. See worker.h. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

/* Says where it is and waits for the word to go on. Until then it tells its
 * clock when asked. */
int meet_say(const char *say, struct err *e);

void meet_progress(uint64_t operations);

/* Whether nobody is there to take the record. */
bool meet_alone(void);
