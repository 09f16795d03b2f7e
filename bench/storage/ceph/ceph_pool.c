/* What the monitors say of a cluster and its pools. See ceph.h. */
#include "storage/ceph/ceph.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "units.h"

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
	uint64_t end = now_ns() + cluster_connect_limit(c->timeout_s) *
					  UINT64_C(1000000000);

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
