/* ie-podman info: what this user has here, and what is missing. */
#include "cmd.h"

#include <errno.h>
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

static void version(void)
{
	cleanup_free char *text = NULL;
	struct err e;

	printf("podman: %s", proc_capture("podman --version", 10000, &text, &e)
				     ? e.msg
				     : text);
	if (!text)
		putchar('\n');
}

static void ids(const char *path, const char *what)
{
	long n = subordinate_ids(path);

	if (n < 0)
		printf("%s: from this machine's name service\n", what);
	else if (n == 0)
		printf("%s: none; the administrator adds a line to %s, such as "
		       "usermod --add-sub%ss 100000-165535 USER\n",
		       what, path, strstr(path, "uid") ? "uid" : "gid");
	else
		printf("%s: %ld\n", what, n);
}

int cmd_info(const struct settings *s, int argc, char **argv, struct err *e)
{
	struct storage storage;
	char why[8192];
	bool unified;
	unsigned long job = slurm_job(&unified);
	struct err off;

	/* Podman's own options are podman's */
	if (argc > 1) {
		struct line l = {0};
		int rc = podman_line(&l, s, argc, argv, e);

		return rc ? rc : line_exec(&l, e);
	}
	storage_find(&storage);
	version();
	printf("images: %s (%s)\n", storage.root,
	       *storage.driver ? storage.driver : "not used yet");
	if (storage_slow(&storage, s, why, sizeof(why)))
		printf("builds: slow: %s\n", why);
	printf("user namespaces: %s\n", machine_usable(&off) ? off.msg : "on");
	ids("/etc/subuid", "subordinate uids");
	ids("/etc/subgid", "subordinate gids");
	addresses(s);
	printf("control groups: %d\n", unified ? 2 : 1);
	if (job)
		printf("slurm job: %lu\n", job);
	reap_notice();
	return 0;
}
