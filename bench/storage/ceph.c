/* See ceph.h. */
#include "storage/ceph.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cleanup.h"
#include "units.h"

/* Monitors answer at once or not at all. */
#define CONNECT_LIMIT_S 10

struct call {
	int (*fn)(void *);
	void *arg;
	int result;
	bool done, left; /* left: nobody waits any more */
	pthread_mutex_t lock;
	pthread_cond_t ended;
};

static struct call *call_new(int (*fn)(void *), void *arg)
{
	struct call *call = calloc(1, sizeof(*call));
	pthread_condattr_t attr;

	if (!call)
		return NULL;
	call->fn = fn;
	call->arg = arg;
	pthread_mutex_init(&call->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&call->ended, &attr);
	pthread_condattr_destroy(&attr);
	return call;
}

static void call_free(struct call *call)
{
	pthread_cond_destroy(&call->ended);
	pthread_mutex_destroy(&call->lock);
	free(call);
}

static void *call_thread(void *arg)
{
	struct call *call = arg;
	int r = call->fn(call->arg);
	bool left;

	pthread_mutex_lock(&call->lock);
	call->result = r;
	call->done = true;
	left = call->left;
	pthread_cond_signal(&call->ended);
	pthread_mutex_unlock(&call->lock);
	if (left)
		call_free(call);
	return NULL;
}

/* True when the call has ended; otherwise its thread is left behind. */
static bool call_wait(struct call *call, unsigned timeout_s)
{
	struct timespec end;
	bool done;
	int r = 0;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += timeout_s;
	pthread_mutex_lock(&call->lock);
	while (!call->done && r == 0)
		r = pthread_cond_timedwait(&call->ended, &call->lock, &end);
	done = call->done;
	call->left = !done;
	pthread_mutex_unlock(&call->lock);
	return done;
}

int cluster_call(struct cluster *c, int (*fn)(void *), void *arg)
{
	struct call *call = call_new(fn, arg);
	pthread_t thread;
	int r;

	if (!call)
		return -ENOMEM;
	r = pthread_create(&thread, NULL, call_thread, call);
	if (r != 0) {
		call_free(call);
		return -r;
	}
	if (!call_wait(call, c->timeout_s)) {
		c->lost = true;
		pthread_detach(thread);
		return -ETIMEDOUT;
	}
	pthread_join(thread, NULL);
	r = call->result;
	call_free(call);
	return r;
}

static unsigned connect_limit(unsigned timeout_s)
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
		 connect_limit(c->timeout_s));
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
			       c->label, conf, connect_limit(c->timeout_s));
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

/* The answer to a monitor command, or NULL with a negative *r. */
static json_t *ask(struct cluster *c, json_t *request, int *r)
{
	cleanup_free char *text = json_dumps(request, JSON_COMPACT);
	const char *command[] = {text};
	json_t *answer = NULL;
	char *out = NULL, *status = NULL;
	size_t out_len = 0, status_len = 0;

	json_decref(request);
	if (!text) {
		*r = -ENOMEM;
		return NULL;
	}
	*r = rados_mon_command(c->rados, command, 1, "", 0, &out, &out_len,
			       &status, &status_len);
	if (*r >= 0) {
		answer = json_loadb(out ? out : "", out_len, 0, NULL);
		*r = answer ? 0 : -EPROTO;
	}
	rados_buffer_free(out);
	rados_buffer_free(status);
	return answer;
}

static uint64_t number(const json_t *stats, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(stats, key));

	return n > 0 ? (uint64_t)n : 0;
}

static uint64_t pool_avail(const json_t *stats)
{
	uint64_t avail = number(stats, "max_avail");
	uint64_t quota = number(stats, "quota_bytes");
	uint64_t stored = number(stats, "stored"), left;

	left = quota > stored ? quota - stored : 0;
	return quota > 0 && left < avail ? left : avail;
}

/* 1 when the answer names the pool, 0 when it does not (yet). */
static int pool_find(const struct cluster *c, const json_t *answer,
		     uint64_t *avail)
{
	json_t *pool;
	size_t i;

	json_array_foreach (json_object_get(answer, "pools"), i, pool) {
		const char *name =
			json_string_value(json_object_get(pool, "name"));

		if (!name || strcmp(name, c->pool) != 0)
			continue;
		*avail = pool_avail(json_object_get(pool, "stats"));
		return 1;
	}
	return 0;
}

int cluster_pool_space(struct cluster *c, uint64_t *avail, struct err *e)
{
	uint64_t end =
		now_ns() + connect_limit(c->timeout_s) * UINT64_C(1000000000);

	for (;;) {
		int r;
		json_auto_t *answer =
			ask(c,
			    json_pack("{s:s, s:s, s:s}", "prefix", "df",
				      "detail", "detail", "format", "json"),
			    &r);

		if (!answer)
			return err_sys(e, r, "%s: ask for the space in pool %s",
				       c->label, c->pool);
		if (pool_find(c, answer, avail))
			return 0;
		if (now_ns() > end)
			return err_set(e, -ENOENT,
				       "%s: the monitors report no space for "
				       "pool %s",
				       c->label, c->pool);
		usleep(100000);
	}
}

static void copy_field(json_t *into, const char *name, json_t *from,
		       const char *key)
{
	json_t *value = json_object_get(from, key);

	if (value)
		json_object_set(into, name, value);
}

static void describe_pool(struct cluster *c, json_t *into)
{
	static const char *const fields[][2] = {
		{"pool_size", "size"},
		{"pool_min_size", "min_size"},
		{"pool_pgs", "pg_num"},
		{"pool_erasure_profile", "erasure_code_profile"},
	};
	int r;
	json_auto_t *answer =
		ask(c,
		    json_pack("{s:s, s:s, s:s, s:s}", "prefix", "osd pool get",
			      "pool", c->pool, "var", "all", "format", "json"),
		    &r);

	json_object_set_new(into, "pool", json_string(c->pool));
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		copy_field(into, fields[i][0], answer, fields[i][1]);
}

void cluster_describe(struct cluster *c, json_t *into)
{
	char fsid[37];
	int r;
	json_auto_t *answer = ask(
		c,
		json_pack("{s:s, s:s}", "prefix", "version", "format", "json"),
		&r);

	if (rados_cluster_fsid(c->rados, fsid, sizeof(fsid)) > 0)
		json_object_set_new(into, "fsid", json_string(fsid));
	copy_field(into, "server", answer, "version");
	if (c->pool)
		describe_pool(c, into);
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
