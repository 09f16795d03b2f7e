/* Any mounted file system, through pwrite, pread and fdatasync, as dd and a
 * user's program do. */
#include "storage/file.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

struct target {
	struct bench_file file;
};

/* All of the operation, as a program's write loop does it; less only at the
 * end of the file. */
static int64_t posix_transfer(struct target *t, struct op *op)
{
	size_t done = 0;
	ssize_t n = 0;

	while (done < op->len) {
		off_t at = (off_t)(op->offset + done);

		if (op->kind == OP_WRITE)
			n = pwrite(t->file.fd, op->buf + done, op->len - done,
				   at);
		else
			n = pread(t->file.fd, op->buf + done, op->len - done,
				  at);
		if (n == 0)
			break;
		if (n > 0)
			done += (size_t)n;
		else if (errno != EINTR)
			return -errno;
	}
	return (int64_t)done;
}

/* flock() rather than fcntl(): a lock of the file system itself, which a
 * cluster's keeps between its nodes. */
static int64_t posix_op(struct target *t, struct op *op)
{
	int64_t r;

	if (op->kind == OP_FLUSH)
		return fdatasync(t->file.fd) < 0 ? -errno : 0;
	if (!t->file.flock)
		return posix_transfer(t, op);
	if (flock(t->file.fd, op->kind == OP_WRITE ? LOCK_EX : LOCK_SH) < 0)
		return -errno;
	r = posix_transfer(t, op);
	return flock(t->file.fd, LOCK_UN) < 0 ? -errno : r;
}

static void posix_close(struct target *t)
{
	if (!t)
		return;
	file_close(&t->file);
	free(t);
}

static int posix_open(struct target **out, const struct storage_params *p,
		      struct err *e)
{
	struct target *t = calloc(1, sizeof(*t));
	int r;

	if (!t)
		return err_sys(e, -ENOMEM, "%s: open", p->target);
	r = file_open(&t->file, p, e);
	if (r < 0) {
		posix_close(t);
		return r;
	}
	*out = t;
	return 0;
}

static void posix_submit(struct target *t, struct op *op)
{
	op_done(op, posix_op(t, op));
}

static bool posix_blocks(struct target *t)
{
	(void)t;
	return true;
}

static int posix_drop_caches(struct target *t, struct err *e)
{
	return file_drop_caches(&t->file, e);
}

static bool posix_reads_disk(struct target *t)
{
	return t->file.on_disk;
}

static int posix_resident(struct target *t, uint64_t offset, uint64_t bytes,
			  uint64_t *found)
{
	return file_resident(&t->file, offset, bytes, found);
}

static int posix_space(struct target *t, uint64_t *avail, struct err *e)
{
	return file_space(&t->file, avail, e);
}

static void posix_describe(struct target *t, json_t *into)
{
	file_describe(&t->file, into);
}

const struct storage_ops storage_posix = {
	.name = "posix",
	.summary = "a mounted file system: pwrite, pread, fdatasync",
	.durability = "fdatasync returned: what the file system and its "
		      "device promise",
	.caps = STORAGE_ASYNC | STORAGE_SHARED | STORAGE_PARTS,
	.keys = file_keys,
	.open = posix_open,
	.submit = posix_submit,
	.blocks = posix_blocks,
	.drop_caches = posix_drop_caches,
	.reads_disk = posix_reads_disk,
	.resident = posix_resident,
	.space = posix_space,
	.describe = posix_describe,
	.close = posix_close,
	.remove = file_remove,
	.folder = file_folder,
};
