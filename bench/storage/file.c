/* See file.h. */
#include "storage/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>

#include "cleanup.h"

const struct storage_key file_keys[] = {
	{"path", KEY_REQUIRED, "a folder on the mounted file system"},
	{"fstype", KEY_REQUIRED,
	 "what statfs must find there: ext4, nfs, ceph, ..."},
	{"direct", KEY_FLAG, "yes: O_DIRECT, past the page cache"},
	{.name = NULL},
};

/* O_EXCL: a file that is already there is never touched. */
static int mode_flags(const struct storage_params *p, bool direct)
{
	static const int flags[] = {
		[STORAGE_CREATE] = O_RDWR | O_CREAT | O_EXCL,
		[STORAGE_READ] = O_RDONLY,
		[STORAGE_UPDATE] = O_RDWR,
		[STORAGE_APPEND] = O_RDWR | O_APPEND,
	};

	return flags[p->mode] | O_CLOEXEC | O_NOFOLLOW |
	       (direct ? O_DIRECT : 0);
}

static int dir_open(const struct storage_params *p, struct err *e)
{
	const char *path = storage_option(p, "path", "");
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(e, -errno, "%s: open folder %s", p->target,
			       path);
	return fd;
}

int file_open(struct bench_file *f, const struct storage_params *p,
	      struct err *e)
{
	const char *path = storage_option(p, "path", "");
	cleanup_fd int dir = -1;
	struct stat st;
	int r;

	*f = (struct bench_file){.fd = -1};
	f->flock = p->flock;
	f->direct = storage_flag(p, "direct");
	dir = dir_open(p, e);
	if (dir < 0)
		return dir;
	r = fstype_check(dir, p->target, path, storage_option(p, "fstype", ""),
			 f->fstype, e);
	if (r < 0)
		return r;
	f->fd = openat(dir, p->object, mode_flags(p, f->direct), 0600);
	if (f->fd < 0)
		return err_sys(e, -errno, "%s: open %s/%s", p->target, path,
			       p->object);
	if (asprintf(&f->path, "%s/%s", path, p->object) < 0 ||
	    fstat(f->fd, &st) < 0) {
		f->path = NULL;
		file_close(f);
		return err_sys(e, -ENOMEM, "%s: open %s", p->target, path);
	}
	/* Anonymous devices (major 0) are tmpfs, network and fuse mounts. */
	f->on_disk = major(st.st_dev) != 0 && strcmp(f->fstype, "gfs2") != 0;
	return 0;
}

int file_drop_caches(struct bench_file *f, struct err *e)
{
	int r;

	/* Only clean pages can be dropped. */
	if (fdatasync(f->fd) < 0)
		return err_sys(e, -errno, "%s: sync", f->path);
	r = posix_fadvise(f->fd, 0, 0, POSIX_FADV_DONTNEED);
	if (r != 0)
		return err_sys(e, -r, "%s: drop its cached pages", f->path);
	return 0;
}

int file_space(const struct bench_file *f, uint64_t *avail, struct err *e)
{
	struct statvfs v;

	if (fstatvfs(f->fd, &v) < 0)
		return err_sys(e, -errno, "%s: statvfs", f->path);
	*avail = (uint64_t)v.f_bavail * v.f_frsize;
	return 0;
}

/* As statfs has it: of most local file systems it follows from their uuid, of
 * a tmpfs it is that of one mount; 0 where there is none (NFS, FUSE). */
static void fsid_describe(const struct bench_file *f, json_t *into)
{
	struct statvfs v;
	char text[24];

	if (fstatvfs(f->fd, &v) < 0 || v.f_fsid == 0)
		return;
	snprintf(text, sizeof(text), "%016lx", v.f_fsid);
	json_object_set_new(into, "fsid", json_string(text));
}

void file_describe(const struct bench_file *f, json_t *into)
{
	fsid_describe(f, into);
	json_object_set_new(into, "path", json_string(f->path));
	json_object_set_new(into, "fstype", json_string(f->fstype));
	json_object_set_new(into, "direct", json_boolean(f->direct));
}

void file_close(struct bench_file *f)
{
	if (f->fd >= 0)
		close(f->fd);
	free(f->path);
	*f = (struct bench_file){.fd = -1};
}

int file_remove(const struct storage_params *p, struct err *e)
{
	cleanup_fd int dir = dir_open(p, e);

	if (dir < 0)
		return dir;
	if (unlinkat(dir, p->object, 0) < 0 && errno != ENOENT)
		return err_sys(e, -errno, "%s: remove %s", p->target,
			       p->object);
	return 0;
}

int file_folder(const struct storage_params *p, bool make, struct err *e)
{
	cleanup_fd int dir = dir_open(p, e);
	int r;

	if (dir < 0)
		return dir;
	r = make ? mkdirat(dir, p->object, 0700)
		 : unlinkat(dir, p->object, AT_REMOVEDIR);
	if (r < 0 && (make || errno != ENOENT))
		return err_sys(e, -errno, "%s: %s folder %s", p->target,
			       make ? "make" : "remove", p->object);
	return 0;
}
