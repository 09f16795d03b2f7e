/* See stream_op.h. */
#include "stream_op.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/param.h>

#include "units.h"

uint64_t stream_op_offset(const struct stream *s, const struct pass *p,
			  uint64_t i)
{
	return p->base + order_block(&p->order, i) * s->block_bytes;
}

size_t stream_op_len(const struct stream *s, const struct pass *p,
		     uint64_t offset)
{
	return MIN(s->block_bytes, p->base + p->bytes - offset);
}

size_t stream_op_bytes(const struct stream *s, const struct pass *p, uint64_t i)
{
	return stream_op_len(s, p, stream_op_offset(s, p, i));
}

uint64_t stream_ready_count(const struct stream *s, const struct pass *p)
{
	const struct pass *r = &s->ready;

	return p->kind == OP_WRITE && r->pattern &&
			       stream_pattern_same(r->pattern, p->pattern) &&
			       r->order.kind == p->order.kind &&
			       r->order.seed == p->order.seed &&
			       r->order.blocks == p->order.blocks &&
			       r->base == p->base
		       ? s->arena.ready_count
		       : 0;
}

void stream_op_set(struct stream *s, const struct pass *p, uint64_t ready,
		   struct op *op, uint64_t i, unsigned char *buf)
{
	op->kind = p->kind;
	op->offset = stream_op_offset(s, p, i);
	op->len = stream_op_len(s, p, op->offset);
	op->buf = i < ready ? arena_block(&s->arena, i) : buf;
	if (op->kind == OP_WRITE && i >= ready)
		pattern_fill(p->pattern, buf, op->len, op->offset);
}

const char *stream_op_word(enum op_kind kind)
{
	return kind == OP_WRITE ? "write" : kind == OP_READ ? "read" : "flush";
}

int stream_op_fail(const struct stream *s, const struct op *op, int code,
		   struct err *e, const char *why)
{
	char len[SIZE_TEXT_MAX];

	if (op->kind == OP_FLUSH)
		return err_set(e, code, "%s: flush: %s", s->label, why);
	return err_set(e, code, "%s: %s %s at byte %llu: %s", s->label,
		       stream_op_word(op->kind), size_format(op->len, len),
		       (unsigned long long)op->offset, why);
}

int stream_op_judge(const struct stream *s, const struct op *op,
		    const struct pass *p, struct err *e)
{
	char why[96];
	size_t good;

	if (op->result < 0)
		return stream_op_fail(s, op, (int)op->result, e,
				      strerror((int)-op->result));
	if ((size_t)op->result != op->len) {
		snprintf(why, sizeof(why), "short %s: %lld of %zu bytes",
			 stream_op_word(op->kind), (long long)op->result,
			 op->len);
		return stream_op_fail(s, op, -EIO, e, why);
	}
	if (op->kind != OP_READ || p->check == CHECK_NONE)
		return 0;
	good = pattern_check(p->pattern, op->buf, op->len, op->offset,
			     p->check == CHECK_ALL);
	if (good == op->len)
		return 0;
	snprintf(why, sizeof(why),
		 "data is not what was written (first bad sector at byte %llu)",
		 (unsigned long long)(op->offset + good));
	return stream_op_fail(s, op, -EILSEQ, e, why);
}

bool stream_pattern_same(const struct pattern *a, const struct pattern *b)
{
	return a->seed == b->seed && a->zero == b->zero;
}
