/* CephFS through libcephfs: one mount for one open file, with the client's
 * cache on, as any user has it. libcephfs has no asynchronous data calls, so
 * depth is a matter of threads. Nothing of the kernel's client is here: that
 * is the posix driver on a mounted CephFS. */
#include <cephfs/libcephfs.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "cleanup.h"
#include "storage/ceph/ceph.h"

struct target {
	struct cluster cluster;
	char *folder, *file; /* the mount's root, and the path below it */
	enum storage_mode mode;
	struct ceph_mount_info *mount;
	int fd;
};

static int64_t cephfs_op(struct target *t, struct op *op)
{
	size_t done = 0;
	int n;

	if (op->kind == OP_FLUSH)
		return ceph_fsync(t->mount, t->fd, 1);
	while (done < op->len) {
		char *buf = (char *)op->buf + done;
		int64_t left = (int64_t)(op->len - done);
		int64_t at = (int64_t)(op->offset + done);

		if (op->kind == OP_WRITE)
			n = ceph_write(t->mount, t->fd, buf, left, at);
		else
			n = ceph_read(t->mount, t->fd, buf, left, at);
		if (n < 0)
			return n;
		if (n == 0)
			break;
		done += (size_t)n;
	}
	return (int64_t)done;
}

static int unmount(void *arg)
{
	struct target *t = arg;
	int r = 0, r2 = 0;

	if (t->fd >= 0)
		r = ceph_close(t->mount, t->fd);
	t->fd = -1;
	if (t->mount && ceph_is_mounted(t->mount))
		r2 = ceph_unmount(t->mount);
	if (t->mount)
		ceph_release(t->mount);
	t->mount = NULL;
	return r < 0 ? r : r2;
}

/* An operation that never ends holds its thread. */
static int stop(void *arg)
{
	struct target *t = arg;

	return unmount(t);
}

static int mount(void *arg)
{
	struct target *t = arg;
	int r = ceph_create_from_rados(&t->mount, t->cluster.rados);

	if (r < 0)
		return r;
	r = ceph_mount(t->mount, t->folder);
	if (r < 0) {
		ceph_release(t->mount);
		t->mount = NULL;
	}
	return r;
}

static int open_file(void *arg)
{
	static const int flags[] = {
		[STORAGE_CREATE] = O_RDWR | O_CREAT | O_EXCL,
		[STORAGE_READ] = O_RDONLY,
		[STORAGE_UPDATE] = O_RDWR,
	};
	struct target *t = arg;
	int r = ceph_open(t->mount, t->file, flags[t->mode] | O_NOFOLLOW, 0600);

	if (r < 0)
		return r;
	t->fd = r;
	return 0;
}

/* 0 when it is not there. */
static int unlink_file(void *arg)
{
	struct target *t = arg;
	int r = ceph_unlink(t->mount, t->file);

	return r == -ENOENT ? 0 : r;
}

static void cephfs_close(struct target *t)
{
	if (!t)
		return;
	if (t->cluster.rados && !t->cluster.lost)
		cluster_call(&t->cluster, stop, t);
	if (t->cluster.lost)
		return;
	cluster_close(&t->cluster);
	free(t->folder);
	free(t->file);
	free(t);
}

/* Calls that wait for the metadata server have no limit of their own. */
static int bounded(struct target *t, int (*fn)(void *), const char *what,
		   struct err *e)
{
	int r = cluster_call(&t->cluster, fn, t);

	if (r < 0 && t->cluster.lost)
		return err_set(e, r, "%s: %s folder %s: no answer in %u s",
			       t->cluster.label, what, t->folder,
			       t->cluster.timeout_s);
	if (r < 0)
		return err_sys(e, r, "%s: %s folder %s", t->cluster.label, what,
			       t->folder);
	return 0;
}

static int target_new(struct target **out, const struct storage_params *p)
{
	struct target *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	t->fd = -1;
	t->mode = p->mode;
	t->folder = strdup(storage_option(p, "path", "/"));
	if (asprintf(&t->file, "/%s", p->object) < 0)
		t->file = NULL;
	if (!t->folder || !t->file) {
		cephfs_close(t);
		return -ENOMEM;
	}
	*out = t;
	return 0;
}

/* A target that is connected and mounted. */
static int target_mount(struct target **out, const struct storage_params *p,
			struct err *e)
{
	struct target *t;
	int r = target_new(&t, p);

	if (r < 0)
		return err_sys(e, r, "%s %s: mount", p->target, p->object);
	r = cluster_connect(&t->cluster, p, NULL, e);
	if (r == 0)
		r = bounded(t, mount, "mount", e);
	if (r < 0) {
		cephfs_close(t);
		return r;
	}
	*out = t;
	return 0;
}

