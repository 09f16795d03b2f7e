/* RBD images through librbd, as a hypervisor uses them. The client's cache is
 * off, so an acknowledged write is on the OSDs. Images have the layering
 * feature only: one writer needs no exclusive lock, and an object map would
 * add its own writes to what is measured. */
#include <errno.h>
#include <rbd/librbd.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cleanup.h"
#include "storage/ceph/ceph.h"

#define OBJECT_ORDER 22 /* objects of 4 MiB, RBD's own default */

struct target {
	struct cluster cluster;
	char *image_name;
	rbd_image_t image;
	uint64_t size_bytes;
	enum storage_mode mode;
};

static const char *const settings[] = {
	"rbd_cache",
	"false",
	/* The engine leaves a buffer alone until its write is done. */
	"rbd_disable_zero_copy_writes",
	"false",
	NULL,
};

static void complete(rbd_completion_t c, void *arg)
{
	ssize_t r = rbd_aio_get_return_value(c);
	struct op *op = arg;

	rbd_aio_release(c);
	if (op->kind == OP_WRITE && r == 0)
		r = (ssize_t)op->len;
	op_done(op, r);
}

/* What librbd answers otherwise than a file: a read past the end with
 * -EINVAL, and a write to an image opened to read never. */
static bool answered_here(const struct target *t, struct op *op)
{
	if (op->kind == OP_READ && op->offset >= t->size_bytes)
		op_done(op, 0);
	else if (op->kind == OP_WRITE && t->mode == STORAGE_READ)
		op_done(op, -EROFS);
	else
		return false;
	return true;
}

static void rbd_submit(struct target *t, struct op *op)
{
	rbd_completion_t c;
	int r;

	if (answered_here(t, op))
		return;
	r = rbd_aio_create_completion(op, complete, &c);
	if (r < 0) {
		op_done(op, r);
		return;
	}
	switch (op->kind) {
	case OP_READ:
		r = rbd_aio_read(t->image, op->offset, op->len, (char *)op->buf,
				 c);
		break;
	case OP_WRITE:
		r = rbd_aio_write(t->image, op->offset, op->len,
				  (const char *)op->buf, c);
		break;
	case OP_FLUSH:
		r = rbd_aio_flush(t->image, c);
		break;
	}
	if (r < 0) {
		rbd_aio_release(c);
		op_done(op, r);
	}
}

static int image_close(void *arg)
{
	struct target *t = arg;

	return rbd_close(t->image);
}

static void rbd_close_target(struct target *t)
{
	if (!t)
		return;
	if (t->image)
		cluster_call(&t->cluster, image_close, t);
	if (t->cluster.lost)
		return;
	cluster_close(&t->cluster);
	free(t->image_name);
	free(t);
}

/* librbd removes an image by way of this object and cannot make it once the
 * pool is full: the image could not be removed to make room. */
static void trash_create(rados_ioctx_t io)
{
	rados_write_op_t create = rados_create_write_op();

	rados_write_op_create(create, LIBRADOS_CREATE_IDEMPOTENT, NULL);
	rados_write_op_operate(create, io, "rbd_trash", NULL, 0);
	rados_release_write_op(create);
}

static int image_create(struct target *t)
{
	int order = OBJECT_ORDER;

	trash_create(t->cluster.io);
	return rbd_create2(t->cluster.io, t->image_name, t->size_bytes,
			   RBD_FEATURE_LAYERING, &order);
}

static int image_open(void *arg)
{
	struct target *t = arg;
	rbd_image_t image;
	int r = 0;

	if (t->mode == STORAGE_CREATE)
		r = image_create(t);
	if (r < 0)
		return r;
	if (t->mode == STORAGE_READ)
		r = rbd_open_read_only(t->cluster.io, t->image_name, &image,
				       NULL);
	else
		r = rbd_open(t->cluster.io, t->image_name, &image, NULL);
	if (r < 0)
		return r;
	/* An image or pool setting may turn the cache on again; it then stays
	 * in writethrough mode until the first flush. */
	if (t->mode != STORAGE_READ)
		r = rbd_flush(image);
	if (r == 0)
		r = rbd_get_size(image, &t->size_bytes);
	if (r < 0)
		rbd_close(image);
	else
		t->image = image;
	return r;
}

static char *image_name(const struct storage_params *p)
{
	char *name;

	if (asprintf(&name, "%s%s", storage_option(p, "image", ""), p->object) <
	    0)
		return NULL;
	return name;
}

static int rbd_open_target(struct target **out, const struct storage_params *p,
			   struct err *e)
{
	struct target *t = calloc(1, sizeof(*t));
	int r;

