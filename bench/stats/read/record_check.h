/* What the fields of a record say about each other. */
#pragma once

#include "record_line.h"

/* -EINVAL with what two of them contradict each other in. */
int record_check(const struct record *r, struct err *e);
