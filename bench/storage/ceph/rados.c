/* RADOS itself, through librados: operations on the objects of a striped file.
 * Every one goes to the OSDs; this client caches nothing. */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "storage/ceph/ceph.h"
#include "storage/ceph/rados_objects.h"

/* What `rados bench` says of its objects by default. BlueStore then keeps one
 * checksum for a long run of bytes: cheaper, but not for small random reads. */
#define SEQUENTIAL_HINTS                                                       \
	(LIBRADOS_ALLOC_HINT_FLAG_SEQUENTIAL_WRITE |                           \
	 LIBRADOS_ALLOC_HINT_FLAG_SEQUENTIAL_READ |                            \
	 LIBRADOS_ALLOC_HINT_FLAG_APPEND_ONLY |                                \
	 LIBRADOS_ALLOC_HINT_FLAG_IMMUTABLE)

struct target {
	struct cluster cluster;
	char *object;
	bool hints;
};

/* The share of an operation that falls into one object. */
struct part {
	struct request *request;
	size_t at, len; /* bytes; at counts from the operation's start */
};

struct request {
	struct op *op;
	_Atomic size_t parts_left;
	_Atomic int64_t result; /* only ever lowered */
	struct part parts[];
};

static void lower_to(_Atomic int64_t *result, int64_t value)
{
	int64_t old = atomic_load(result);

	while (value < old)
		if (atomic_compare_exchange_weak(result, &old, value))
			return;
}

/* A part that ends early ends the operation there: what counts is how many
 * bytes from its start are good. An object that is not there is a hole at the
 * end of the file. */
static void part_end(struct part *part, int64_t r)
{
	struct request *q = part->request;
	struct op *op = q->op;
	int64_t result;

	if (op->kind == OP_WRITE && r == 0)
		r = (int64_t)part->len;
	else if (op->kind == OP_READ && r == -ENOENT)
		r = 0;
	if (r < (int64_t)part->len)
		lower_to(&q->result, r < 0 ? r : (int64_t)part->at + r);
	if (atomic_fetch_sub(&q->parts_left, 1) > 1)
		return;
	result = atomic_load(&q->result);
	free(q);
	op_done(op, result);
}

static void part_complete(rados_completion_t c, void *arg)
{
	int64_t r = rados_aio_get_return_value(c);

	rados_aio_release(c);
	part_end(arg, r);
}

static int part_write(struct target *t, const char *name, rados_completion_t c,
		      const char *buf, size_t len, uint64_t at)
{
	rados_write_op_t w;
	int r;

	if (!t->hints)
		return rados_aio_write(t->cluster.io, name, c, buf, len, at);
	w = rados_create_write_op();
	rados_write_op_set_alloc_hint2(w, OBJECT_BYTES, len, SEQUENTIAL_HINTS);
	rados_write_op_write(w, buf, len, at);
	r = rados_aio_write_op_operate(w, t->cluster.io, c, name, NULL, 0);
	rados_release_write_op(w);
	return r;
}

static int part_submit(struct target *t, const struct op *op, struct part *part)
{
	uint64_t offset = op->offset + part->at;
	char *buf = (char *)op->buf + part->at;
	cleanup_free char *name = object_name(t->object, offset / OBJECT_BYTES);
	rados_completion_t c;
	int r;

	if (!name)
		return -ENOMEM;
	r = rados_aio_create_completion2(part, part_complete, &c);
	if (r < 0)
		return r;
	if (op->kind == OP_WRITE)
		r = part_write(t, name, c, buf, part->len,
			       offset % OBJECT_BYTES);
	else
		r = rados_aio_read(t->cluster.io, name, c, buf, part->len,
				   offset % OBJECT_BYTES);
	if (r < 0)
		rados_aio_release(c);
	return r;
}

static void flush_complete(rados_completion_t c, void *arg)
{
	int r = rados_aio_get_return_value(c);

	rados_aio_release(c);
	op_done(arg, r);
}

static void flush_submit(struct target *t, struct op *op)
{
	rados_completion_t c;
	int r = rados_aio_create_completion2(op, flush_complete, &c);

	if (r == 0) {
		r = rados_aio_flush_async(t->cluster.io, c);
		if (r < 0)
			rados_aio_release(c);
	}
	if (r < 0)
		op_done(op, r);
}

