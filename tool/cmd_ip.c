/* ip: who has which address. reap: removes what has been stopped for too
 * long. */
#include "cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "address.h"
#include "builds.h"
#include "cleanup.h"
#include "reap.h"

static void print_lease(const struct session *s, const struct lease *l)
{
	const struct pool_net *net = pool_find(&s->conf->pool, l->address);
	char address[ADDRESS_LEN], since[32];
	time_t at = l->since;
	struct user who;
	struct err e;
	struct tm tm;

	strftime(since, sizeof(since), "%F %R", localtime_r(&at, &tm));
	printf("%-15s  %-16s  %-10s  %s", address_text(l->address, address),
	       net ? net->name : "(no longer given)",
	       lease_state_name(l->state), since);
	if (s->user->uid == 0) {
		if (user_find(&who, l->uid, &e))
			printf("  %" PRIu32, l->uid);
		else
			printf("  %s", who.name);
	}
	putchar('\n');
}

int cmd_ip(struct session *s, struct err *e)
{
	cleanup_free char *dir = text("%s/leases", s->conf->state);
	struct lease_store *store = NULL;
	const struct lease *all;
	size_t count;
	int rc = s->user->uid == 0 ? address_settle_all(s, e)
				   : address_settle(s, e);

	if (!rc)
		rc = lease_open(&store, dir, false, e);
	if (rc)
		return rc;
	all = lease_all(store, &count);
	for (size_t i = 0; i < count; i++) {
		bool mine = all[i].uid == s->user->uid &&
			    all[i].state != LEASE_RESTING;

		if (all[i].state != LEASE_FREE && (mine || s->user->uid == 0))
			print_lease(s, &all[i]);
	}
	lease_close(store);
	return 0;
}

struct reaping {
	struct session *root;
	struct session user; /* the one whose store it is at */
	struct notices old, next;
	struct reap_rules rules;
	FILE *notice; /* what the user is told */
	bool dry;
	int failed; /* the last store that did, and why */
	struct err why;
};

static int remove_one(const struct container *c, void *arg, struct err *e)
{
	struct reaping *r = arg;
	cleanup_strs struct strs args = {0};
	cleanup_free char *out = NULL;

	strs_add(&args, "rm");
	strs_add(&args, "--");
	strs_add(&args, "%s", c->id);
	return podman_capture(&r->user.podman, &args, &out, e);
}

static void tell(const struct container *c, enum reap_verdict verdict,
		 const char *why, void *arg)
{
	struct reaping *r = arg;
	const char *what = why			    ? "not removed"
			   : verdict == REAP_REMOVE ? "removed"
						    : "will be removed";

	printf("%s: %s: %s%s%s\n", r->user.user->name, c->name, what,
	       why ? ": " : "", why ? why : "");
	if (r->dry)
		return;
	log_event("reap: %s: %s %s", r->user.user->name, c->name, what);
	if (r->notice && verdict == REAP_WARN)
		fprintf(r->notice,
			"ie-podman: %s has been stopped for long and will be "
			"removed: start it, or copy out what you need\n",
			c->name);
}

static int reap_store(struct reaping *r, const struct user *u, struct err *e)
{
	const struct reap_ops ops = {r->dry ? NULL : remove_one, tell, r};
	cleanup_free struct container *list = NULL;
	size_t count = 0;
	int rc = session_of(&r->user, r->root, u, e);

	if (!rc)
		rc = address_containers(&r->user.podman, &list, &count, e);
	if (!rc)
		rc = reap_list(list, count, &r->old, &r->next, &r->rules,
			       time(NULL), &ops, e);
	if (!rc && !r->dry)
		rc = address_settle(&r->user, e);
	if (!rc && !r->dry)
		rc = builds_sweep(&r->user.podman, -1, e);
	store_free(&r->user.store);
	return rc;
}

static int reap_user(const struct user *u, void *arg, struct err *e)
{
	struct reaping *r = arg;
	cleanup_free char *path = text("%s/users/%u/notice",
				       r->root->conf->state, (unsigned)u->uid);
	int rc;

	(void)e;

	if (!r->dry) {
		unlink(path);
		r->notice = fopen(path, "we");
	}
	/* One user's broken store keeps nobody else from being warned */
	rc = reap_store(r, u, &r->why);
	if (rc) {
		fprintf(stderr, "ie-podman: reap: %s: %s\n", u->name,
			r->why.msg);
		r->failed = rc;
	}
	if (r->notice)
		fclose(r->notice);
	r->notice = NULL;
	return 0;
}

int cmd_reap(struct session *s, struct err *e)
{
	cleanup_free char *path = text("%s/leases/notices", s->conf->state);
	cleanup_free char *lock = text("%s/leases/reap.lock", s->conf->state);
	cleanup_fd int fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	struct reaping r = {
		.root = s,
		.rules = {(int64_t)s->conf->reap_stopped_s,
			  (int64_t)s->conf->reap_notice_s},
		.dry = op_has(s->op, O_DRY_RUN),
	};
	int rc;

	if (fd < 0 || flock(fd, LOCK_EX))
		return err_sys(e, -errno, "%s: locking", lock);
	rc = notices_load(&r.old, path, e);
	if (!rc)
		rc = store_each(s->conf, reap_user, &r, e);
	if (!rc && !r.dry)
		rc = notices_save(&r.next, path, e);
	if (!rc && r.failed)
		rc = err_set(e, -ECHILD, "reap: not everywhere");
	notices_free(&r.old);
	notices_free(&r.next);
	return rc;
}
