/* See shared.h. */
#include "shared.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "log.h"
#include "tree.h"

static int put_map(pid_t pid, const char *which, const char *ids)
{
	cleanup_free char *path = text("/proc/%d/%s", (int)pid, which);
	cleanup_free char *map = text("0 %s %d", ids, STORE_RANGE);
	cleanup_fd int fd = open(path, O_WRONLY | O_CLOEXEC);
	size_t n = strlen(map);

	return fd < 0 || write(fd, map, n) != (ssize_t)n ? -errno : 0;
}

/* A user namespace with the user's range, as a mount wants to be told of it:
 * it needs a process only for as long as it has no descriptor. */
static int id_namespace(const char *ids)
{
	int ready[2], fd, rc;
	char byte;
	pid_t pid;

	if (pipe2(ready, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		byte = (char)(unshare(CLONE_NEWUSER) ? errno : 0);
		if (write(ready[1], &byte, 1) == 1)
			pause();
		_exit(1);
	}
	close(ready[1]);
	rc = pid < 0 || read(ready[0], &byte, 1) != 1 ? -EIO : -byte;
	close(ready[0]);
	rc = rc ? rc : put_map(pid, "uid_map", ids);
	rc = rc ? rc : put_map(pid, "gid_map", ids);
	if (!rc) {
		cleanup_free char *path = text("/proc/%d/ns/user", (int)pid);

		fd = open(path, O_RDONLY | O_CLOEXEC);
		rc = fd < 0 ? -errno : fd;
	}
	if (pid > 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	return rc;
}

static int mount_mapped(const char *from, const char *to, const char *ids)
{
	cleanup_fd int ns = id_namespace(ids);
	cleanup_fd int tree =
		open_tree(AT_FDCWD, from, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	struct mount_attr a = {
		.attr_set = MOUNT_ATTR_IDMAP | MOUNT_ATTR_RDONLY |
			    MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV,
		.propagation = MS_PRIVATE,
	};

	if (ns < 0 || tree < 0)
		return ns < 0 ? ns : -errno;
	a.userns_fd = (uint64_t)ns;
	if (mount_setattr(tree, "", AT_EMPTY_PATH, &a, sizeof(a)) ||
	    move_mount(tree, "", AT_FDCWD, to, MOVE_MOUNT_F_EMPTY_PATH))
		return -errno;
	return 0;
}

static json_t *whole_range(const char *ids)
{
	return json_pack("[{s:i, s:I, s:i}]", "container_id", 0, "host_id",
			 (json_int_t)strtoll(ids, NULL, 10), "size",
			 STORE_RANGE);
}

/* Podman's list of layers, each with the ids that it seems to have. */
static int list_layers(const char *from, const char *to, const char *ids,
		       struct err *e)
{
	json_auto_t *list = json_load_file(from, 0, NULL);
	cleanup_free char *all = NULL;
	json_t *layer;
	size_t i;

	if (!json_is_array(list))
		return err_set(e, -EBADMSG, "%s: is no list of layers", from);
	json_array_foreach (list, i, layer) {
		/* One that is mapped on disk is as it is */
		if (json_object_get(layer, "uidmap"))
			continue;
		json_object_set_new(layer, "uidmap", whole_range(ids));
		json_object_set_new(layer, "gidmap", whole_range(ids));
	}
	all = json_dumps(list, JSON_COMPACT);
	return all ? tree_put(to, all, e)
		   : err_sys(e, -ENOMEM, "%s: writing", to);
}

/* Same time, same list: the copy has the time of the original. */
static int refresh(const char *from, const char *to, const char *ids,
		   struct err *e)
{
	struct stat old, now;
	int rc;

	if (stat(from, &now))
		return err_sys(e, -errno, "%s", from);
	if (stat(to, &old) == 0 && old.st_mtim.tv_sec == now.st_mtim.tv_sec &&
	    old.st_mtim.tv_nsec == now.st_mtim.tv_nsec)
		return 0;
	rc = list_layers(from, to, ids, e);
	if (!rc && utimensat(AT_FDCWD, to,
			     (struct timespec[]){now.st_mtim, now.st_mtim}, 0))
		rc = err_sys(e, -errno, "%s: setting its time", to);
	return rc;
}

/* Is it this folder that is seen there, and not what was there before the site
 * put another in its place? What is mounted is the user's, not root's. */
static bool is_mounted(const char *from, const char *mount)
{
	struct stat a, b;

	return stat(from, &a) == 0 && stat(mount, &b) == 0 && b.st_uid != 0 &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static int begin_view(const struct store *s, const char *images,
		      const char *mount, const char *link, struct err *e)
{
	cleanup_free char *from = text("%s/overlay", images);
	cleanup_free char *target = text("%s/overlay-images", images);
	int rc;

	umount2(mount, MNT_DETACH);
	unlink(link);
	if (symlink(target, link))
		return err_sys(e, -errno, "%s: making", link);
	rc = tree_make(mount, 0700, e);
	if (rc)
		return rc;
	rc = mount_mapped(from, mount, s->ids);
	return rc ? err_sys(e, rc, "%s: mapping ids", images) : 0;
}

static int make_view(const struct store *s, const char *images,
		     const char *view, struct err *e)
{
	cleanup_free char *from = text("%s/overlay", images);
	cleanup_free char *mount = text("%s/overlay", view);
	cleanup_free char *link = text("%s/overlay-images", view);
	cleanup_free char *layers = text("%s/overlay-layers", view);
	cleanup_free char *list = text("%s/overlay-layers/layers.json", images);
	cleanup_free char *copy = text("%s/layers.json", layers);
	bool there = is_mounted(from, mount);
	int rc = tree_make(layers, 0700, e);

	if (!there)
		unlink(copy);
	if (!rc)
		rc = refresh(list, copy, s->ids, e);
	return rc || there ? rc : begin_view(s, images, mount, link, e);
}

int shared_view(const struct store *s, unsigned n, const char *images,
		char **view, struct err *e)
{
	cleanup_free char *all = text("%s/images", s->run);
	cleanup_free char *mine = text("%s/%u", all, n);
	cleanup_fd int lock = -1;
	int rc = tree_make(all, 0700, e);

	if (!rc)
		rc = tree_make(mine, 0700, e);
	if (rc)
		return rc;
	lock = open(mine, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (lock < 0 || flock(lock, LOCK_EX))
		return err_sys(e, -errno, "%s: locking", mine);
	rc = make_view(s, images, mine, e);
	if (rc && rc != -ENOENT)
		log_event("%s: each container copies its image: %s", images,
			  e->msg);
	*view = rc ? text("%s", images) : steal_pointer(&mine);
	return 0;
}
