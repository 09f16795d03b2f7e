/* A stream, a pass over its target, and one operation of it: what both ways of
 * keeping operations in flight share (stream.c, shares.c). */
#pragma once

#include <stdatomic.h>

#include "arena.h"
#include "case/latency.h"
#include "case/order.h"
#include "case/series.h"
#include "storage/queue.h"

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

/* Where operation i of a pass goes, and what it moves, in bytes: the last block
 * may be a short one. */
uint64_t stream_op_offset(const struct stream *s, const struct pass *p,
			  uint64_t i);
size_t stream_op_len(const struct stream *s, const struct pass *p,
		     uint64_t offset);
size_t stream_op_bytes(const struct stream *s, const struct pass *p,
		       uint64_t i);

bool stream_pattern_same(const struct pattern *a, const struct pattern *b);

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

/* "write", "read", "flush" */
const char *stream_op_word(enum op_kind kind);

/* code, with what an operation was to do, and why it failed. */
int stream_op_fail(const struct stream *s, const struct op *op, int code,
		   struct err *e, const char *why);
