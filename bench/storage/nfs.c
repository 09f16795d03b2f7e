/* NFSv3 through libnfs, in user space: no mount, and no client cache (libnfs'
 * read-ahead and page cache are off unless the url asks, which is refused).
 * Not NFSv4: libnfs 4.0.0 encodes its writes into 4 KiB. No reconnecting: a
 * server that is gone ends the case. */
#include "storage/nfs_export.h"

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "cleanup.h"
#include "units.h"

/* A block larger than the server's largest transfer goes out in parts, this
 * many at a time, as the kernel's client would send it. */
#define PARTS_MAX 8u

struct part {
	struct slot *slot;
	size_t offset, len; /* within the operation; what is still missing */
	struct part *next;
};

/* An operation in flight. */
struct slot {
	struct target *t;
	struct op *op; /* NULL: none, or given up */
	size_t issued; /* bytes handed out to parts so far */
	size_t end;    /* where the file ended, at most op->len */
	unsigned out;  /* parts and flushes that libnfs holds */
	int error;
	struct part parts[PARTS_MAX], *idle;
	struct slot *next;
};

struct target {
	struct nfs_export x;
	struct nfsfh *fh;
	uint64_t heard_ns; /* when the server last answered */
	struct slot *idle;
	unsigned depth;
	struct slot slots[];
};

static void slot_end(struct slot *s)
{
	struct op *op = steal_pointer(&s->op);
	struct target *t = s->t;

	s->next = t->idle;
	t->idle = s;
	op_done(op, s->error ? s->error : (int64_t)s->end);
}

/* The server is gone: what is in flight ends now. Its slots stay taken, as
 * libnfs may still call back. */
static void lose(struct target *t, int code)
{
	if (!t->x.lost)
		t->x.lost = code;
	for (unsigned i = 0; i < t->depth; i++)
		if (t->slots[i].op)
			op_done(steal_pointer(&t->slots[i].op), t->x.lost);
}

static void part_done(int status, struct nfs_context *nfs, void *data,
		      void *arg);

static int part_issue(struct part *part)
{
	const struct op *op = part->slot->op;
	struct target *t = part->slot->t;
	uint64_t at = op->offset + part->offset;

	if (op->kind == OP_READ)
		return nfs_pread_async(t->x.nfs, t->fh, at, part->len,
				       part_done, part);
	return nfs_pwrite_async(t->x.nfs, t->fh, at, part->len,
				op->buf + part->offset, part_done, part);
}

/* Sends as many parts as may be out, and ends the operation after the last. */
static void slot_pump(struct slot *s)
{
	const struct op *op = s->op;
	size_t max = op->kind == OP_READ ? s->t->x.read_max : s->t->x.write_max;

	while (s->idle && !s->error && s->issued < s->end) {
		struct part *part = s->idle;

		part->offset = s->issued;
		part->len =
			op->len - s->issued < max ? op->len - s->issued : max;
		if (part_issue(part) < 0) {
			s->error = -ENOMEM;
			break;
		}
		s->issued += part->len;
		s->idle = part->next;
		s->out++;
	}
	if (s->out == 0)
		slot_end(s);
}

/* Takes an answer in; true when the part is over. */
static bool part_take(struct part *part, int status, const void *data)
{
	struct slot *s = part->slot;
	size_t n;

	if (status < 0)
		s->error = export_errno(status);
	else if (status == 0 && s->op->kind == OP_WRITE)
		s->error = -EIO;
	else if (status == 0 && part->offset < s->end)
		s->end = part->offset;
	if (status <= 0)
		return true;
	n = (size_t)status < part->len ? (size_t)status : part->len;
	if (s->op->kind == OP_READ)
		memcpy(s->op->buf + part->offset, data, n);
	part->offset += n;
	part->len -= n;
	return part->len == 0;
}

static void part_done(int status, struct nfs_context *nfs, void *data,
		      void *arg)
{
	struct part *part = arg;
	struct slot *s = part->slot;

	(void)nfs;
	if (!s->op)
		return;
	s->t->heard_ns = now_ns();
	if (!part_take(part, status, data)) {
		if (part_issue(part) == 0)
			return;
		s->error = -ENOMEM;
	}
	part->next = s->idle;
	s->idle = part;
	s->out--;
	slot_pump(s);
}

static void flush_done(int status, struct nfs_context *nfs, void *data,
		       void *arg)
{
	struct slot *s = arg;

	(void)nfs;
	(void)data;
	if (!s->op)
		return;
	s->t->heard_ns = now_ns();
	s->error = status < 0 ? export_errno(status) : 0;
	slot_end(s);
}

