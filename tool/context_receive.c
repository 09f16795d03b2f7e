/* See context.h: the side that unpacks, and trusts nothing of what it reads. */
#include "context.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"
#include "context_wire.h"
#include "strs.h"

/* A folder gets its mode and time when nothing is put into it any more, which
 * is when something comes that does not lie in it: as many of them wait as the
 * stream is deep. */
struct folder {
	struct folder *up;
	char *path;
	struct context_head head;
};

struct receiver {
	FILE *in;
	int dir;
	const struct context_limits *limits;
	uint64_t bytes, entries;
	struct folder *folder;
	char path[CONTEXT_PATH_MAX + 1];
	char link[CONTEXT_PATH_MAX + 1];
};

static int bad(struct err *e, const char *why)
{
	return err_set(e, -EBADMSG, "what was sent is refused: %s", why);
}

static int get(struct receiver *r, void *to, size_t n, struct err *e)
{
	if (n && fread(to, 1, n, r->in) != n)
		return bad(e, ferror(r->in) ? "it cannot be read"
					    : "it ends too early");
	return 0;
}

static int get_text(struct receiver *r, char *to, uint32_t len, struct err *e)
{
	int ret;

	if (len > CONTEXT_PATH_MAX)
		return bad(e, "a path that is too long");
	ret = get(r, to, len, e);
	if (ret < 0)
		return ret;
	to[len] = '\0';
	return strlen(to) == len ? 0 : bad(e, "a path with a zero byte");
}

/* Opens the folder that the path's last component is in, without following
 * any link, and finds that component. */
static int parent_open(const struct receiver *r, const char *path,
		       const char **name, struct err *e)
{
	struct open_how how = {
		.flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
	};
	const char *slash = strrchr(path, '/');
	char parent[CONTEXT_PATH_MAX + 1] = ".";
	long fd;

	*name = slash ? slash + 1 : path;
	if (slash)
		snprintf(parent, sizeof(parent), "%.*s", (int)(slash - path),
			 path);
	fd = syscall(SYS_openat2, r->dir, parent, &how, sizeof(how));
	return fd < 0 ? err_sys(e, -errno, "%s", path) : (int)fd;
}

static const struct timespec *times(const struct context_head *h,
				    struct timespec t[2])
{
	t[0].tv_sec = t[1].tv_sec = h->mtime_s;
	t[0].tv_nsec = t[1].tv_nsec = h->mtime_ns;
	return t;
}

static int make_folder(struct receiver *r, int parent, const char *name,
		       const struct context_head *h, struct err *e)
{
	struct folder *f;

	if (mkdirat(parent, name, 0700) < 0)
		return err_sys(e, -errno, "%s", r->path);
	f = calloc(1, sizeof(*f));
	if (!f)
		return err_sys(e, -ENOMEM, "%s", r->path);
	f->up = r->folder;
	f->path = text("%s", r->path);
	f->head = *h;
	r->folder = f;
	return 0;
}

static int make_link(struct receiver *r, int parent, const char *name,
		     const struct context_head *h, struct err *e)
{
	struct timespec t[2];

	if (!r->link[0] || (!r->limits->links_outside &&
			    !context_link_inside(r->path, r->link)))
		return bad(e, "a link that leads outside");
	if (symlinkat(r->link, parent, name) < 0)
		return err_sys(e, -errno, "%s", r->path);
	utimensat(parent, name, times(h, t), AT_SYMLINK_NOFOLLOW);
	return 0;
}

