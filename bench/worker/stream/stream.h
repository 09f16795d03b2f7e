/* The engine: keeps `depth` operations in flight on one open target, whatever
 * way the driver completes them. Knows nothing of cases, files or records. */
#pragma once

#include "stream_op.h"

/* The caller has set the public members; buffers are allocated here. */
int stream_open(struct stream *s, struct err *e);

/* Makes what a pass will write first, outside its timed window: all of it, or
 * as much as most_bytes hold. The rest is made when its turn comes. */
void stream_make_ready(struct stream *s, const struct pass *p,
		       uint64_t most_bytes);

/* Runs a pass. -EIO and friends with the operation that failed, -EILSEQ for
 * data that is not what was written, -ETIMEDOUT when nothing completes. */
int stream_run(struct stream *s, const struct pass *p, struct err *e);

/* A block, or what there is of the last one (len), at `at`, for callers that
 * decide after each. What is written is the data of the place `stamp`; *good
 * says whether that is what a read found. -ENODATA past the end of the file. It
 * does not count as progress. */
int stream_step(struct stream *s, enum op_kind kind, uint64_t at, size_t len,
		const struct pattern *p, uint64_t stamp, bool *good,
		struct err *e);

/* Makes what was written durable, as the driver defines it. */
int stream_flush(struct stream *s, struct err *e);

void stream_close(struct stream *s);
