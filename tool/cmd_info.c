/* ie-podman info: what this user has here, and what is missing; ie-podman ip:
 * the addresses, and root's view of all. */
#include "cmd.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "cleanup.h"
#include "machine.h"
#include "proc.h"

static int count(const struct lease *x, void *arg, struct err *e)
{
	unsigned *n = arg;

	(void)e;
	if (x->uid == getuid())
		n[*x->link ? 0 : 1]++;
	return 0;
}

static void addresses(const struct settings *s)
{
	unsigned n[2] = {0};
	struct err e;

	if (netd_leases(s->socket, count, n, &e))
		printf("addresses: %s\n", e.msg);
	else
		printf("addresses: %u in use, %u resting\n", n[0], n[1]);
}

/* What a command says, or why it does not. */
static void say(const char *what, const char *command)
{
	cleanup_free char *text = NULL;
	struct err e;

	if (proc_capture(command, 10000, &text, &e))
		printf("%s: %s\n", what, e.msg);
	else
		printf("%s: %.*s\n", what, (int)strcspn(text, "\n"), text);
}

#define IDS(option, kind)                                                      \
	"getsubids " option                                                    \
	"\"$(id -un)\" | awk '{ n += $4 } END { print n ? "                    \
	"n : \"none; the administrator adds a line to /etc/sub" kind           \
	", such as usermod --add-sub" kind "s 100000-165535 USER\" }'"

int cmd_info(const struct settings *s, int argc, char **argv, struct err *e)
{
	char root[PATH_MAX];
	const char *driver = storage_find(root);
	bool unified;
	unsigned long job = slurm_job(&unified);
	struct err why;

	(void)argc, (void)argv, (void)e;
	say("podman", "podman --version");
	printf("images: %s (%s)\n", root, *driver ? driver : "not used yet");
	if (storage_slow(s, &why))
		printf("builds: slow: %s\n", why.msg);
	printf("user namespaces: %s\n", machine_usable(&why) ? why.msg : "on");
	say("subordinate uids", IDS("", "uid"));
	say("subordinate gids", IDS("-g ", "gid"));
	addresses(s);
	printf("control groups: %d\n", unified ? 2 : 1);
	if (job)
		printf("slurm job: %lu\n", job);
	reap_notice();
	return 0;
}

/* containers: the user's; NULL: not known */
static int print(const struct lease *x, void *containers, struct err *e)
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
	       *x->link ? "in use " : "resting", date, p ? p->pw_name : user,
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
