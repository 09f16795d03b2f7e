/* The words between a worker and whoever started it, on standard input and
 * output. See worker.h. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

/* Says where it is and waits for the word to go on. Until then it tells its
 * clock when asked. */
int protocol_say(const char *say, struct err *e);

void protocol_progress(uint64_t operations);

/* Whether nobody is there to take the record. */
bool protocol_alone(void);