static int cephfs_open(struct target **out, const struct storage_params *p,
		       struct err *e)
{
	struct target *t = NULL;
	int r = target_mount(&t, p, e);

	if (r < 0)
		return r;
	r = bounded(t, open_file,
		    p->mode == STORAGE_CREATE ? "create in" : "open in", e);
	if (r < 0) {
		cephfs_close(t);
		return r;
	}
	*out = t;
	return 0;
}

static void cephfs_submit(struct target *t, struct op *op)
{
	op_done(op, cephfs_op(t, op));
}

static bool cephfs_blocks(struct target *t)
{
	(void)t;
	return true;
}

static int sync_file(void *arg)
{
	struct target *t = arg;

	return ceph_fsync(t->mount, t->fd, 0);
}

/* The client's cache ends with its mount. */
static int cephfs_drop_caches(struct target *t, struct err *e)
{
	int r = 0;

	if (t->mode != STORAGE_READ)
		r = bounded(t, sync_file, "sync in", e);
	if (r == 0)
		r = bounded(t, unmount, "unmount", e);
	if (r == 0)
		r = bounded(t, mount, "mount", e);
	/* It is there now. */
	if (t->mode == STORAGE_CREATE)
		t->mode = STORAGE_UPDATE;
	if (r == 0)
		r = bounded(t, open_file, "open in", e);
	return r;
}

struct space {
	struct target *t;
	struct statvfs v;
};

static int ask_space(void *arg)
{
	struct space *s = arg;

	return ceph_statfs(s->t->mount, "/", &s->v);
}

static int cephfs_space(struct target *t, uint64_t *avail, struct err *e)
{
	struct space *s = calloc(1, sizeof(*s));
	int r = -ENOMEM;

	if (s) {
		s->t = t;
		r = cluster_call(&t->cluster, ask_space, s);
	}
	if (r == 0)
		*avail = (uint64_t)s->v.f_bavail * s->v.f_frsize;
	if (!t->cluster.lost)
		free(s);
	if (r < 0)
		return err_sys(e, r, "%s: statfs %s", t->cluster.label,
			       t->folder);
	return 0;
}

static void describe_layout(struct target *t, json_t *into)
{
	int unit, count, object, pool, replicas;
	char name[128];
	int r = ceph_get_file_layout(t->mount, t->fd, &unit, &count, &object,
				     &pool);

	if (r < 0)
		return;
	json_object_set_new(into, "stripe_unit_bytes", json_integer(unit));
	json_object_set_new(into, "stripe_count", json_integer(count));
	json_object_set_new(into, "object_bytes", json_integer(object));
	r = ceph_get_pool_name(t->mount, pool, name, sizeof(name));
	if (r > 0)
		json_object_set_new(into, "pool", json_string(name));
	replicas = ceph_get_pool_replication(t->mount, pool);
	if (replicas > 0)
		json_object_set_new(into, "pool_size", json_integer(replicas));
}

static void cephfs_describe(struct target *t, json_t *into)
{
	char cache[16] = "";

	cluster_describe(&t->cluster, into);
	json_object_set_new(into, "path", json_string(t->folder));
	describe_layout(t, into);
	if (rados_conf_get(t->cluster.rados, "client_oc", cache,
			   sizeof(cache)) == 0)
		json_object_set_new(into, "client_cache",
				    json_boolean(strcmp(cache, "true") == 0));
}

static int cephfs_remove(const struct storage_params *p, struct err *e)
{
	struct target *t = NULL;
	int r = target_mount(&t, p, e);

	if (r < 0)
		return r;
	r = bounded(t, unlink_file, "remove from", e);
	cephfs_close(t);
	return r;
}

/* libcephfs has Ceph's version for its own. */
static const char *cephfs_library(char *buf, size_t size)
{
	int major, minor, patch;

	snprintf(buf, size, "libcephfs %s",
		 ceph_version(&major, &minor, &patch));
	return buf;
}

static const struct storage_key cephfs_keys[] = {
	CLUSTER_KEYS,
	{"path", KEY_OPTIONAL, "a folder inside the file system; /"},
	{.name = NULL},
};

const struct storage_ops storage_cephfs = {
	.name = "cephfs",
	.summary = "a file in CephFS, through libcephfs, client cache on",
	.durability = "ceph_fsync returned: the data is on the stable storage "
		      "of all replicas",
	.caps = STORAGE_ASYNC | STORAGE_FRESH_IS_COLD | STORAGE_PARTS,
	.keys = cephfs_keys,
	.open = cephfs_open,
	.submit = cephfs_submit,
	.blocks = cephfs_blocks,
	.drop_caches = cephfs_drop_caches,
	.space = cephfs_space,
	.describe = cephfs_describe,
	.close = cephfs_close,
	.remove = cephfs_remove,
	.version = cephfs_library,
};
