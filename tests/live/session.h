/* An object open on a driver with the engine's stream on it, and one pass
 * over it with every check the engine has. What is tested is set below. */
#pragma once

#include <errno.h>
#include <string.h>

#include "worker/stream/stream.h"

#define TIMEOUT_S 8
#define GONE_TIMEOUT_S 2

static const struct storage_ops *ops;
static json_t *options, *gone; /* the keys; and with gone.KEY over them */
static bool has_gone;
static char object[64];
static bool no_data;

static struct storage_params params(enum storage_mode mode, uint64_t size,
				    size_t block, unsigned depth)
{
	return (struct storage_params){
		.target = ops->name,
		.object = object,
		.options = options,
		.size_bytes = size,
		.block_bytes = block,
		.depth = depth,
		.timeout_s = TIMEOUT_S,
		.mode = mode,
	};
}

/* An open object with a stream on it. */
struct session {
	struct target *target;
	struct stream stream;
	_Atomic uint64_t progress;
	uint64_t size;
	struct err err;
};

static void session_close(struct session *s)
{
	if (!s)
		return;
	if (s->target)
		ops->close(s->target);
	stream_close(&s->stream);
	/* Otherwise a lost target may still end operations. */
	if (!s->stream.inflight)
		free(s);
}

static int session_open(struct session **out, enum storage_mode mode,
			uint64_t size, size_t block, unsigned depth)
{
	struct storage_params p = params(mode, size, block, depth);
	struct session *s = calloc(1, sizeof(*s));
	int r = s ? ops->open(&s->target, &p, &s->err) : -ENOMEM;

	*out = s;
	if (r < 0)
		return r;
	s->size = size;
	s->stream = (struct stream){
		.ops = ops,
		.target = s->target,
		.label = ops->name,
		.progress = &s->progress,
		.block_bytes = block,
		.depth = depth,
		.timeout_s = TIMEOUT_S,
	};
	return stream_open(&s->stream, &s->err);
}

/* One pass over the object. -EBADE unless each operation ended once. */
static int session_run(struct session *s, enum op_kind kind,
		       enum order_kind order, uint64_t seed)
{
	uint64_t count = s->size / s->stream.block_bytes;
	struct pattern pattern = {.seed = seed};
	struct pass pass = {
		.kind = kind,
		.order = {order, count, seed},
		.bytes = s->size,
		.count = count,
		.pattern = &pattern,
		.check = no_data ? CHECK_NONE : CHECK_ALL,
	};
	uint64_t before = s->progress;
	int r;

	r = stream_run(&s->stream, &pass, &s->err);
	if (r < 0)
		return r;
	if (s->progress - before != count || s->stream.inflight ||
	    queue_take(&s->stream.queue, 1))
		return err_set(&s->err, -EBADE,
			       "%llu operations ended %llu times",
			       (unsigned long long)count,
			       (unsigned long long)(s->progress - before));
	return kind == OP_WRITE ? stream_flush(&s->stream, &s->err) : 0;
}

/* Opens, runs one pass, closes. */
static int run_once(enum storage_mode mode, enum op_kind kind,
		    enum order_kind order, uint64_t seed, uint64_t size,
		    size_t block, unsigned depth)
{
	struct session *s;
	int r = session_open(&s, mode, size, block, depth);

	if (r == 0)
		r = session_run(s, kind, order, seed);
	if (r < 0 && s)
		printf("# %s\n", s->err.msg);
	session_close(s);
	return r;
}