static void nfs_submit(struct target *t, struct op *op)
{
	struct slot *s = t->idle;

	if (t->x.lost || !s) {
		op_done(op, t->x.lost ? t->x.lost : -EBUSY);
		return;
	}
	t->idle = s->next;
	s->op = op;
	s->issued = 0;
	s->end = op->len;
	s->error = 0;
	t->heard_ns = now_ns();
	if (op->kind != OP_FLUSH) {
		slot_pump(s);
	} else if (nfs_fsync_async(t->x.nfs, t->fh, flush_done, s) < 0) {
		s->error = -ENOMEM;
		slot_end(s);
	}
	/* Without waiting for poll to find the socket writable. */
	if (nfs_service(t->x.nfs, POLLOUT) < 0)
		lose(t, -ECONNRESET);
}

static int nfs_poll(struct target *t, int timeout_ms)
{
	struct pollfd p = {
		.fd = nfs_get_fd(t->x.nfs),
		.events = (short)nfs_which_events(t->x.nfs),
	};
	int n;

	if (t->x.lost)
		return t->x.lost;
	n = poll(&p, 1, timeout_ms);
	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	if (n == 0 && now_ns() - t->heard_ns > t->x.timeout_ns)
		lose(t, -ETIMEDOUT);
	else if (nfs_service(t->x.nfs, p.revents) < 0)
		lose(t, -ECONNRESET);
	return 0;
}

static void nfs_close_target(struct target *t)
{
	if (!t)
		return;
	export_release(&t->x, t->fh);
	export_close(&t->x);
	free(t);
}

static void slots_init(struct target *t, unsigned depth)
{
	t->depth = depth;
	for (unsigned i = 0; i < depth; i++) {
		struct slot *s = &t->slots[i];

		s->t = t;
		s->next = t->idle;
		t->idle = s;
		for (unsigned k = 0; k < PARTS_MAX; k++) {
			s->parts[k].slot = s;
			s->parts[k].next = s->idle;
			s->idle = &s->parts[k];
		}
	}
}

static int nfs_open_target(struct target **out, const struct storage_params *p,
			   struct err *e)
{
	struct target *t;
	int r;

	t = calloc(1, sizeof(*t) + p->depth * sizeof(t->slots[0]));
	if (!t)
		return err_sys(e, -ENOMEM, "%s: open", p->target);
	slots_init(t, p->depth);
	r = export_mount(&t->x, p, e);
	if (r == 0)
		r = export_open(&t->x, p->mode, &t->fh, e);
	if (r < 0) {
		nfs_close_target(t);
		return r;
	}
	*out = t;
	return 0;
}

static int nfs_remove(const struct storage_params *p, struct err *e)
{
	struct nfs_export x;
	int r = export_mount(&x, p, e);

	if (r == 0)
		r = export_remove(&x, e);
	export_close(&x);
	return r;
}

static int nfs_space(struct target *t, uint64_t *avail, struct err *e)
{
	return export_space(&t->x, avail, e);
}

static void nfs_describe(struct target *t, json_t *into)
{
	json_object_set_new(into, "nfs_version", json_integer(3));
	json_object_set_new(into, "read_max_bytes",
			    json_integer((json_int_t)t->x.read_max));
	json_object_set_new(into, "write_max_bytes",
			    json_integer((json_int_t)t->x.write_max));
}

/* libnfs tells its version nowhere but in its file's name. */
static const char *nfs_version(char *buf, size_t size)
{
	cleanup_free char *path = NULL;
	const char *base;
	Dl_info info;

	if (dladdr((void *)nfs_init_context, &info) && info.dli_fname)
		path = realpath(info.dli_fname, NULL);
	base = path ? strrchr(path, '/') : NULL;
	snprintf(buf, size, "%s", base ? base + 1 : "libnfs");
	return buf;
}

static const struct storage_key nfs_keys[] = {
	{"url", KEY_REQUIRED,
	 "nfs://HOST/PATH?version=3&nfsport=N&mountport=M: the export; ports "
	 "only where no portmapper answers"},
	{.name = NULL},
};

const struct storage_ops storage_nfs = {
	.name = "nfs",
	.summary = "NFSv3 in user space, through libnfs",
	.durability = "COMMIT answered: what the server promises for it (a "
		      "server exporting async promises nothing)",
	.caps = STORAGE_ASYNC | STORAGE_FRESH_IS_COLD | STORAGE_PARTS,
	.keys = nfs_keys,
	.open = nfs_open_target,
	.submit = nfs_submit,
	.poll = nfs_poll,
	.space = nfs_space,
	.describe = nfs_describe,
	.close = nfs_close_target,
	.remove = nfs_remove,
	.version = nfs_version,
};
