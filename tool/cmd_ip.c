/* ie-podman ip: the user's addresses, and root's view of all. */
#include "cmd.h"

#include <errno.h>
#include <jansson.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ask.h"
#include "cleanup.h"
#include "containers.h"

struct listing {
	const struct settings *site;
	const json_t *containers; /* the user's; NULL: not known */
};

static int print(const struct netd_lease *x, const char *name)
{
	const struct passwd *p = getpwuid(x->uid);
	time_t since = (time_t)x->since;
	char address[ADDRESS_LEN], date[32], user[32];
	struct tm tm;

	snprintf(user, sizeof(user), "%u", x->uid);
	strftime(date, sizeof(date), "%F %T", localtime_r(&since, &tm));
	printf("%-15s %s since %s %s %.12s%s%s\n",
	       address_text(x->address, address),
	       x->attached ? "in use " : "resting", date, p ? p->pw_name : user,
	       x->container, *name ? " " : "", name);
	return 0;
}

static int one(const struct netd_lease *x, void *arg, struct err *e)
{
	const struct listing *l = arg;
	const json_t *c = containers_find(l->containers, x->container);

	(void)e;
	return print(x, c		? container_name(c)
			: l->containers ? "(not in your store)"
					: "");
}

int cmd_ip(const struct settings *s, int argc, char **argv, struct err *e)
{
	json_auto_t *containers = NULL;
	struct listing l = {.site = s};
	struct err quiet;

	if (argc > 1)
		return err_set(e, -EINVAL, "ip: %s: takes no arguments",
			       argv[1]);
	if (!containers_list(&containers, &quiet))
		l.containers = containers;
	return netd_leases(s->socket, one, &l, e);
}
