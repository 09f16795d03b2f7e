/* See settings.h. */
#include "settings.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "conf.h"
#include "netd/message.h"
#include "proc.h"

#define PATH "/etc/ie-podman.conf"

static void conf_free_p(struct conf **c)
{
	conf_free(*c);
}

static char *text(const char *s)
{
	char *copy = strdup(s);

	if (!copy)
		abort();
	return copy;
}

static char *text_get(struct conf *c, const char *key, const char *fallback)
{
	struct conf_entry *x = c ? conf_get(c, "podman", key) : NULL;

	return text(x ? x->value : fallback);
}

/* "30d", "12h", "5m", "10s" */
static int time_get(struct conf *c, const char *key, uint64_t fallback,
		    uint64_t *out, struct err *e)
{
	static const char units[] = "smhd";
	static const uint64_t seconds[] = {1, 60, 3600, 86400};
	struct conf_entry *x = c ? conf_get(c, "reap", key) : NULL;
	const char *unit;
	char *end;

	*out = fallback;
	if (!x)
		return 0;
	*out = strtoull(x->value, &end, 10);
	unit = *end ? strchr(units, *end) : NULL;
	if (x->value[0] < '0' || x->value[0] > '9' || !unit || end[1] ||
	    *out > 100000)
		return conf_error(c, x, e,
				  "%s = %s: expected a time, such as "
				  "12h or 30d",
				  key, x->value);
	*out *= seconds[unit - units];
	return 0;
}

int settings_load(struct settings *s, struct err *e)
{
	__attribute__((cleanup(conf_free_p))) struct conf *c = NULL;
	const char *given = getenv("IE_PODMAN_CONF");
	const char *path = given ? given : PATH;
	cleanup_free char *dir = proc_self_dir();
	const struct conf_entry *odd;
	int rc =
		access(path, F_OK) && !given ? 0 : conf_load(&c, path, NULL, e);

	if (rc)
		return rc;
	s->socket = text_get(c, "socket", NETD_SOCKET);
	s->resolv_conf = text_get(c, "resolv_conf", "");
	s->gpu = text_get(c, "gpu", "nvidia.com/gpu");
	s->storage = text_get(c, "storage", "");
	rc = time_get(c, "stopped", 30 * 86400, &s->stopped_s, e);
	if (!rc)
		rc = time_get(c, "notice", 7 * 86400, &s->notice_s, e);
	if (!rc)
		rc = time_get(c, "limit", 60, &s->reap_limit_s, e);
	if (!rc)
		rc = time_get(c, "gone", 86400, &s->gone_s, e);
	if (!rc && !s->reap_limit_s)
		rc = err_set(e, -EINVAL, "%s: limit = 0: expected a time",
			     path);
	if (rc)
		return rc;
	odd = c ? conf_unused(c) : NULL;
	if (odd)
		return conf_error(c, odd, e, "[%s] %s: unknown key",
				  odd->section, odd->key);
	if (!dir || asprintf(&s->self, "%s/ie-podman", dir) < 0 ||
	    asprintf(&s->reap_users, "%s/../libexec/ie-podman/reap-users",
		     dir) < 0 ||
	    asprintf(&s->hooks, "%s/../share/ie-podman/hooks.d", dir) < 0)
		return err_sys(e, -ENOMEM, "find this program");
	return 0;
}
