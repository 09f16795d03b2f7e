/* See context.h: the side that reads. */
#include "context.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "context_wire.h"

/* A folder on the way down. One that is left out is sent after all when
 * something in it is. */
struct level {
	struct level *up;
	struct stat st;
	size_t path_len;
	bool sent;
};

struct sender {
	int out;
	const struct ignore *ignore;
	const struct context_limits *limits;
	uint64_t bytes, entries;
	struct level *level;
	size_t name_len; /* of the tree's name, which patterns do not see */
	char path[CONTEXT_PATH_MAX + 1]; /* of what is being sent */
	char buffer[65536];
	size_t used;
};

static int flush(struct sender *s, struct err *e)
{
	size_t done = 0;

	while (done < s->used) {
		ssize_t n = write(s->out, s->buffer + done, s->used - done);

		if (n < 0 && errno != EINTR)
			return err_sys(e, -errno, "%s: send", s->path);
		if (n > 0)
			done += (size_t)n;
	}
	s->used = 0;
	return 0;
}

static int put(struct sender *s, const void *from, size_t n, struct err *e)
{
	const char *p = from;

	while (n > 0) {
		size_t part = sizeof(s->buffer) - s->used;
		int ret;

		part = n < part ? n : part;
		memcpy(s->buffer + s->used, p, part);
		s->used += part;
		p += part;
		n -= part;
		ret = s->used < sizeof(s->buffer) ? 0 : flush(s, e);
		if (ret < 0)
			return ret;
	}
	return 0;
}

static int put_head(struct sender *s, enum context_type type,
		    const struct stat *st, const char *link, struct err *e);

static int level_send(struct sender *s, struct level *l, struct err *e)
{
	char rest;
	int ret;

	if (!l || l->sent)
		return 0;
	ret = level_send(s, l->up, e);
	if (ret < 0)
		return ret;
	l->sent = true;
	rest = s->path[l->path_len];
	s->path[l->path_len] = '\0';
	ret = put_head(s, CONTEXT_FOLDER, &l->st, "", e);
	s->path[l->path_len] = rest;
	return ret;
}

static int put_head(struct sender *s, enum context_type type,
		    const struct stat *st, const char *link, struct err *e)
{
	struct context_head h = {
		.type = type,
		.mode = st->st_mode & 0777,
		.path_len = (uint32_t)strlen(s->path),
		.link_len = (uint32_t)strlen(link),
		.size = type == CONTEXT_FILE ? (uint64_t)st->st_size : 0,
		.mtime_s = st->st_mtim.tv_sec,
		.mtime_ns = st->st_mtim.tv_nsec,
	};
	int ret = level_send(s, s->level, e);

	if (ret < 0)
		return ret;
	if (++s->entries > s->limits->entries)
		return err_set(e, -E2BIG, "%s: more than %llu files", s->path,
			       (unsigned long long)s->limits->entries);
	s->bytes += h.size;
	if (s->bytes > s->limits->bytes)
		return err_set(e, -E2BIG, "%s: more than %llu bytes in all",
			       s->path, (unsigned long long)s->limits->bytes);
	ret = put(s, &h, sizeof(h), e);
	if (ret == 0)
		ret = put(s, s->path, h.path_len, e);
	return ret < 0 ? ret : put(s, link, h.link_len, e);
}

static int send_link(struct sender *s, int dir, const char *name,
		     const struct stat *st, struct err *e)
{
	char target[CONTEXT_PATH_MAX + 1];
	ssize_t n = readlinkat(dir, name, target, sizeof(target));

	if (n < 0 || n == (ssize_t)sizeof(target))
		return err_sys(e, n < 0 ? -errno : -ENAMETOOLONG, "%s",
			       s->path);
	target[n] = '\0';
	if (!s->limits->links_outside && !context_link_inside(s->path, target))
		return err_set(e, -ELOOP,
			       "%s: a link that leads outside of the context "
			       "(.containerignore can leave it out)",
			       s->path);
	return put_head(s, CONTEXT_LINK, st, target, e);
}

static int send_file(struct sender *s, int fd, const struct stat *st,
		     struct err *e)
{
	uint64_t left = (uint64_t)st->st_size;
	int ret = put_head(s, CONTEXT_FILE, st, "", e);

	while (ret == 0 && left > 0) {
		size_t part = sizeof(s->buffer) - s->used;
		ssize_t n = read(fd, s->buffer + s->used,
				 left < part ? (size_t)left : part);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_set(
				e, n < 0 ? -errno : -EIO, "%s: %s", s->path,
				n < 0 ? strerror(errno) : "it became shorter");
		s->used += (size_t)n;
		left -= (uint64_t)n;
		ret = s->used < sizeof(s->buffer) ? 0 : flush(s, e);
	}
	return ret;
}

