/* ie-podman ip: the user's addresses, and root's view of all. */
#include "cmd.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>

#include "ask.h"
#include "cleanup.h"
#include "containers.h"

/* containers: the user's; NULL: not known */
static int print(const struct netd_lease *x, void *containers, struct err *e)
{
	json_t *own = containers_find(containers, x->container);
	const struct passwd *p = getpwuid(x->uid);
	time_t since = (time_t)x->since;
	const char *name = own		? container_read(own).name
			   : containers ? "(not in your store)"
					: "";
	char address[ADDRESS_LEN], date[32], user[32];
	struct tm tm;

	(void)e;
	snprintf(user, sizeof(user), "%u", x->uid);
	strftime(date, sizeof(date), "%F %T", localtime_r(&since, &tm));
	printf("%-15s %s since %s %s %.12s%s%s\n",
	       address_text(x->address, address),
	       x->attached ? "in use " : "resting", date, p ? p->pw_name : user,
	       x->container, *name ? " " : "", name);
	return 0;
}

int cmd_ip(const struct settings *s, int argc, char **argv, struct err *e)
{
	json_auto_t *containers = NULL;
	struct err quiet;

	if (argc > 1)
		return err_set(e, -EINVAL, "ip: %s: takes no arguments",
			       argv[1]);
	if (containers_list(&containers, &quiet))
		json_decref(steal_pointer(&containers));
	return netd_leases(s->socket, print, containers, e);
}
