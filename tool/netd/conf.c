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
	const char *path;
	struct err *err;
};

/* A count, or with units a time: "30d", "12h", "5m", "10s". */
static int number(const char *s, const char *units, uint64_t max, uint64_t *out)
{
	static const uint64_t seconds[] = {1, 60, 3600, 86400};
	char *end;
	uint64_t n = strtoull(s, &end, 10);
	const char *unit = *end ? strchr(units, *end) : NULL;

	if (*s < '0' || *s > '9' || n < 1 || n > max ||
	    (*units && (!unit || end[1])) || (!*units && *end))
		return -EINVAL;
	*out = unit ? n * seconds[unit - units] : n;
	return 0;
}

static int pools(struct pool *p, const char *value)
{
	cleanup_free char *copy = strdup(value);
	char *rest = copy, *word;

	while (rest && (word = strsep(&rest, " \t\n")))
		if (*word && pool_add(p, word))
			return -EINVAL;
	return copy ? 0 : -ENOMEM;
}

static int set(struct netd_conf *c, const char *key, const char *value,
	       const char **expected)
{
	if (strcmp(key, "pools") == 0) {
		*expected = "subnets of 4 to 2^24 addresses that do not "
			    "overlap, such as 10.1.0.0/24";
		return pools(&c->pool, value);
	}
	if (strcmp(key, "uplink") == 0) {
		*expected = "the name of an interface";
		return snprintf(c->uplink, IF_NAMESIZE, "%s", value) >=
				       IF_NAMESIZE
			       ? -EINVAL
			       : 0;
	}
	if (strcmp(key, "per_user") == 0) {
		*expected = "a number of addresses";
		return number(value, "", 65536, &c->per_user);
	}
	*expected = "a time, such as 12h or 30d";
	return strcmp(key, "rest") == 0
		       ? number(value, "smhd", 100000, &c->rest_s)
		       : -ENOENT;
}

static int on_entry(void *arg, const char *section, const char *key,
		    const char *value)
{
	struct loader *l = arg;
	const char *expected;
	int rc = *section ? -ENOENT : set(l->conf, key, value, &expected);

	if (rc == -ENOENT)
		err_set(l->err, rc,
			"%s: unknown; expected pools, uplink, per_user or rest",
			*section ? section : key);
	else if (rc)
		err_set(l->err, rc, "%s = %s: expected %s", key, value,
			expected);
	return rc == 0;
}

int netd_conf_load(struct netd_conf *c, const char *path, struct err *e)
{
	struct err why = {"expected key = value"};
	struct loader l = {.conf = c, .path = path, .err = &why};
	cleanup_file FILE *f = fopen(path, "re");
	int line;

	*c = (struct netd_conf){.per_user = 8, .rest_s = 30 * 86400};
	if (!f)
		return err_sys(e, -errno, "read %s", path);
	line = ini_parse_file(f, on_entry, &l);
	if (line)
		return err_set(e, -EINVAL, "%s:%d: %s", path, line, why.msg);
	return c->pool.count ? 0
			     : err_set(e, -EINVAL,
				       "%s: no addresses to give: it needs "
				       "pools = SUBNET...",
				       path);
}
