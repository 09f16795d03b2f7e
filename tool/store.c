/* See store.h. */
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "shared.h"
#include "tree.h"

void store_paths(struct store *s, const struct conf *c, uid_t uid)
{
	unsigned id = uid;

	*s = (struct store){
		.root = text("%s/users/%u/root", c->state, id),
		.temp = text("%s/users/%u/tmp", c->state, id),
		.run = text("%s/%u", c->run, id),
		.storage_conf = text("%s/%u/storage.conf", c->run, id),
		.auth = c->auth_file ? text("%s", c->auth_file)
				     : text("%s/auth.json", c->run),
		.hooks = text("%s/hooks", c->run),
		.build_hooks = text("%s/build-hooks", c->run),
		.ids = "<first id>",
	};
}

void store_free(struct store *s)
{
	free(s->root);
	free(s->temp);
	free(s->run);
	free(s->storage_conf);
	free(s->auth);
	free(s->hooks);
	free(s->build_hooks);
	*s = (struct store){0};
}

/* Podman 4.3 keeps in this file its answer to whether it may map the lower
 * layers of an overlay. Ours are mapped on disk: twice would be wrong, so the
 * answer is given before it asks. */
static int no_second_mapping(const struct store *s, struct err *e)
{
	cleanup_free char *dir = text("%s/root/overlay", s->run);
	cleanup_free char *mark = text("%s/idmapped-lower-dir-false", dir);
	cleanup_free char *parent = text("%s/root", s->run);
	int rc;

	/* Podman gives the folder to the user's root then */
	if (access(mark, F_OK) == 0)
		return 0;
	rc = tree_make(parent, 0711, e);
	if (!rc)
		rc = tree_make(dir, 0700, e);
	return rc ? rc : tree_put(mark, "", e);
}

static int storage_conf(const struct store *s, const struct conf *c,
			struct err *e)
{
	cleanup_free char *list = text("%s", "");
	cleanup_free char *all = NULL;

	for (unsigned i = 0; i < c->image_stores.count; i++) {
		cleanup_free char *view = NULL;
		int rc = shared_view(s, i, c->image_stores.list[i], &view, e);
		char *more;

		if (rc)
			return rc;
		more = text("%s%s\"%s\"", list, i ? ", " : "", view);
		free(list);
		list = more;
	}
	all = text("[storage]\ndriver = \"overlay\"\ngraphroot = \"%s\"\n"
		   "runroot = \"%s/root\"\n[storage.options]\n"
		   "remap-uids = \"0:%s:%d\"\nremap-gids = \"0:%s:%d\"\n"
		   "additionalimagestores = [%s]\n",
		   s->root, s->run, s->ids, STORE_RANGE, s->ids, STORE_RANGE,
		   list);
	return tree_put(s->storage_conf, all, e);
}

/* What podman knows of accounts while it packs: see podman.c. */
static int accounts(const struct store *s, struct err *e)
{
	cleanup_free char *passwd = text("%s/passwd", s->run);
	cleanup_free char *group = text("%s/group", s->run);
	cleanup_free char *sources = text("%s/nsswitch.conf", s->run);
	cleanup_free char *users =
		text("root:x:0:0::/:/bin/false\nroot:x:%s:%s::/:/bin/false\n",
		     s->ids, s->ids);
	cleanup_free char *groups = text("root:x:0:\nroot:x:%s:\n", s->ids);
	int rc = tree_put(passwd, users, e);

	if (!rc)
		rc = tree_put(group, groups, e);
	return rc ? rc
		  : tree_put(sources,
			     "passwd: files\ngroup: files\nhosts: files dns\n",
			     e);
}

/* The one hook of a build: see cmd_whiteouts.c. */
static int whiteouts(const struct store *s, struct err *e)
{
	cleanup_free char *file = text("%s/whiteouts.json", s->build_hooks);
	cleanup_free char *self = realpath("/proc/self/exe", NULL);
	json_auto_t *hook = json_pack(
		"{s:s, s:{s:s, s:[s, s]}, s:{s:b}, s:[s]}", "version", "1.0.0",
		"hook", "path", self, "args", "ie-podman", "own-whiteouts",
		"when", "always", 1, "stages", "poststop");
	cleanup_free char *all = json_dumps(hook, JSON_COMPACT);

	return all ? tree_put(file, all, e)
		   : err_sys(e, -EIO, "%s: writing", file);
}