static int make_file(struct receiver *r, int parent, const char *name,
		     const struct context_head *h, struct err *e)
{
	char buffer[65536];
	struct timespec t[2];
	uint64_t left = h->size;
	cleanup_fd int fd = openat(
		parent, name,
		O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return err_sys(e, -errno, "%s", r->path);
	while (left > 0) {
		size_t n = left < sizeof(buffer) ? left : sizeof(buffer);
		int ret = get(r, buffer, n, e);
		ssize_t written;

		if (ret < 0)
			return ret;
		written = write(fd, buffer, n);
		if (written != (ssize_t)n)
			return err_sys(e, written < 0 ? -errno : -ENOSPC, "%s",
				       r->path);
		left -= n;
	}
	if (fchmod(fd, h->mode & 0777) < 0 || futimens(fd, times(h, t)) < 0)
		return err_sys(e, -errno, "%s", r->path);
	return 0;
}

static int entry_make(struct receiver *r, const struct context_head *h,
		      struct err *e)
{
	const char *name;
	cleanup_fd int parent = parent_open(r, r->path, &name, e);

	if (parent < 0)
		return parent;
	if (h->type == CONTEXT_FOLDER)
		return make_folder(r, parent, name, h, e);
	return h->type == CONTEXT_LINK ? make_link(r, parent, name, h, e)
				       : make_file(r, parent, name, h, e);
}

/* Everything of one entry that can be checked before anything is made. */
static int entry_check(struct receiver *r, const struct context_head *h,
		       struct err *e)
{
	if (h->type != CONTEXT_FILE && h->type != CONTEXT_FOLDER &&
	    h->type != CONTEXT_LINK)
		return bad(e, "an entry of another kind");
	if ((h->type != CONTEXT_FILE && h->size) ||
	    (h->type != CONTEXT_LINK && h->link_len) || h->mtime_ns < 0 ||
	    h->mtime_ns > 999999999)
		return bad(e, "an entry that makes no sense");
	if (++r->entries > r->limits->entries)
		return bad(e, "too many files");
	if (h->size > r->limits->bytes - r->bytes)
		return bad(e, "too many bytes");
	r->bytes += h->size;
	return 0;
}

/* The other side's reason, as one line of printable characters. */
static int failed(struct receiver *r, struct err *e)
{
	for (char *p = r->path; *p; p++)
		if (iscntrl((unsigned char)*p))
			*p = '?';
	return err_set(e, -EPIPE, "%s", r->path);
}

static int folder_finish(const struct receiver *r, const struct folder *f,
			 struct err *e)
{
	struct timespec t[2];
	const char *name;
	cleanup_fd int parent = parent_open(r, f->path, &name, e);
	cleanup_fd int fd = -1;

	if (parent < 0)
		return parent;
	fd = openat(parent, name,
		    O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || fchmod(fd, f->head.mode & 0777) < 0 ||
	    futimens(fd, times(&f->head, t)) < 0)
		return err_sys(e, -errno, "%s", f->path);
	return 0;
}

static bool lies_in(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return strncmp(path, folder, n) == 0 && path[n] == '/';
}

/* Finishes the folders that this path (NULL: no path) does not lie in; with
 * ret < 0 it only forgets them. */
static int folders_finish(struct receiver *r, const char *path, int ret,
			  struct err *e)
{
	struct folder *f;

	while ((f = r->folder) && !(path && lies_in(path, f->path))) {
		if (ret == 0)
			ret = folder_finish(r, f, e);
		r->folder = f->up;
		free(f->path);
		free(f);
	}
	return ret;
}

/* 1: the end. */
static int entry_receive(struct receiver *r, struct err *e)
{
	struct context_head h;
	int ret = get(r, &h, sizeof(h), e);

	if (ret == 0)
		ret = get_text(r, r->path, h.path_len, e);
	if (ret < 0)
		return ret;
	if (h.type == CONTEXT_END)
		return 1;
	if (h.type == CONTEXT_FAILED)
		return failed(r, e);
	ret = entry_check(r, &h, e);
	if (ret == 0)
		ret = get_text(r, r->link, h.link_len, e);
	if (ret < 0)
		return ret;
	if (!context_path_valid(r->path, r->limits->depth))
		return bad(e, "a path that is too deep or leads elsewhere");
	ret = folders_finish(r, r->path, 0, e);
	return ret < 0 ? ret : entry_make(r, &h, e);
}

int context_receive(int in, int dir, const struct context_limits *limits,
		    struct err *e)
{
	cleanup_free struct receiver *r = calloc(1, sizeof(*r));
	int copy = fcntl(in, F_DUPFD_CLOEXEC, 0);
	cleanup_file FILE *f = copy < 0 ? NULL : fdopen(copy, "r");
	int ret = 0;

	if (!r || !f)
		return err_sys(e, -ENOMEM, "unpack");
	r->in = f;
	r->dir = dir;
	r->limits = limits;
	while (ret == 0)
		ret = entry_receive(r, e);
	return folders_finish(r, NULL, ret == 1 ? 0 : ret, e);
}