	if (!t || !(t->image_name = image_name(p))) {
		free(t);
		return err_sys(e, -ENOMEM, "%s %s: open", p->target, p->object);
	}
	t->size_bytes = p->size_bytes;
	t->mode = p->mode;
	r = cluster_open(&t->cluster, p, settings, e);
	if (r < 0) {
		rbd_close_target(t);
		return r;
	}
	r = cluster_call(&t->cluster, image_open, t);
	if (r < 0) {
		err_sys(e, r, "%s: %s image %s in pool %s", t->cluster.label,
			p->mode == STORAGE_CREATE ? "create" : "open",
			t->image_name, t->cluster.pool);
		rbd_close_target(t);
		return r;
	}
	*out = t;
	return 0;
}

static int rbd_space(struct target *t, uint64_t *avail, struct err *e)
{
	return cluster_pool_space(&t->cluster, avail, e);
}

/* What holds after the image's and the pool's own settings. */
static void describe_settings(struct target *t, json_t *into)
{
	rbd_config_option_t *options = NULL;
	int count = 0, r;

	r = rbd_config_image_list(t->image, options, &count);
	if (r != -ERANGE || count <= 0)
		return;
	options = calloc((size_t)count, sizeof(*options));
	if (!options)
		return;
	r = rbd_config_image_list(t->image, options, &count);
	for (int i = 0; r == 0 && i < count; i++)
		if (strcmp(options[i].name, "rbd_cache") == 0)
			json_object_set_new(
				into, "client_cache",
				json_boolean(strcmp(options[i].value, "true") ==
					     0));
	if (r == 0)
		rbd_config_image_list_cleanup(options, count);
	free(options);
}

static void rbd_describe(struct target *t, json_t *into)
{
	rbd_image_info_t info;
	uint64_t features;

	cluster_describe(&t->cluster, into);
	json_object_set_new(into, "image", json_string(t->image_name));
	if (rbd_stat(t->image, &info, sizeof(info)) == 0)
		json_object_set_new(into, "object_bytes",
				    json_integer((json_int_t)info.obj_size));
	if (rbd_get_features(t->image, &features) == 0)
		json_object_set_new(into, "features",
				    json_integer((json_int_t)features));
	describe_settings(t, into);
}

static bool image_exists(const struct cluster *c, const char *name)
{
	rbd_image_t image;
	int r = rbd_open_read_only(c->io, name, &image, NULL);

	if (r == 0)
		rbd_close(image);
	return r != -ENOENT;
}

/* A client that was killed holds its image until its watch runs out (30 s by
 * default); the image is busy until then. */
static int image_remove(const struct cluster *c, const char *name)
{
	static const struct timespec pause = {.tv_nsec = 500000000};
	int r;

	for (unsigned i = 0;; i++) {
		r = rbd_remove(c->io, name);
		if (r == -ENOENT)
			return image_exists(c, name) ? -ENOSPC : 0;
		if (r != -EBUSY || i >= 2 * c->timeout_s)
			return r;
		nanosleep(&pause, NULL);
	}
}

static int rbd_remove_image(const struct storage_params *p, struct err *e)
{
	cleanup_free char *name = image_name(p);
	struct cluster c;
	int r;

	if (!name)
		return err_sys(e, -ENOMEM, "%s %s: remove", p->target,
			       p->object);
	r = cluster_open(&c, p, settings, e);
	if (r < 0)
		return r;
	r = image_remove(&c, name);
	if (r < 0)
		err_sys(e, r, "%s: remove image %s from pool %s", c.label, name,
			c.pool);
	cluster_close(&c);
	return r;
}

static const char *rbd_library(char *buf, size_t size)
{
	return cluster_version(buf, size, "librbd", rbd_version);
}

static const struct storage_key rbd_keys[] = {
	CLUSTER_KEYS,
	{"pool", KEY_REQUIRED, "the pool that holds the images"},
	{"image", KEY_OPTIONAL, "what the names of our images begin with"},
	{.name = NULL},
};

const struct storage_ops storage_rbd = {
	.name = "rbd",
	.summary = "an image in a Ceph pool, through librbd, client cache off",
	.durability = "rbd_flush returned: every write is on the stable "
		      "storage of all replicas",
	.caps = STORAGE_ASYNC | STORAGE_FRESH_IS_COLD,
	.keys = rbd_keys,
	.open = rbd_open_target,
	.submit = rbd_submit,
	.space = rbd_space,
	.describe = rbd_describe,
	.close = rbd_close_target,
	.remove = rbd_remove_image,
	.version = rbd_library,
};
