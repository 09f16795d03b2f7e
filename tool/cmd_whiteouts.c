/* own-whiteouts: what the container runtime calls as root after each RUN of a
 * build, as an OCI hook (poststop) with the container's state on stdin.
 *
 * Where a container removes a file of a lower layer, the kernel puts a whiteout
 * into the upper one: a character device 0:0. It makes it as who mounted the
 * overlay, so it is root's, an id that the user's range does not have, and
 * Podman leaves out of the layer what it cannot map: the file would be back.
 * Here each is given to the container's root. Nothing of the container runs
 * any more. */
#include "cmd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "cleanup.h"
#include "tree.h"

struct owner {
	uid_t uid;
	gid_t gid;
};

static int own(int dir, const char *name, const void *arg, struct err *e)
{
	const struct owner *o = arg;
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW))
		return err_sys(e, -errno, "%s: what it is", name);
	if (!S_ISCHR(st.st_mode) || st.st_rdev != 0)
		return 0;
	if (fchownat(dir, name, o->uid, o->gid, AT_SYMLINK_NOFOLLOW))
		return err_sys(e, -errno, "%s: giving it an owner", name);
	return 0;
}

/* The first id of a map: the container's root. */
static int root_of(const json_t *spec, const char *map, unsigned *id,
		   struct err *e)
{
	json_t *list = json_object_get(json_object_get(spec, "linux"), map);
	json_t *first = json_array_get(list, 0);
	json_t *host = json_object_get(first, "hostID");

	if (!json_is_integer(host) || json_integer_value(host) <= 0)
		return err_set(e, -EBADMSG, "config.json: no %s", map);
	*id = (unsigned)json_integer_value(host);
	return 0;
}

/* The upper layer of the overlay that is mounted at root, a layer of a user's
 * store. The runtime sees it by another name, and not every mount says where
 * its layers are: with many of them their names are relative. So it is the
 * folder beside the one where the store has mounted it. */
static char *upper_layer(const char *root, const struct conf *c)
{
	cleanup_free char *state = realpath(c->state, NULL);
	cleanup_free char *line = NULL;
	cleanup_file FILE *mounts = fopen("/proc/self/mountinfo", "re");
	char point[4096], *upper = NULL;
	unsigned major, minor;
	size_t room = 0;
	struct stat st;
	bool usable;

	usable = state && mounts && stat(root, &st) == 0;
	while (usable && !upper && getline(&line, &room, mounts) > 0) {
		size_t n = strlen(state);
		char *end;

		if (sscanf(line, "%*d %*d %u:%u %*s %4095s", &major, &minor,
			   point) != 3 ||
		    makedev(major, minor) != st.st_dev ||
		    strncmp(point, state, n) != 0 ||
		    strncmp(point + n, "/users/", 7) != 0)
			continue;
		end = strrchr(point, '/');
		if (strcmp(end, "/merged") == 0)
			upper = text("%.*s/diff", (int)(end - point), point);
	}
	return upper;
}

static int whiteouts(const struct conf *c, struct err *e)
{
	json_auto_t *state = json_loadf(stdin, 0, NULL);
	const char *bundle =
		json_string_value(json_object_get(state, "bundle"));
	cleanup_free char *path = text("%s/config.json", bundle ? bundle : "");
	json_auto_t *spec = bundle ? json_load_file(path, 0, NULL) : NULL;
	const char *root = json_string_value(
		json_object_get(json_object_get(spec, "root"), "path"));
	cleanup_free char *upper = root ? upper_layer(root, c) : NULL;
	struct owner o;
	int rc;

	if (!root)
		return err_set(e, -EBADMSG, "stdin: is no container's state");
	if (!upper)
		return err_set(e, -EBADMSG, "%s: is no build's", root);
	rc = root_of(spec, "uidMappings", &o.uid, e);
	if (!rc)
		rc = root_of(spec, "gidMappings", &o.gid, e);
	return rc ? rc : tree_each(AT_FDCWD, upper, DT_CHR, own, &o, e);
}

int cmd_whiteouts(const struct conf *c, struct err *e)
{
	int rc = whiteouts(c, e);

	return rc ? err_wrap(e, rc, "own-whiteouts") : 0;
}

/* The runtime only prints that a hook has failed, and Podman would make the
 * layer: it leads the session (see podman_start()), and must not. */
void whiteouts_failed(const struct err *e)
{
	cleanup_free char *exe = text("/proc/%d/exe", (int)getsid(0));
	cleanup_free char *leader = realpath(exe, NULL);
	const char *name = leader ? strrchr(leader, '/') : NULL;

	if (getuid() != 0)
		return;
	log_event("%s", e->msg);
	if (name && strcmp(name, "/podman") == 0)
		kill(getsid(0), SIGKILL);
}
