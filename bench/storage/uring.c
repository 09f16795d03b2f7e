/* Any mounted file system, through io_uring. Submissions are batched: one
 * system call both submits what has gathered and waits. No registered
 * buffers: the engine owns the buffers, and pinning them only pays off where
 * the page cache is bypassed. */
#include "storage/file.h"

#include <errno.h>
#include <liburing.h>
#include <stdlib.h>
#include <unistd.h>

#include "cleanup.h"

struct target {
	struct bench_file file;
	struct io_uring ring;
	bool have_ring;
	unsigned depth;
	pid_t owner; /* thread that enabled the ring, or 0 */
	unsigned inflight;
};

/* DEFER_TASKRUN (Linux 6.1) completes operations in the wait for them and not
 * in between, but ties the ring to the one thread that enables it. */
static int ring_open(struct target *t)
{
	static const unsigned flags[] = {IORING_SETUP_SINGLE_ISSUER |
						 IORING_SETUP_DEFER_TASKRUN |
						 IORING_SETUP_R_DISABLED,
					 0};
	int r = -EINVAL;

	for (size_t i = 0; i < ARRAY_SIZE(flags) && r == -EINVAL; i++)
		r = io_uring_queue_init(t->depth, &t->ring, flags[i]);
	t->have_ring = r == 0;
	t->owner = 0;
	return r;
}

static void ring_close(struct target *t)
{
	if (t->have_ring)
		io_uring_queue_exit(&t->ring);
	t->have_ring = false;
}

/* The ring belongs to this thread from here on. The worker's steps run in
 * threads of their own: when one has used the ring, the next gets a new one. */
static int ring_take(struct target *t)
{
	static _Thread_local pid_t self;
	int r = 0;

	if (!self)
		self = gettid();
	if (t->owner == self || !(t->ring.flags & IORING_SETUP_R_DISABLED))
		return 0;
	if (t->owner) {
		ring_close(t);
		r = ring_open(t);
	}
	if (r == 0)
		r = io_uring_register(t->ring.ring_fd,
				      IORING_REGISTER_ENABLE_RINGS, NULL, 0);
	if (r >= 0)
		t->owner = self;
	return r;
}

static int ring_check(struct target *t, const struct storage_params *p,
		      struct err *e)
{
	int r = ring_open(t);

	if (r == -ENOSYS || r == -EPERM || r == -EACCES)
		return err_sys(e, r,
			       "%s: io_uring is not allowed here (see "
			       "kernel.io_uring_disabled, seccomp)",
			       p->target);
	if (r < 0)
		return err_sys(e, r, "%s: set up io_uring of depth %u",
			       p->target, p->depth);
	/* Without it liburing's timeouts take queue entries of their own. */
	if (!(t->ring.features & IORING_FEAT_EXT_ARG))
		return err_set(e, -ENOSYS,
			       "%s: this kernel's io_uring is too old: "
			       "Linux 5.11 is needed",
			       p->target);
	return 0;
}

static void uring_close(struct target *t)
{
	if (!t)
		return;
	ring_close(t);
	file_close(&t->file);
	free(t);
}

static int uring_open(struct target **out, const struct storage_params *p,
		      struct err *e)
{
	struct target *t = calloc(1, sizeof(*t));
	int r;

	if (!t)
		return err_sys(e, -ENOMEM, "%s: open", p->target);
	t->file.fd = -1;
	t->depth = p->depth;
	r = ring_check(t, p, e);
	if (r == 0)
		r = file_open(&t->file, p, e);
	if (r < 0) {
		uring_close(t);
		return r;
	}
	*out = t;
	return 0;
}

static size_t op_moved(const struct op *op)
{
	return (size_t)(uintptr_t)op->driver;
}

