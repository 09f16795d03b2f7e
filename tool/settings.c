/* The site's settings: see cmd.h. */
#include "cmd.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "conf.h"
#include "netd/message.h"
#include "proc.h"

#define AT(member) offsetof(struct settings, member)

static const struct {
	const char *section, *key, *fallback;
	size_t at; /* in struct settings: a text of [podman], seconds of [reap]
		    */
} rows[] = {
	{"podman", "socket", NETD_SOCKET, AT(socket)},
	{"podman", "resolv_conf", "", AT(resolv_conf)},
	{"podman", "gpu", "nvidia.com/gpu", AT(gpu)},
	{"podman", "storage", "", AT(storage)},
	{"reap", "stopped", "30d", AT(stopped_s)},
	{"reap", "notice", "7d", AT(notice_s)},
	{"reap", "limit", "60s", AT(reap_limit_s)},
	{"reap", "gone", "1d", AT(gone_s)},
};

/* "30d", "12h", "5m", "10s" */
static int time_parse(const char *text, uint64_t *out)
{
	static const char units[] = "smhd";
	static const uint64_t seconds[] = {1, 60, 3600, 86400};
	char *end;
	const char *unit;

	*out = strtoull(text, &end, 10);
	unit = *end ? strchr(units, *end) : NULL;
	if (*text < '0' || *text > '9' || !unit || end[1] || *out > 100000)
		return -EINVAL;
	*out *= seconds[unit - units];
	return 0;
}

int settings_load(struct settings *s, struct err *e)
{
	struct conf *c = NULL;
	const char *given = getenv("IE_PODMAN_CONF");
	const char *path = given ? given : "/etc/ie-podman.conf";
	bool there = given || access(path, F_OK) == 0;
	int rc = there ? conf_load(&c, path, NULL, e) : 0;
	const struct conf_entry *x;

	for (size_t i = 0; !rc && i < ARRAY_SIZE(rows); i++) {
		void *to = (char *)s + rows[i].at;
		const char *text;

		x = c ? conf_get(c, rows[i].section, rows[i].key) : NULL;
		text = x ? x->value : rows[i].fallback;
		if (strcmp(rows[i].section, "podman") == 0)
			*(char **)to = strdup(text);
		else if (time_parse(text, to) ||
			 (to == &s->reap_limit_s && !s->reap_limit_s))
			rc = conf_error(c, x, e,
					"%s = %s: expected a time, such as "
					"12h or 30d",
					rows[i].key, text);
	}
	x = c && !rc ? conf_unused(c) : NULL;
	if (x)
		rc = conf_error(c, x, e, "[%s] %s: unknown key", x->section,
				x->key);
	conf_free(c);
	s->bin = proc_self_dir();
	return rc || s->bin ? rc : err_sys(e, -errno, "find this program");
}
