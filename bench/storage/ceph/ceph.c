/* See ceph.h. */
#include "storage/ceph/ceph.h"

#include <errno.h>
#include <string.h>

#include "cleanup.h"

/* Monitors answer at once or not at all. */
#define CONNECT_LIMIT_S 10

unsigned cluster_connect_limit(unsigned timeout_s)
{
	return timeout_s < CONNECT_LIMIT_S ? timeout_s : CONNECT_LIMIT_S;
}

/* An operation ends a second before the engine would give up on it, so that
 * the library is the one to say so and nothing stays in flight. */
static int set_limits(struct cluster *c)
{
	static const char *const names[] = {
		"client_mount_timeout",
		"rados_mon_op_timeout",
		"rados_osd_op_timeout",
	};
	char limits[ARRAY_SIZE(names)][16];
	unsigned op = c->timeout_s > 1 ? c->timeout_s - 1 : 1;
	int r = 0;

	snprintf(limits[0], sizeof(limits[0]), "%u",
		 cluster_connect_limit(c->timeout_s));
	snprintf(limits[1], sizeof(limits[1]), "%u", op);
	snprintf(limits[2], sizeof(limits[2]), "%u", op);
	for (size_t i = 0; i < ARRAY_SIZE(names) && r == 0; i++)
		r = rados_conf_set(c->rados, names[i], limits[i]);
	return r;
}

static int connect_fail(const struct cluster *c, int r, const char *conf,
			const char *user, struct err *e)
{
	switch (r) {
	case -ETIMEDOUT:
		return err_set(e, r,
			       "%s: connect with %s: no monitor answered in "
			       "%u s",
			       c->label, conf,
			       cluster_connect_limit(c->timeout_s));
	case -ENOENT:
		return err_set(e, r,
			       "%s: connect with %s: no key for client.%s in "
			       "its keyring",
			       c->label, conf, user);
	case -EACCES:
	case -EPERM:
		return err_set(e, r,
			       "%s: connect with %s: the monitors refuse "
			       "client.%s",
			       c->label, conf, user);
	default:
		return err_sys(e, r, "%s: connect with %s as client.%s",
			       c->label, conf, user);
	}
}

static int configure(struct cluster *c, const char *conf,
		     const char *const *settings, struct err *e)
{
	int r = rados_conf_read_file(c->rados, conf);

	if (r < 0)
		return err_sys(e, r, "%s: read %s", c->label, conf);
	r = set_limits(c);
	for (; r == 0 && settings && *settings; settings += 2)
		r = rados_conf_set(c->rados, settings[0], settings[1]);
	if (r < 0)
		return err_sys(e, r, "%s: configure the client", c->label);
	return 0;
}

int cluster_connect(struct cluster *c, const struct storage_params *p,
		    const char *const *settings, struct err *e)
{
	const char *conf = storage_option(p, "conf", "");
	const char *user = storage_option(p, "user", "admin");
	int r;

	*c = (struct cluster){.timeout_s = p->timeout_s};
	if (asprintf(&c->label, "%s %s", p->target, p->object) < 0) {
		c->label = NULL;
		return err_sys(e, -ENOMEM, "%s: connect", p->target);
	}
	r = rados_create(&c->rados, user);
	if (r < 0) {
		c->rados = NULL;
		err_sys(e, r, "%s: connect as client.%s", c->label, user);
		goto fail;
	}
	r = configure(c, conf, settings, e);
	if (r < 0)
		goto fail;
	r = rados_connect(c->rados);
	if (r < 0) {
		connect_fail(c, r, conf, user, e);
		goto fail;
	}
	return 0;
fail:
	cluster_close(c);
	return r;
}

static int pool_open(struct cluster *c, const char *pool, struct err *e)
{
	int r = rados_ioctx_create(c->rados, pool, &c->io);

	if (r < 0) {
		c->io = NULL;
		return err_sys(e, r, "%s: open pool %s", c->label, pool);
	}
	c->pool = strdup(pool);
	if (!c->pool)
		return err_sys(e, -ENOMEM, "%s: open pool %s", c->label, pool);
	/* Otherwise writes wait until someone makes room. */
	rados_set_pool_full_try(c->io);
	return 0;
}

int cluster_open(struct cluster *c, const struct storage_params *p,
		 const char *const *settings, struct err *e)
{
	int r = cluster_connect(c, p, settings, e);

	if (r < 0)
		return r;
	r = pool_open(c, storage_option(p, "pool", ""), e);
	if (r < 0)
		cluster_close(c);
	return r;
}

void cluster_close(struct cluster *c)
{
	if (c->io)
		rados_ioctx_destroy(c->io);
	if (c->rados)
		rados_shutdown(c->rados);
	free(c->pool);
	free(c->label);
	*c = (struct cluster){.rados = NULL};
}

/* In libcephfs only; NULL in a build without it. */
__attribute__((weak)) const char *ceph_version(int *major, int *minor,
					       int *patch);

const char *cluster_version(char *buf, size_t size, const char *name,
			    void (*version)(int *, int *, int *))
{
	int major = 0, minor = 0, extra = 0, n;

	version(&major, &minor, &extra);
	n = snprintf(buf, size, "%s %d.%d.%d", name, major, minor, extra);
	if (n > 0 && (size_t)n < size && ceph_version)
		snprintf(buf + n, size - (size_t)n, ", ceph %s",
			 ceph_version(&major, &minor, &extra));
	return buf;
}
