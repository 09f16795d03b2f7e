/* /etc/ie-netd.conf: `key = value` lines (ie-netd.8). */
#include <ini.h>

#include "netd/netd.h"

struct loader {
	struct netd_conf *conf;
	struct err *err;
	FILE *file;
};

static bool number(const char *s, uint64_t max, uint64_t *out)
{
	char *end;

	*out = strtoull(s, &end, 10);
	return *s >= '0' && *s <= '9' && !*end && *out >= 1 && *out <= max;
}

static bool pools(const char *list, struct pool *p)
{
	char word[32];

	for (int n; sscanf(list, "%31s%n", word, &n) == 1; list += n)
		if (pool_add(p, word))
			return false;
	return true;
}

static int on_entry(void *arg, const char *section, const char *key,
		    const char *value)
{
	struct loader *l = arg;
	struct netd_conf *c = l->conf;
	const struct {
		const char *key, *expected;
		uint64_t *number;
	} keys[] = {
		{"pools",
		 "subnets of 4 to 2^24 addresses that do not overlap, "
		 "such as 10.1.0.0/24",
		 NULL},
		{"uplink", "the name of an interface", NULL},
		{"per_user", "a number of addresses", &c->per_user},
		{"rest_days", "a number of days", &c->rest_days},
		{"uid_max", "a number", &c->uid_max},
	};
	size_t i = 0;
	bool valid = false;

	while (i < ARRAY_SIZE(keys) && (*section || strcmp(key, keys[i].key)))
		i++;
	if (i == ARRAY_SIZE(keys))
		err_set(l->err, -EINVAL,
			"%s: unknown; expected pools, uplink, per_user, "
			"rest_days or uid_max",
			*section ? section : key);
	else if (i == 0)
		valid = pools(value, &c->pool);
	else if (i == 1)
		valid = snprintf(c->uplink, IF_NAMESIZE, "%s", value) <
			IF_NAMESIZE;
	else
		valid = number(value, i == 4 ? UINT32_MAX : 65536,
			       keys[i].number);
	if (!valid && i < ARRAY_SIZE(keys))
		err_set(l->err, -EINVAL, "%s = %s: expected %s", key, value,
			keys[i].expected);
	if (!valid)
		fseek(l->file, 0, SEEK_END); /* the first one is told */
	return valid;
}

int netd_conf_load(struct netd_conf *c, const char *path, struct err *e)
{
	struct err why = {"expected key = value"};
	cleanup_file FILE *f = fopen(path, "re");
	struct loader l = {c, &why, f};
	int line;

	*c = (struct netd_conf){
		.per_user = 8, .rest_days = 30, .uid_max = 99999};
	if (!f)
		return err_sys(e, -errno, "read %s", path);
	line = ini_parse_file(f, on_entry, &l);
	if (line)
		return err_set(e, -EINVAL, "%s:%d: %s", path, line, why.msg);
	if (!c->pool.count)
		return err_set(e, -EINVAL, "%s: needs pools = SUBNET...", path);
	return 0;
}