static int send_entry(struct sender *s, int dir, const char *name,
		      unsigned depth, struct err *e);

static int send_name(struct sender *s, int dir, const char *name,
		     unsigned depth, struct err *e)
{
	size_t len = strlen(s->path);
	int ret;

	if (len + 1 + strlen(name) > CONTEXT_PATH_MAX)
		return err_sys(e, -ENAMETOOLONG, "%s", s->path);
	sprintf(s->path + len, "/%s", name);
	ret = send_entry(s, dir, name, depth, e);
	s->path[len] = '\0';
	return ret;
}

/* What is in a folder, by name: the same tree gives the same stream. */
static int send_folder(struct sender *s, int fd, const struct stat *st,
		       unsigned depth, bool out, struct err *e)
{
	struct level level = {s->level, *st, strlen(s->path), false};
	struct dirent **names;
	int n = scandirat(fd, ".", &names, NULL, alphasort);
	int ret;

	if (n < 0)
		return err_sys(e, -errno, "%s", s->path);
	ret = out ? 0 : level_send(s, &level, e);
	s->level = &level;
	for (int i = 0; i < n; i++) {
		const char *name = names[i]->d_name;

		if (ret == 0 && strcmp(name, ".") != 0 &&
		    strcmp(name, "..") != 0)
			ret = send_name(s, fd, name, depth + 1, e);
		free(names[i]);
	}
	free(names);
	s->level = level.up;
	return ret;
}

/* Whether the entry itself is left out. */
static bool left_out(const struct sender *s)
{
	return s->ignore && s->path[s->name_len] &&
	       ignore_match(s->ignore, s->path + s->name_len + 1);
}

static int send_entry(struct sender *s, int dir, const char *name,
		      unsigned depth, struct err *e)
{
	bool out = left_out(s);
	struct stat st;
	cleanup_fd int fd = -1;

	if (out && !ignore_descend(s->ignore))
		return 0;
	if (depth > s->limits->depth)
		return err_set(e, -ELOOP, "%s: more than %u folders deep",
			       s->path, s->limits->depth);
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(e, -errno, "%s", s->path);
	if (out && !S_ISDIR(st.st_mode))
		return 0;
	if (S_ISLNK(st.st_mode))
		return send_link(s, dir, name, &st, e);
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return err_set(e, -EINVAL, "%s: neither file, folder nor link",
			       s->path);
	/* Between the two it may have become anything */
	fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys(e, -errno, "%s", s->path);
	if (S_ISREG(st.st_mode))
		return send_file(s, fd, &st, e);
	if (!S_ISDIR(st.st_mode))
		return err_set(e, -EAGAIN, "%s: it changed", s->path);
	return send_folder(s, fd, &st, depth, out, e);
}

int context_send(int out, int dir, const char *path, const char *name,
		 const struct ignore *ignore,
		 const struct context_limits *limits, struct err *e)
{
	cleanup_free struct sender *s = calloc(1, sizeof(*s));
	struct err second;
	int ret, flushed;

	if (!s)
		return err_sys(e, -ENOMEM, "%s", path);
	if (strlen(name) > NAME_MAX)
		return err_sys(e, -ENAMETOOLONG, "%s", name);
	s->out = out;
	s->ignore = ignore;
	s->limits = limits;
	s->name_len = strlen(name);
	strcpy(s->path, name);
	ret = send_entry(s, dir, path, 0, e);
	/* Whole entries go in any case, so that a reason can follow them */
	flushed = flush(s, ret < 0 ? &second : e);
	return ret < 0 ? ret : flushed;
}

static int send_end(int out, enum context_type type, const char *text)
{
	struct context_head h = {.type = type,
				 .path_len = (uint32_t)strlen(text)};
	char all[sizeof(h) + sizeof(((struct err *)0)->msg)];

	memcpy(all, &h, sizeof(h));
	memcpy(all + sizeof(h), text, h.path_len);
	return write(out, all, sizeof(h) + h.path_len) < 0 ? -errno : 0;
}

int context_end(int out, struct err *e)
{
	int ret = send_end(out, CONTEXT_END, "");

	return ret < 0 ? err_sys(e, ret, "send") : 0;
}

void context_fail(int out, const struct err *why)
{
	send_end(out, CONTEXT_FAILED, why->msg);
}
