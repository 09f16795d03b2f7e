/* The engine: keeps `depth` operations in flight on one open target, whatever
 * way the driver completes them. Knows nothing of cases, files or records. */
#pragma once

#include <stdatomic.h>

#include "arena.h"
#include "case/latency.h"
#include "case/order.h"
#include "storage/queue.h"
#include "case/series.h"

enum check { CHECK_NONE, CHECK_STAMPS, CHECK_ALL };

/* One pass over (part of) the file. */
struct pass {
	enum op_kind kind; /* OP_READ or OP_WRITE */
	struct order order;
	uint64_t base;	/* bytes: where in the file block 0 is */
	uint64_t bytes; /* of all blocks: the last one may be short */
	uint64_t first; /* operation of the order to begin with */
	uint64_t count; /* operations from there on */
	const struct pattern *pattern;
	enum check check;	 /* reads only */
	struct latency *latency; /* may be NULL */
	struct series *series;	 /* may be NULL */
};

struct shares;

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
	struct pass ready; /* whose first blocks are made ready, and */
	struct pattern ready_pattern;
	struct op *slots;
	struct op *idle;       /* slots not in flight, linked by ->next */
	struct shares *shares; /* of a driver that blocks; NULL otherwise */
	bool chained;	       /* an operation starts when the last one ended */
	unsigned inflight; /* not 0 after a timeout: never free the stream */
};

/* The caller has set the public members; buffers are allocated here. */
int stream_open(struct stream *s, struct err *e);

/* Makes what a pass will write first, outside its timed window: all of it, or
 * as much as most_bytes hold. The rest is made when its turn comes. */
void stream_make_ready(struct stream *s, const struct pass *p,
		       uint64_t most_bytes);

/* Bytes that operation i of a pass moves. */
size_t stream_op_bytes(const struct stream *s, const struct pass *p,
		       uint64_t i);

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