/* Whose this range is: 1 with *uid and name, 0 nobody's. */
static int range_owner(const char *path, uid_t *uid, char name[64],
		       struct err *e)
{
	char target[128] = "";
	unsigned id;

	if (readlink(path, target, sizeof(target) - 1) < 0)
		return errno == ENOENT
			       ? 0
			       : err_sys(e, -errno, "%s: reading", path);
	if (sscanf(target, "%u:%63s", &id, name) != 2)
		return err_set(e, -EBADMSG, "%s: is not UID:NAME", path);
	*uid = id;
	return 1;
}

/* symlink() is the lock: of two who want the same range one fails. */
static int range_of(struct store *s, const struct conf *c, const struct user *u,
		    struct err *e)
{
	cleanup_free char *mine = text("%u:%s", (unsigned)u->uid, u->name);

	for (uint64_t n = 0; n < c->ids_users;) {
		cleanup_free char *path =
			text("%s/ids/%llu", c->state, (unsigned long long)n);
		char name[64];
		uid_t uid;
		int rc = range_owner(path, &uid, name, e);

		if (rc < 0)
			return rc;
		if (rc == 0) {
			if (symlink(mine, path) && errno != EEXIST)
				return err_sys(e, -errno, "%s: making", path);
			continue;
		}
		if (uid == u->uid && strcmp(name, u->name) != 0)
			return err_set(e, -EPERM,
				       "uid %u was %s before, and the store is "
				       "his: root has to remove it first",
				       (unsigned)uid, name);
		if (uid == u->uid) {
			snprintf(s->ids, sizeof(s->ids), "%llu",
				 (unsigned long long)(c->ids_first +
						      n * STORE_RANGE));
			return 0;
		}
		n++;
	}
	return err_set(e, -ENOSPC, "all %llu ranges of user ids are given",
		       (unsigned long long)c->ids_users);
}

static int folders(const struct store *s, const struct conf *c, uid_t uid,
		   struct err *e)
{
	/* 0711: the user's root, an unknown to the host, has to pass through */
	const struct {
		char *path;
		unsigned mode;
	} all[] = {
		{text("%s", c->state), 0711},
		{text("%s/users", c->state), 0711},
		{text("%s/users/%u", c->state, (unsigned)uid), 0711},
		{text("%s/ids", c->state), 0700},
		{text("%s/leases", c->state), 0700},
		{text("%s", s->temp), 0711},
		{text("%s", c->run), 0711},
		{text("%s", s->run), 0711},
		{text("%s", s->hooks), 0700},
		{text("%s", s->build_hooks), 0700},
	};
	int rc = 0;

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		if (!rc)
			rc = tree_make(all[i].path, all[i].mode, e);
		free(all[i].path);
	}
	return rc;
}

int store_open(struct store *s, const struct conf *c, const struct user *u,
	       struct err *e)
{
	int rc;

	store_paths(s, c, u->uid);
	rc = folders(s, c, u->uid, e);
	if (!rc)
		rc = range_of(s, c, u, e);
	if (!rc)
		rc = storage_conf(s, c, e);
	if (!rc)
		rc = no_second_mapping(s, e);
	if (!rc)
		rc = accounts(s, e);
	if (!rc)
		rc = whiteouts(s, e);
	if (!rc && !c->auth_file)
		rc = tree_put(s->auth, "{}\n", e);
	return rc;
}

int store_each(const struct conf *c,
	       int (*each)(const struct user *u, void *arg, struct err *e),
	       void *arg, struct err *e)
{
	for (uint64_t n = 0; n < c->ids_users; n++) {
		cleanup_free char *path =
			text("%s/ids/%llu", c->state, (unsigned long long)n);
		struct user u = {0};
		int rc = range_owner(path, &u.uid, u.name, e);

		if (rc <= 0)
			return rc;
		rc = each(&u, arg, e);
		if (rc)
			return rc;
	}
	return 0;
}
