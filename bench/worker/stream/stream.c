/* See stream.h. */
#include "stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "shares.h"
#include "stream_op.h"
#include "units.h"

#define POLL_SLICE_MS 100
#define CLOCK_SLOW_NS 1000

struct run {
	const struct pass *pass;
	uint64_t next;
	uint64_t ready;	   /* blocks */
	uint64_t ended_ns; /* when the last operation did */
	int status;	   /* the first failure */
	struct err *err;
};

/* Where it is a system call of a guest, a look takes 16 us, a fifth of the time
 * that its write of 64 KiB takes. */
static bool clock_is_slow(void)
{
	enum { LOOKS = 4 };
	uint64_t start = now_ns(), end = start;

	for (int i = 0; i < LOOKS; i++)
		end = now_ns();
	return end - start > LOOKS * CLOCK_SLOW_NS;
}

int stream_open(struct stream *s, struct err *e)
{
	int r = arena_open(&s->arena, s->block_bytes, s->depth, e);

	s->slots = calloc(s->depth, sizeof(*s->slots));
	if (r == 0 && !s->slots)
		r = err_sys(e, -ENOMEM, "allocate %u slots", s->depth);
	if (r < 0) {
		stream_close(s);
		return r;
	}
	s->chained = s->depth == 1 && clock_is_slow();
	queue_init(&s->queue);
	if (s->ops->blocks && s->ops->blocks(s->target))
		r = shares_open(&s->shares, s, e);
	if (r < 0) {
		stream_close(s);
		return r;
	}
	for (unsigned i = 0; i < s->depth; i++) {
		s->slots[i].queue = s->shares ? NULL : &s->queue;
		s->slots[i].next = s->idle;
		s->idle = &s->slots[i];
	}
	return 0;
}

void stream_close(struct stream *s)
{
	if (s->inflight)
		return; /* the driver may still write into the buffers */
	shares_close(steal_pointer(&s->shares));
	if (s->slots)
		queue_destroy(&s->queue);
	free(steal_pointer(&s->slots));
	arena_close(&s->arena);
}

void stream_make_ready(struct stream *s, const struct pass *p,
		       uint64_t most_bytes)
{
	uint64_t count = arena_ready(&s->arena, p->count, most_bytes);

	s->ready_pattern = *p->pattern;
	s->ready = *p;
	s->ready.pattern = &s->ready_pattern;
	for (uint64_t i = 0; i < count; i++) {
		uint64_t offset = stream_op_offset(s, p, i);

		pattern_fill(p->pattern, arena_block(&s->arena, i),
			     stream_op_len(s, p, offset), offset);
	}
}

static void submit_next(struct stream *s, struct run *run)
{
	struct op *op = s->idle;
	uint64_t i = run->next++;

	s->idle = op->next;
	op->piece = i < run->ready ? NULL : arena_take(&s->arena);
	stream_op_set(s, run->pass, run->ready, op, i,
		      op->piece ? op->piece->buf : NULL);
	s->inflight++;
	op->start_ns = s->chained && run->ended_ns ? run->ended_ns : now_ns();
	s->ops->submit(s->target, op);
}

/* Completed operations, or NULL once nothing has come for timeout_s. */
static struct op *reap(struct stream *s, int *status)
{
	struct op *done = queue_take(&s->queue, 0);
	uint64_t end;

	*status = 0;
	if (done)
		return done;
	end = now_ns() + (uint64_t)s->timeout_s * 1000000000u;
	while (!done) {
		if (now_ns() >= end)
			*status = -ETIMEDOUT;
		else if (s->ops->poll)
			*status = s->ops->poll(s->target, POLL_SLICE_MS);
		if (*status < 0)
			return NULL;
		done = queue_take(&s->queue, s->ops->poll ? 0 : POLL_SLICE_MS);
	}
	return done;
}