/* Queues what is still missing of an operation; submitted by poll. */
static int queue_rest(struct target *t, struct op *op)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&t->ring);
	size_t moved = op_moved(op);

	if (!sqe)
		return -EBUSY; /* more operations than depth */
	switch (op->kind) {
	case OP_WRITE:
		io_uring_prep_write(sqe, t->file.fd, op->buf + moved,
				    (unsigned)(op->len - moved),
				    op->offset + moved);
		break;
	case OP_READ:
		io_uring_prep_read(sqe, t->file.fd, op->buf + moved,
				   (unsigned)(op->len - moved),
				   op->offset + moved);
		break;
	case OP_FLUSH:
		io_uring_prep_fsync(sqe, t->file.fd, IORING_FSYNC_DATASYNC);
		break;
	}
	io_uring_sqe_set_data(sqe, op);
	return 0;
}

static void uring_submit(struct target *t, struct op *op)
{
	int r;

	op->driver = NULL;
	r = t->inflight ? 0 : ring_take(t);
	if (r >= 0)
		r = queue_rest(t, op);
	if (r < 0)
		op_done(op, r);
	else
		t->inflight++;
}

static void finish(struct target *t, struct op *op, int64_t result)
{
	t->inflight--;
	op_done(op, result);
}

/* One completion: the end of the operation, or of a part of it. */
static void complete(struct target *t, struct op *op, int res)
{
	size_t moved = op_moved(op);
	int r;

	if (res < 0 && res != -EINTR && res != -EAGAIN) {
		finish(t, op, res);
		return;
	}
	if (res > 0)
		moved += (size_t)res;
	if (moved == op->len || res == 0) {
		finish(t, op, (int64_t)moved);
		return;
	}
	op->driver = (void *)(uintptr_t)moved;
	r = queue_rest(t, op);
	if (r < 0)
		finish(t, op, r);
}

/* Reports what has completed; its number. */
static unsigned reap(struct target *t)
{
	struct io_uring_cqe *cqe;
	unsigned head, n = 0;

	io_uring_for_each_cqe(&t->ring, head, cqe)
	{
		complete(t, io_uring_cqe_get_data(cqe), cqe->res);
		n++;
	}
	io_uring_cq_advance(&t->ring, n);
	return n;
}

static int uring_poll(struct target *t, int timeout_ms)
{
	struct __kernel_timespec ts = {
		.tv_sec = timeout_ms / 1000,
		.tv_nsec = (timeout_ms % 1000) * 1000000L,
	};
	struct io_uring_cqe *cqe;
	int r;

	if (t->inflight == 0)
		return 0;
	r = io_uring_submit_and_wait_timeout(&t->ring, &cqe, 1, &ts, NULL);
	reap(t);
	if (r < 0 && r != -ETIME && r != -EINTR && r != -EAGAIN && r != -EBUSY)
		return r;
	return 0;
}

static int uring_drop_caches(struct target *t, struct err *e)
{
	return file_drop_caches(&t->file, e);
}

static bool uring_reads_disk(struct target *t)
{
	return t->file.on_disk;
}

static int uring_resident(struct target *t, uint64_t offset, uint64_t bytes,
			  uint64_t *found)
{
	return file_resident(&t->file, offset, bytes, found);
}

static int uring_space(struct target *t, uint64_t *avail, struct err *e)
{
	return file_space(&t->file, avail, e);
}

static void uring_describe(struct target *t, json_t *into)
{
	file_describe(&t->file, into);
}

const struct storage_ops storage_uring = {
	.name = "uring",
	.summary = "a mounted file system: io_uring write, read, fsync",
	.durability = "fsync (data only) completed: what the file system and "
		      "its device promise",
	.caps = STORAGE_ASYNC | STORAGE_PARTS,
	.keys = file_keys,
	.open = uring_open,
	.submit = uring_submit,
	.poll = uring_poll,
	.drop_caches = uring_drop_caches,
	.reads_disk = uring_reads_disk,
	.resident = uring_resident,
	.space = uring_space,
	.describe = uring_describe,
	.close = uring_close,
	.remove = file_remove,
};
