/* ie-podman info: what this user has here, and what is missing. */
#include "cmd.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "cleanup.h"
#include "machine.h"
#include "proc.h"

static int count(const struct netd_lease *x, void *arg, struct err *e)
{
	unsigned *n = arg;

	(void)e;
	if (x->uid == getuid())
		n[x->attached ? 0 : 1]++;
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
