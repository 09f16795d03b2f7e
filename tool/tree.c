/* See tree.h. */
#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "strs.h"

static void cleanup_dir_fn(DIR **d)
{
	if (*d)
		closedir(*d);
}
#define cleanup_dir __attribute__((cleanup(cleanup_dir_fn)))

int tree_make(const char *path, unsigned mode, struct err *e)
{
	cleanup_fd int fd = -1;
	struct stat st;

	if (mkdir(path, mode) && errno != EEXIST)
		return err_sys(e, -errno, "%s: making the folder", path);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st))
		return err_sys(e, -errno, "%s: opening the folder", path);
	if (st.st_uid != 0 || st.st_mode & 022)
		return err_set(e, -EPERM,
			       "%s: must be root's and writable by no one else",
			       path);
	if ((st.st_mode & 0777) != mode && fchmod(fd, mode))
		return err_sys(e, -errno, "%s: setting its mode", path);
	return 0;
}

int tree_put(const char *path, const char *content, struct err *e)
{
	size_t n = strlen(content);
	cleanup_free char *next = text("%s.%d", path, (int)getpid());
	cleanup_free char *old = calloc(1, n + 2);
	cleanup_fd int have = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	cleanup_fd int fd = -1;

	if (have >= 0 && old && read(have, old, n + 1) == (ssize_t)n &&
	    memcmp(old, content, n) == 0)
		return 0;
	fd = open(next, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
		  0600);
	if (fd < 0 || write(fd, content, n) != (ssize_t)n || rename(next, path))
		return err_sys(e, errno ? -errno : -EIO, "%s: writing", path);
	return 0;
}

/* Opens by itself what readdir() will read. */
static DIR *dir_open(int dir, const char *name)
{
	int fd = openat(dir, name,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (!d && fd >= 0)
		close(fd);
	return d;
}

static bool is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

int tree_remove(int dir, const char *name, struct err *e)
{
	cleanup_dir DIR *d = NULL;
	struct dirent *entry;
	int rc;

	if (unlinkat(dir, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR)
		return err_sys(e, -errno, "%s: removing it", name);
	d = dir_open(dir, name);
	if (!d)
		return err_sys(e, -errno, "%s: removing the folder", name);
	while ((entry = readdir(d))) {
		if (is_dots(entry->d_name))
			continue;
		rc = tree_remove(dirfd(d), entry->d_name, e);
		if (rc)
			return rc;
	}
	if (unlinkat(dir, name, AT_REMOVEDIR) && errno != ENOENT)
		return err_sys(e, -errno, "%s: removing the folder", name);
	return 0;
}

int tree_each(int dir, const char *name, unsigned char type, tree_entry *each,
	      const void *arg, struct err *e)
{
	cleanup_dir DIR *d = dir_open(dir, name);
	struct dirent *entry;
	int rc = 0;

	if (!d)
		return err_sys(e, -errno, "%s: opening the folder", name);
	while (!rc && (entry = readdir(d))) {
		if (is_dots(entry->d_name))
			continue;
		if (entry->d_type == type)
			rc = each(dirfd(d), entry->d_name, arg, e);
		else if (entry->d_type == DT_DIR)
			rc = tree_each(dirfd(d), entry->d_name, type, each, arg,
				       e);
	}
	return rc;
}

/* Nobody holds the lock of a folder whose maker is gone. */
static void sweep(DIR *d)
{
	struct dirent *entry;
	struct err e;

	while ((entry = readdir(d))) {
		cleanup_fd int fd = -1;

		if (strncmp(entry->d_name, "work-", 5) != 0)
			continue;
		fd = openat(dirfd(d), entry->d_name,
			    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
			tree_remove(dirfd(d), entry->d_name, &e);
	}
}

int tree_work(const char *path, int *fd, char *name, size_t size, struct err *e)
{
	cleanup_dir DIR *d = dir_open(AT_FDCWD, path);

	if (!d)
		return err_sys(e, -errno, "%s: opening the folder", path);
	/* Held until ours has its lock: no other sweep meets it before */
	if (flock(dirfd(d), LOCK_EX))
		return err_sys(e, -errno, "%s: locking the folder", path);
	sweep(d);
	if ((size_t)snprintf(name, size, "%s/work-XXXXXX", path) >= size)
		return err_set(e, -ENAMETOOLONG, "%s: too long", path);
	if (!mkdtemp(name))
		return err_sys(e, -errno, "%s: making the folder", name);
	*fd = open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (*fd < 0 || flock(*fd, LOCK_EX | LOCK_NB))
		return err_sys(e, -errno, "%s: locking the folder", name);
	return 0;
}