static void retire(struct stream *s, struct run *run, struct op *op)
{
	struct err why;
	int r = stream_op_judge(s, op, run->pass, &why);

	if (r < 0 && run->status == 0) {
		run->status = r;
		*run->err = why;
	}
	if (run->pass->latency)
		latency_add(run->pass->latency, op->end_ns - op->start_ns);
	if (run->pass->series)
		series_add(run->pass->series, op->end_ns, op->len);
	run->ended_ns = op->end_ns;
	if (op->piece)
		arena_give(&s->arena, op->piece);
	op->next = s->idle;
	s->idle = op;
	s->inflight--;
	atomic_fetch_add_explicit(s->progress, 1, memory_order_relaxed);
}

int stream_run(struct stream *s, const struct pass *p, struct err *e)
{
	struct run run = {.pass = p,
			  .err = e,
			  .next = p->first,
			  .ready = stream_ready_count(s, p)};
	struct op *done, *next;
	int lost;

	if (s->shares)
		return shares_run(s->shares, p, e);
	for (;;) {
		while (s->idle && run.next < p->first + p->count &&
		       run.status == 0)
			submit_next(s, &run);
		if (!s->inflight)
			return run.status;
		done = reap(s, &lost);
		if (!done && run.status < 0)
			return run.status;
		if (!done)
			return err_sys(e, lost,
				       "%s: %s: nothing completed in %u s",
				       s->label, stream_op_word(p->kind),
				       s->timeout_s);
		for (; done; done = next) {
			next = done->next;
			retire(s, &run, done);
		}
	}
}

/* One operation with nothing else in flight, and its answer. */
static int op_alone(struct stream *s, enum op_kind kind, uint64_t at,
		    unsigned char *buf, size_t len, struct err *e)
{
	struct op *op = s->idle;
	int lost = 0;

	s->idle = op->next;
	op->kind = kind;
	op->offset = at;
	op->len = len;
	op->buf = buf;
	s->inflight++;
	s->ops->submit(s->target, op);
	if (!s->shares)
		op = reap(s, &lost);
	if (!op)
		return err_sys(e, lost, "%s: %s: no answer in %u s", s->label,
			       stream_op_word(kind), s->timeout_s);
	op->next = s->idle;
	s->idle = op;
	s->inflight--;
	return 0;
}

/* A step's data: that of a block that is ready, or made in buf. */
static unsigned char *step_data(struct stream *s, const struct pattern *p,
				uint64_t stamp, size_t len, unsigned char *buf)
{
	uint64_t i = stamp / s->block_bytes;

	if (i < s->arena.ready_count && stamp % s->block_bytes == 0 &&
	    s->ready.order.kind == ORDER_SEQUENTIAL && s->ready.base == 0 &&
	    stream_pattern_same(&s->ready_pattern, p))
		return arena_block(&s->arena, i);
	pattern_fill(p, buf, len, stamp);
	return buf;
}

int stream_step(struct stream *s, enum op_kind kind, uint64_t at, size_t len,
		const struct pattern *p, uint64_t stamp, bool *good,
		struct err *e)
{
	const struct pass unchecked = {.kind = kind, .check = CHECK_NONE};
	struct piece *piece = arena_take(&s->arena);
	unsigned char *buf = piece->buf;
	int r;

	if (kind == OP_WRITE)
		buf = step_data(s, p, stamp, len, buf);
	r = op_alone(s, kind, at, buf, len, e);
	if (r < 0)
		return r; /* the driver may still have the piece */
	if (kind == OP_READ && s->idle->result == 0)
		r = stream_op_fail(s, s->idle, -ENODATA, e,
				   "the file ends there");
	else
		r = stream_op_judge(s, s->idle, &unchecked, e);
	if (r == 0 && good)
		*good = pattern_check(p, piece->buf, len, stamp, true) == len;
	arena_give(&s->arena, piece);
	return r;
}

int stream_flush(struct stream *s, struct err *e)
{
	const struct op *op;
	int r = op_alone(s, OP_FLUSH, 0, NULL, 0, e);

	if (r < 0)
		return r;
	op = s->idle;
	atomic_fetch_add_explicit(s->progress, 1, memory_order_relaxed);
	if (op->result < 0)
		return stream_op_fail(s, op, (int)op->result, e,
				      strerror((int)-op->result));
	return 0;
}