static void rados_submit(struct target *t, struct op *op)
{
	size_t count, at = 0, len;
	struct request *q;
	int r;

	if (op->kind == OP_FLUSH) {
		flush_submit(t, op);
		return;
	}
	count = (size_t)((op->offset + op->len - 1) / OBJECT_BYTES -
			 op->offset / OBJECT_BYTES + 1);
	q = calloc(1, sizeof(*q) + count * sizeof(q->parts[0]));
	if (!q) {
		op_done(op, -ENOMEM);
		return;
	}
	q->op = op;
	q->parts_left = count;
	q->result = (int64_t)op->len;
	/* The request may be gone as soon as the last part is submitted. */
	for (size_t i = 0; i < count; i++, at += len) {
		len = OBJECT_BYTES - (op->offset + at) % OBJECT_BYTES;
		if (len > op->len - at)
			len = op->len - at;
		q->parts[i] = (struct part){q, at, len};
		r = part_submit(t, op, &q->parts[i]);
		if (r < 0)
			part_end(&q->parts[i], r);
	}
}

static void rados_close(struct target *t)
{
	if (!t)
		return;
	if (t->cluster.io)
		rados_aio_flush(t->cluster.io);
	cluster_close(&t->cluster);
	free(t->object);
	free(t);
}

/* librados copies every buffer into memory of its own. Mapped afresh for each
 * operation, its page faults cost a tenth of the throughput at 4 MiB. The
 * worker makes malloc keep what it has; here it gets it, and touches it, before
 * the clock runs, so that an operation costs the copy only. */
static void heap_prepare(size_t block_bytes, unsigned depth)
{
	size_t piece = block_bytes < OBJECT_BYTES ? block_bytes : OBJECT_BYTES;
	size_t count = block_bytes / piece * depth;
	struct link {
		struct link *next;
	} *first = NULL, *l;

	for (size_t i = 0; i < count && (l = malloc(piece + 4096)); i++) {
		explicit_bzero(l, piece);
		l->next = first;
		first = l;
	}
	while ((l = first)) {
		first = l->next;
		free(l);
	}
}

static int rados_open(struct target **out, const struct storage_params *p,
		      struct err *e)
{
	struct target *t = calloc(1, sizeof(*t));
	int r;

	if (!t || !(t->object = strdup(p->object))) {
		free(t);
		return err_sys(e, -ENOMEM, "%s %s: open", p->target, p->object);
	}
	t->hints = storage_flag(p, "hints");
	heap_prepare(p->block_bytes, p->depth);
	r = cluster_open(&t->cluster, p, NULL, e);
	if (r == 0) {
		r = objects_open(t->cluster.io, t->object, p->mode);
		if (r < 0)
			err_sys(e, r, "%s: %s in pool %s", t->cluster.label,
				p->mode == STORAGE_CREATE ? "create" : "open",
				t->cluster.pool);
	}
	if (r < 0) {
		rados_close(t);
		return r;
	}
	*out = t;
	return 0;
}

static int rados_space(struct target *t, uint64_t *avail, struct err *e)
{
	return cluster_pool_space(&t->cluster, avail, e);
}

static void rados_describe(struct target *t, json_t *into)
{
	cluster_describe(&t->cluster, into);
	json_object_set_new(into, "object_bytes", json_integer(OBJECT_BYTES));
	json_object_set_new(into, "client_cache", json_boolean(false));
	json_object_set_new(into, "hints", json_boolean(t->hints));
}

static int rados_remove_file(const struct storage_params *p, struct err *e)
{
	struct cluster c;
	int r = cluster_open(&c, p, NULL, e);

	if (r < 0)
		return r;
	r = objects_remove(c.io, p->object, p->size_bytes);
	if (r < 0)
		err_sys(e, r, "%s: remove from pool %s", c.label, c.pool);
	cluster_close(&c);
	return r;
}

static const char *rados_library(char *buf, size_t size)
{
	return cluster_version(buf, size, "librados", rados_version);
}

static const struct storage_key rados_keys[] = {
	CLUSTER_KEYS,
	{"pool", KEY_REQUIRED, "the pool that holds the objects"},
	{"hints", KEY_FLAG,
	 "yes: say that access is sequential, as rados bench"},
	{.name = NULL},
};

const struct storage_ops storage_rados = {
	.name = "rados",
	.summary = "objects of 4 MiB in a Ceph pool, through librados",
	.durability = "every write was acknowledged, which RADOS does once it "
		      "is on the stable storage of all replicas",
	.caps = STORAGE_ASYNC | STORAGE_FRESH_IS_COLD | STORAGE_PARTS,
	.keys = rados_keys,
	.open = rados_open,
	.submit = rados_submit,
	.space = rados_space,
	.describe = rados_describe,
	.close = rados_close,
	.remove = rados_remove_file,
	.version = rados_library,
};
