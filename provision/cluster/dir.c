/* The folder of a cluster: whose it is, who holds it, and its removal. The
 * file supervisor.lock marks a folder as ours and carries an fcntl lock for
 * as long as the supervisor lives, so no stale process id can mislead. */
#include "cluster.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"

#define LOCK_NAME "supervisor.lock"
#define ALLOWED                                                                \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"       \
	"/._+=@-"

struct path {
	char text[DIR_MAX_CHARS + 32];
};

static struct path in_dir(const struct cluster *c, const char *name)
{
	struct path p;

	snprintf(p.text, sizeof(p.text), "%s/%s", c->dir, name);
	return p;
}

int dir_set(struct cluster *c, const char *arg, struct err *e)
{
	char full[PATH_MAX], parent[PATH_MAX];
	cleanup_free char *a = strdup(arg), *b = strdup(arg);
	const char *bad;
	const char *name;

	if (!a || !b)
		return err_sys(e, -ENOMEM, "use folder %s", arg);
	if (!realpath(arg, full)) {
		name = basename(a);
		if (!realpath(dirname(b), parent))
			return err_sys(e, -errno, "use folder %s", arg);
		snprintf(full, sizeof(full), "%.*s/%.*s", PATH_MAX / 2,
			 strcmp(parent, "/") == 0 ? "" : parent, NAME_MAX,
			 name);
	}
	bad = full + strspn(full, ALLOWED);
	if (*bad)
		return err_set(e, -EINVAL,
			       "use folder %s: its path has the character "
			       "'%c', which the services' files cannot hold",
			       full, *bad);
	if (strlen(full) > DIR_MAX_CHARS)
		return err_set(e, -EINVAL,
			       "use folder %s: its path has %zu characters, "
			       "and %d are what Unix sockets below it allow",
			       full, strlen(full), DIR_MAX_CHARS);
	memcpy(c->dir, full, strlen(full) + 1);
	return 0;
}

/* 0 when it holds nothing, or is ours; *ours tells which. */
static int dir_look(const struct cluster *c, bool *ours, struct err *e)
{
	DIR *d = opendir(c->dir);
	bool empty = true;
	struct dirent *entry;

	*ours = false;
	if (!d)
		return err_sys(e, -errno, "use folder %s", c->dir);
	while ((entry = readdir(d))) {
		if (strcmp(entry->d_name, LOCK_NAME) == 0)
			*ours = true;
		else if (strcmp(entry->d_name, ".") != 0 &&
			 strcmp(entry->d_name, "..") != 0)
			empty = false;
	}
	closedir(d);
	if (!*ours && !empty)
		return err_set(e, -EEXIST,
			       "use folder %s: it is not empty and no "
			       "cluster's",
			       c->dir);
	return 0;
}

int dir_lock(const struct cluster *c, struct err *e)
{
	struct path path = in_dir(c, LOCK_NAME);
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	struct stat open_file, named;
	cleanup_fd int fd = open(
		path.text, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return err_sys(e, -errno, "lock %s", path.text);
	if (fcntl(fd, F_SETLK, &lock) < 0)
		return err_set(e, -EBUSY, "a cluster runs in %s already",
			       c->dir);
	/* Its last holder may just have removed it. */
	if (fstat(fd, &open_file) < 0 || stat(path.text, &named) < 0 ||
	    open_file.st_ino != named.st_ino)
		return err_set(e, -EBUSY, "a cluster is just ending in %s",
			       c->dir);
	return steal_fd(&fd);
}

static int remove_entry(const char *path, const struct stat *st, int kind,
			struct FTW *ftw)
{
	(void)st, (void)kind, (void)ftw;
	return remove(path) < 0 ? errno : 0;
}

/* Only what clusters create: what else is there stays, and so does what is
 * mounted there. */
static int contents_remove(const struct cluster *c, struct err *e)
{
	static const char *const files[] = {"state.json", "state.json.new",
					    "log"};
	const size_t n = services_count + ARRAY_SIZE(files);

	for (size_t i = 0; i < n; i++) {
		struct path p = in_dir(c, i < services_count
						  ? services[i].name
						  : files[i - services_count]);
		int r = nftw(p.text, remove_entry, 32,
			     FTW_DEPTH | FTW_PHYS | FTW_MOUNT);

		if (r < 0)
			r = errno;
		if (r && r != ENOENT)
			return err_sys(e, -r, "remove %s", p.text);
	}
	return cgroups_remove(c, e);
}

int dir_remove(const struct cluster *c, struct err *e)
{
	struct path lock = in_dir(c, LOCK_NAME);
	int r = contents_remove(c, e);

	if (r < 0)
		return r;
	if (unlink(lock.text) < 0 && errno != ENOENT)
		return err_sys(e, -errno, "remove %s", lock.text);
	if (c->created && rmdir(c->dir) < 0 && errno != ENOENT)
		return err_sys(e, -errno, "remove %s", c->dir);
	return 0;
}

int dir_marker_read(struct cluster *c, struct err *e)
{
	struct path path = in_dir(c, LOCK_NAME);
	char text[64];
	int r = text_read(path.text, text, sizeof(text));

	if (r < 0)
		return err_sys(e, r, "read %s", path.text);
	c->created = strstr(text, ", created,") != NULL;
	c->keep = strstr(text, ", keep") != NULL;
	return 0;
}

static int marker_write(const struct cluster *c, int lock, struct err *e)
{
	if (ftruncate(lock, 0) < 0 ||
	    dprintf(lock, "ie-cluster folder, %s, %s\n",
		    c->created ? "created" : "found",
		    c->keep ? "keep" : "remove") < 0)
		return err_sys(e, -errno, "mark %s", c->dir);
	return 0;
}

int dir_claim(struct cluster *c, struct err *e)
{
	cleanup_fd int lock = -1;
	char mark[64] = "";
	bool ours;
	int r;

	c->created = mkdir(c->dir, 0700) == 0;
	if (!c->created && errno != EEXIST)
		return err_sys(e, -errno, "create folder %s", c->dir);
	r = dir_look(c, &ours, e);
	if (r < 0)
		return r;
	lock = dir_lock(c, e);
	if (lock < 0)
		return lock;
	/* What a killed supervisor or --keep has left. Read through the lock's
	 * own descriptor: closing another one would drop the lock. */
	if (ours && pread(lock, mark, sizeof(mark) - 1, 0) > 0)
		c->created = strstr(mark, ", created,") != NULL;
	if (ours)
		r = contents_remove(c, e);
	if (r == 0)
		r = marker_write(c, lock, e);
	return r < 0 ? r : steal_fd(&lock);
}

bool dir_held(int lock)
{
	struct stat st;

	return fstat(lock, &st) == 0 && st.st_nlink > 0;
}

pid_t dir_holder(const struct cluster *c, struct err *e)
{
	struct path path = in_dir(c, LOCK_NAME);
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	cleanup_fd int fd = open(path.text, O_RDWR | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (fd < 0 || fcntl(fd, F_GETLK, &lock) < 0)
		return err_sys(e, -errno, "look at %s", path.text);
	if (lock.l_type == F_UNLCK)
		return 0;
	if (lock.l_pid <= 0)
		return err_set(e, -EXDEV,
			       "look at %s: its cluster can only be managed "
			       "from outside of it",
			       path.text);
	return lock.l_pid;
}
