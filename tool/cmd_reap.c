/* ie-podman reap: removes containers that were stopped long ago, after a
 * warning, and gives addresses of removed ones back. Run by a user, for the
 * user's own; run by root (ie-podman-reap.timer), as each user who has
 * subordinate ids: reap-users. */
#include "cmd.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ask.h"
#include "cleanup.h"
#include "machine.h"
#include "proc.h"

#define NOTICE "$HOME/.local/state/ie-podman/notice"

/* A line of it: ID, time and what its user is to be told. */
struct notice {
	char id[80], text[512];
	long long warned; /* seconds since 1970 */
};

static bool notice_next(FILE *f, struct notice *n)
{
	return f && fscanf(f, "%79s %lld %511[^\n]\n", n->id, &n->warned,
			   n->text) == 3;
}

void reap_notice(void)
{
	char path[PATH_MAX];
	cleanup_file FILE *f = NULL;
	struct notice n;

	text_expand(NOTICE, path);
	f = fopen(path, "re");
	while (notice_next(f, &n))
		fprintf(stderr, "ie-podman: %s\n", n.text);
}

/* When this container's user was warned, 0: not yet. */
static time_t warned(const char *path, const char *id)
{
	cleanup_file FILE *f = fopen(path, "re");
	struct notice n;

	while (notice_next(f, &n))
		if (strcmp(n.id, id) == 0)
			return (time_t)n.warned;
	return 0;
}

struct reap {
	const struct settings *site;
	bool dry;
	time_t now;
	char path[PATH_MAX];
	FILE *notice; /* the new one */
	json_t *containers;
	int failed;
};

static void container_remove(struct reap *r, json_t *item)
{
	const struct container c = container_read(item);
	cleanup_free char *out = NULL;
	char command[128];
	struct err e;

	snprintf(command, sizeof(command), "podman rm %.64s", c.id);
	if (proc_capture(command, 30000, &out, &e)) {
		fprintf(stderr, "ie-podman: reap: %s: %s\n", c.name, e.msg);
		r->failed = 1;
	} else {
		json_object_del(item, "Id"); /* and nobody finds it */
	}
}

static void container_judge(struct reap *r, json_t *item)
{
	const struct container c = container_read(item);
	time_t told = warned(r->path, c.id), removal;
	char day[32];

	if (!c.stopped || c.since + (time_t)r->site->stopped_s > r->now)
		return;
	if (told < c.since) /* it ran since then */
		told = 0;
	removal = (told ? told : r->now) + (time_t)r->site->notice_s;
	if (told && removal <= r->now) {
		printf("%s: removed\n", c.name);
		if (!r->dry)
			container_remove(r, item);
		return;
	}
	strftime(day, sizeof(day), "%F", localtime(&removal));
	printf("%s: will be removed on %s\n", c.name, day);
	if (r->notice)
		fprintf(r->notice,
			"%s %lld container %s has been stopped for long and "
			"will be removed on %s; `podman start %s` keeps it\n",
			c.id, (long long)(told ? told : r->now), c.name, day,
			c.name);
}

static int lease_judge(const struct lease *x, void *arg, struct err *e)
{
	struct reap *r = arg;
	struct netd_request q = {NETD_VERSION, NETD_RELEASE, x->address, ""};
	struct netd_reply a;
	char address[ADDRESS_LEN];

	/* A container of another store (--root) is not seen here: a day is
	 * for those */
	if (*x->link || x->uid != getuid() ||
	    x->since + r->site->gone_s > (uint64_t)r->now ||
	    containers_find(r->containers, x->container))
		return 0;
	printf("%s: free\n", address_text(x->address, address));
	return r->dry ? 0 : netd_ask(r->site->socket, &q, &a, e);
}

/* Opens the new notice, beside the one that is there. */
static int notice_begin(struct reap *r, char next[PATH_MAX], struct err *e)
{
	cleanup_free char *said = NULL;
	int rc = 0;

	text_expand(NOTICE, r->path);
	text_expand(NOTICE ".new", next);
	if (r->dry)
		return 0;
	rc = proc_capture("mkdir -p ~/.local/state/ie-podman", 10000, &said, e);
	if (rc)
		return rc;
	r->notice = fopen(next, "we");
	return r->notice ? 0 : err_sys(e, -errno, "reap: write %s", next);
}

static int reap_own(const struct settings *s, bool dry, struct err *e)
{
	struct reap r = {.site = s, .dry = dry, .now = time(NULL)};
	json_auto_t *containers = NULL;
	json_t *item;
	char next[PATH_MAX];
	struct err quiet;
	size_t i;
	int rc = containers_list(&containers, e);

	if (!rc)
		rc = notice_begin(&r, next, e);
	if (rc)
		return rc;
	json_array_foreach (containers, i, item)
		container_judge(&r, item);
	if (r.notice && (fclose(r.notice) || rename(next, r.path)))
		return err_sys(e, -errno, "reap: write %s", r.path);
	r.containers = containers;
	/* Where there is no ie-netd there are no leases */
	if (netd_leases(s->socket, lease_judge, &r, &quiet) &&
	    access(s->socket, F_OK) == 0)
		return err_set(e, -EIO, "reap: %s", quiet.msg);
	return r.failed;
}

int cmd_reap(const struct settings *s, int argc, char **argv, struct err *e)
{
	bool dry = argc == 2 && strcmp(argv[1], "--dry-run") == 0;
	struct line users = {0};

	if (argc > 2 || (argc == 2 && !dry))
		return err_set(e, -EINVAL,
			       "reap: expected --dry-run or nothing");
	if (geteuid() != 0)
		return reap_own(s, dry, e);
	line_add(&users, "%s/../libexec/ie-podman/reap-users", s->bin);
	line_add(&users, "%s/ie-podman", s->bin);
	line_add(&users, "%" PRIu64, s->reap_limit_s);
	line_add_words(&users, argv + 1, argc - 1);
	return err_wrap(e, line_exec(&users, e), "reap");
}
