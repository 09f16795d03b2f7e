/* See reap.h. The file of the notices has a line each: container's id, when it
 * stopped, when the warning was recorded. */
#include "reap.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "strs.h"

static int notice_add(struct notices *n, const char *id, int64_t finished,
		      int64_t warned, struct err *e)
{
	struct notice *list =
		reallocarray(n->list, n->count + 1, sizeof(*list));

	if (!list)
		return err_sys(e, -ENOMEM, "notices");
	n->list = list;
	list = &n->list[n->count++];
	*list = (struct notice){.finished = finished, .warned = warned};
	memcpy(list->id, id, sizeof(list->id));
	return 0;
}

static int notices_read(struct notices *n, FILE *f, const char *path,
			struct err *e)
{
	char line[160], id[65], end;
	int64_t finished, warned;

	for (int i = 1; fgets(line, sizeof(line), f); i++) {
		if (sscanf(line, "%64[0-9a-f] %" SCNd64 " %" SCNd64 "%c", id,
			   &finished, &warned, &end) != 4 ||
		    end != '\n')
			return err_set(e, -EBADMSG,
				       "%s: %d: damaged (remove the file: all "
				       "are warned again)",
				       path, i);
		if (notice_add(n, id, finished, warned, e) < 0)
			return -ENOMEM;
	}
	return ferror(f) ? err_sys(e, -EIO, "%s", path) : 0;
}

int notices_load(struct notices *n, const char *path, struct err *e)
{
	cleanup_file FILE *f = fopen(path, "re");
	int ret;

	*n = (struct notices){0};
	if (!f)
		return errno == ENOENT ? 0 : err_sys(e, -errno, "%s", path);
	ret = notices_read(n, f, path, e);
	if (ret < 0)
		notices_free(n);
	return ret;
}

static int folder_sync(const char *path)
{
	cleanup_free char *copy = text("%s", path);
	cleanup_fd int fd = open(dirname(copy), O_DIRECTORY | O_CLOEXEC);

	return fd < 0 || fsync(fd) < 0 ? -errno : 0;
}

int notices_save(const struct notices *n, const char *path, struct err *e)
{
	cleanup_free char *new = text("%s.new", path);
	int fd =
		open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
		     0600);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
	int ret = 0;

	if (!f)
		return err_sys(e, -errno, "%s", new);
	for (size_t i = 0; i < n->count; i++)
		fprintf(f, "%s %" PRId64 " %" PRId64 "\n", n->list[i].id,
			n->list[i].finished, n->list[i].warned);
	if (fflush(f) != 0 || fsync(fd) < 0)
		ret = -errno;
	fclose(f);
	if (ret == 0 && rename(new, path) < 0)
		ret = -errno;
	if (ret == 0)
		ret = folder_sync(path);
	else
		unlink(new);
	return ret < 0 ? err_sys(e, ret, "%s: write", path) : 0;
}

void notices_free(struct notices *n)
{
	free(n->list);
	*n = (struct notices){0};
}

const struct notice *notices_find(const struct notices *n,
				  const struct container *c)
{
	for (size_t i = 0; i < n->count; i++)
		if (c->stopped && n->list[i].finished == c->finished &&
		    strcmp(n->list[i].id, c->id) == 0)
			return &n->list[i];
	return NULL;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t due(const struct container *c, const struct notice *notice,
		   const struct reap_rules *rules)
{
	return later(c->finished + rules->stopped_s,
		     notice->warned + rules->notice_s);
}

int64_t notices_due(const struct notices *n, const struct container *c,
		    const struct reap_rules *rules)
{
	const struct notice *notice = notices_find(n, c);

	return notice ? due(c, notice, rules) : 0;
}

enum reap_verdict reap_judge(const struct container *c,
			     const struct notice *notice,
			     const struct reap_rules *rules, int64_t now)
{
	int64_t warn = c->finished + rules->stopped_s - rules->notice_s;

	if (!c->stopped || (!notice && now < warn))
		return REAP_KEEP;
	if (!notice)
		return REAP_WARN;
	return now < due(c, notice, rules) ? REAP_KEEP : REAP_REMOVE;
}

/* One container: what becomes of it, and of its notice. */
static int reap_one(const struct container *c, const struct notice *notice,
		    struct notices *next, const struct reap_rules *rules,
		    int64_t now, const struct reap_ops *ops, struct err *e)
{
	enum reap_verdict verdict = reap_judge(c, notice, rules, now);
	struct err why;
	bool failed = false;

	if (verdict == REAP_REMOVE && ops->remove)
		failed = ops->remove(c, ops->arg, &why) < 0;
	if (verdict != REAP_KEEP)
		ops->tell(c, verdict, failed ? why.msg : NULL, ops->arg);
	if (verdict == REAP_WARN)
		return notice_add(next, c->id, c->finished, now, e);
	/* What could not be removed stays warned */
	if (notice && (verdict == REAP_KEEP || failed))
		return notice_add(next, c->id, c->finished, notice->warned, e);
	return 0;
}

int reap_list(const struct container *list, size_t count,
	      const struct notices *old, struct notices *next,
	      const struct reap_rules *rules, int64_t now,
	      const struct reap_ops *ops, struct err *e)
{
	int ret = 0;

	for (size_t i = 0; i < count && ret == 0; i++)
		ret = reap_one(&list[i], notices_find(old, &list[i]), next,
			       rules, now, ops, e);
	return ret;
}
