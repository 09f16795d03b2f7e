/* The engine: keeps `depth` operations in flight on one open target, whatever
 * way the driver completes them. Knows nothing of cases, files or records. */
#pragma once

#include <stdatomic.h>

#include "latency.h"
#include "order.h"
#include "pattern.h"
#include "queue.h"
#include "series.h"

struct stream {
	const struct storage_ops *ops;
	struct target *target;	    /* borrowed */
	const char *label;	    /* "rbd ie-bench.x", for messages */
	_Atomic uint64_t *progress; /* grows with every completion */
	size_t block_bytes;
	unsigned depth;
	unsigned timeout_s; /* longest wait for the next completion */

	struct op_queue queue;
	struct arena arena;
	struct op *slots;
	struct op *idle;   /* slots not in flight, linked by ->next */
	bool chained;	   /* an operation starts when the last one ended */
	unsigned inflight; /* not 0 after a timeout: never free the stream */
};

enum check { CHECK_NONE, CHECK_STAMPS, CHECK_ALL };

/* One pass over (part of) the file. */
struct pass {
	enum op_kind kind; /* OP_READ or OP_WRITE */
	struct order order;
	uint64_t base;	/* bytes: where in the file block 0 is */
	uint64_t count; /* operations */
	const struct pattern *pattern;
	enum check check;	 /* reads only */
	struct latency *latency; /* may be NULL */
	struct series *series;	 /* may be NULL */
};

/* The caller has set the public members; buffers are allocated here. */
int stream_open(struct stream *s, struct err *e);

/* Fills the buffers for a pattern; outside the timed window. */
void stream_fill(struct stream *s, const struct pattern *p);

/* Runs a pass. -EIO and friends with the operation that failed, -EILSEQ for
 * data that is not what was written, -ETIMEDOUT when nothing completes. */
int stream_run(struct stream *s, const struct pass *p, struct err *e);

/* One block, at `at`, for callers that decide after each. A write is stamped
 * for the place `stamp`; *good says whether that is what a read has found.
 * -ENODATA past the end of the file. It does not count as progress. */
int stream_step(struct stream *s, enum op_kind kind, uint64_t at,
		const struct pattern *p, uint64_t stamp, bool *good,
		struct err *e);

/* Makes what was written durable, as the driver defines it. */
int stream_flush(struct stream *s, struct err *e);

void stream_close(struct stream *s);
