/* `depth` operations in flight on a driver whose calls block: as many threads,
 * each of which takes operations, does them and times them by itself, as those
 * of a user's program would. Nothing is handed from one to another. */
#pragma once

#include "stream_op.h"

/* They wait from here on; without any at depth 1. */
int shares_open(struct shares **out, struct stream *s, struct err *e);

int shares_run(struct shares *all, const struct pass *p, struct err *e);
void shares_close(struct shares *all);
