/* /etc/ie-netd.conf: `key = value` lines (ie-netd.8). */
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "netd/netd.h"

struct loader {
	struct netd_conf *conf;
	struct err *err;
};

static bool number(const char *s, uint64_t max, uint64_t *out)
{
	char *end;

	*out = strtoull(s, &end, 10);
	return *s >= '0' && *s <= '9' && !*end && *out >= 1 && *out <= max;
}

static bool pools(struct pool *p, char *rest)
{
	char *word;

	while ((word = strsep(&rest, " \t\n")))
		if (*word && pool_add(p, word))
			return false;
	return true;
}

static int on_entry(void *arg, const char *section, const char *key,
		    const char *value)
{
	static const char *const keys[][2] = {
		{"pools", "subnets of 4 to 2^24 addresses that do not overlap, "
			  "such as 10.1.0.0/24"},
		{"uplink", "the name of an interface"},
		{"per_user", "a number of addresses"},
		{"rest_days", "a number of days"},
		{"uid_max", "a number"},
	};
	struct loader *l = arg;
	cleanup_free char *copy = strdup(value);
	struct netd_conf *c = l->conf;
	size_t i = 0;
	bool valid = copy != NULL;

	while (i < ARRAY_SIZE(keys) && (*section || strcmp(key, keys[i][0])))
		i++;
	if (i == 0)
		valid = valid && pools(&c->pool, copy);
	else if (i == 1)
		valid = snprintf(c->uplink, IF_NAMESIZE, "%s", value) <
			IF_NAMESIZE;
	else if (i < ARRAY_SIZE(keys))
		valid = number(value, i == 4 ? UINT32_MAX : 65536,
			       i == 2	? &c->per_user
			       : i == 3 ? &c->rest_days
					: &c->uid_max);
	else
		err_set(l->err, -EINVAL,
			"%s: unknown; expected pools, uplink, per_user, "
			"rest_days or uid_max",
			*section ? section : key);
	if (i < ARRAY_SIZE(keys) && !valid)
		err_set(l->err, -EINVAL, "%s = %s: expected %s", key, value,
			keys[i][1]);
	return i < ARRAY_SIZE(keys) && valid;
}

int netd_conf_load(struct netd_conf *c, const char *path, struct err *e)
{
	struct err why = {"expected key = value"};
	struct loader l = {.conf = c, .err = &why};
	cleanup_file FILE *f = fopen(path, "re");
	int line;

	*c = (struct netd_conf){
		.per_user = 8, .rest_days = 30, .uid_max = 99999};
	if (!f)
		return err_sys(e, -errno, "read %s", path);
	line = ini_parse_file(f, on_entry, &l);
	if (line)
		return err_set(e, -EINVAL, "%s:%d: %s", path, line, why.msg);
	return c->pool.count ? 0
			     : err_set(e, -EINVAL,
				       "%s: needs pools = SUBNET...", path);
}
