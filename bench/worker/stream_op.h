/* One operation of a pass, for stream.c and shares.c. */
#pragma once

#include "stream.h"

/* How many of a pass's blocks are ready. */
uint64_t stream_ready_count(const struct stream *s, const struct pass *p);

/* What op i of a pass moves: a block that is ready (i < ready), or buf, with
 * the data of a write made now. */
void stream_op_set(struct stream *s, const struct pass *p, uint64_t ready,
		   struct op *op, uint64_t i, unsigned char *buf);

/* 0 for an operation that ended well; for a read also when it found what was
 * written. */
int stream_op_judge(const struct stream *s, const struct op *op,
		    const struct pass *p, struct err *e);
