/* ie-podman reap: removes containers that were stopped long ago, after a
 * warning, and gives addresses of removed ones back. Run by a user, for the
 * user's own; run by root (ie-podman-reap.timer), as each user who has
 * subordinate ids: reap-users. */
#include "cmd.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "ask.h"
#include "cleanup.h"
#include "containers.h"
#include "proc.h"

/* --- the notice: "ID WARNED NAME" lines in a file of the user's ------------
 */

static bool notice_path(char *out, size_t size, bool make)
{
	const char *home = getenv("HOME");
	static const char *const parts[] = {"/.local", "/.local/state",
					    "/.local/state/ie-podman"};

	for (size_t i = 0; make && i < ARRAY_SIZE(parts); i++) {
		snprintf(out, size, "%s%s", home ? home : "", parts[i]);
		mkdir(out, 0700);
	}
	return snprintf(out, size, "%s%s/notice", home ? home : "", parts[2]) <
	       (int)size;
}

/* When this container's user was warned, 0: not yet. */
static time_t warned(const char *path, const char *id)
{
	cleanup_file FILE *f = fopen(path, "re");
	char line[512], its[80];
	long long when;

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "%79s %lld", its, &when) == 2 &&
		    strcmp(its, id) == 0)
			return (time_t)when;
	return 0;
}

static const char *date(time_t t, char out[32])
{
	struct tm tm;

	strftime(out, 32, "%F", localtime_r(&t, &tm));
	return out;
}

void reap_notice(void)
{
	char path[4096], line[512], id[80], name[256], day[32];
	long long when, removal;
	cleanup_file FILE *f = NULL;

	if (notice_path(path, sizeof(path), false))
		f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "%79s %lld %lld %255s", id, &when, &removal,
			   name) == 4)
			fprintf(stderr,
				"ie-podman: container %s has been stopped for "
				"long and will be removed on %s; `podman start "
				"%s` keeps it\n",
				name, date((time_t)removal, day), name);
}

/* --- one user ------------------------------------------------------------- */

struct reap {
	const struct settings *site;
	bool dry;
	time_t now;
	char path[4096];
	FILE *notice; /* the new one */
	const json_t *containers;
	bool removed;
	int failed;
};

static void container_remove(struct reap *r, const json_t *c)
{
	cleanup_free char *out = NULL;
	char command[128];
	struct err e;

	printf("%s: removed\n", container_name(c));
	if (r->dry)
		return;
	r->removed = true;
	snprintf(command, sizeof(command), "podman rm %.64s", container_id(c));
	if (proc_capture(command, 30000, &out, &e)) {
		fprintf(stderr, "ie-podman: reap: %s: %s\n", container_name(c),
			e.msg);
		r->failed = 1;
	}
}

static void container_judge(struct reap *r, const json_t *c)
{
	time_t since, told, removal;
	char day[32];

	if (!container_stopped(c, &since) ||
	    since + (time_t)r->site->stopped_s > r->now)
		return;
	told = warned(r->path, container_id(c));
	if (told < since) /* it ran since then */
		told = 0;
	if (told && told + (time_t)r->site->notice_s <= r->now) {
		container_remove(r, c);
		return;
	}
	removal = (told ? told : r->now) + (time_t)r->site->notice_s;
	printf("%s: will be removed on %s\n", container_name(c),
	       date(removal, day));
	if (r->notice)
		fprintf(r->notice, "%s %lld %lld %s\n", container_id(c),
			(long long)(told ? told : r->now), (long long)removal,
			container_name(c));
}

static int lease_judge(const struct netd_lease *x, void *arg, struct err *e)
{
	struct reap *r = arg;
	struct netd_request q = {NETD_VERSION, NETD_RELEASE, x->address, ""};
	struct netd_reply a;
	char address[ADDRESS_LEN];

	/* A container of another store (--root) is not seen here: a day is
	 * for those */
	if (x->attached || x->uid != getuid() ||
	    x->since + r->site->gone_s > (uint64_t)r->now ||
	    containers_find(r->containers, x->container))
		return 0;
	printf("%s: free\n", address_text(x->address, address));
	return r->dry ? 0 : netd_ask(r->site->socket, &q, &a, e);
}

static int notice_begin(struct reap *r, char next[4100], struct err *e)
{
	if (!notice_path(r->path, sizeof(r->path), !r->dry))
		return err_sys(e, -ENAMETOOLONG, "reap: $HOME");
	snprintf(next, 4100, "%s.new", r->path);
	if (r->dry)
		return 0;
	r->notice = fopen(next, "we");
	return r->notice ? 0 : err_sys(e, -errno, "reap: write %s", next);
}

static int reap_own(const struct settings *s, bool dry, struct err *e)
{
	struct reap r = {.site = s, .dry = dry, .now = time(NULL)};
	json_auto_t *containers = NULL;
	const json_t *c;
	char next[4100];
	struct err quiet;
	size_t i;
	int rc = containers_list(&containers, e);

	if (!rc)
		rc = notice_begin(&r, next, e);
	if (rc)
		return rc;
	json_array_foreach (containers, i, c)
		container_judge(&r, c);
	if (r.notice && (fclose(r.notice) || rename(next, r.path)))
		return err_sys(e, -errno, "reap: write %s", r.path);
	if (r.removed) {
		json_decref(steal_pointer(&containers));
		rc = containers_list(&containers, e);
		if (rc)
			return rc;
	}
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
	char limit[32];

	snprintf(limit, sizeof(limit), "%" PRIu64, s->reap_limit_s);
	if (argc > 2 || (argc == 2 && !dry))
		return err_set(e, -EINVAL,
			       "reap: expected --dry-run or nothing");
	if (geteuid() != 0)
		return reap_own(s, dry, e);
	execl(s->reap_users, s->reap_users, s->self, limit, argv[1], NULL);
	return err_sys(e, -errno, "reap: %s", s->reap_users);
}
