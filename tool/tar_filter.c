/* See tar_filter.h. */
#include "tar_filter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "tar_entry.h"

/* The first component of a path, as mksquashfs will see it: it skips what
 * leads nowhere. NULL: the path goes upwards, which no image's does. */
static const char *first_component(const char *path, size_t *len)
{
	const char *first = "";

	*len = 0;
	while (*path) {
		size_t n = strcspn(path, "/");

		if (n == 2 && memcmp(path, "..", 2) == 0)
			return NULL;
		if (*len == 0 && n > 0 && !(n == 1 && *path == '.')) {
			first = path;
			*len = n;
		}
		path += n + (path[n] == '/');
	}
	return first;
}

static bool same_top(const struct tar_extra *ours, const char *top, size_t len)
{
	return strncmp(ours->path, top, len) == 0 &&
	       (ours->path[len] == '\0' || ours->path[len] == '/');
}

/* Passes an entry on, or skips it where one of ours takes its place. */
static int entry_pass(struct tar_stream *t, struct tar_entry *n, uint32_t base,
		      const struct tar_extra *ours, size_t count, bool *seen,
		      struct err *e)
{
	size_t len;
	const char *top = first_component(n->path, &len);
	int keep = 1;
	int ret = 0;

	if (!top)
		return tar_odd(e, "a path with ..");
	for (size_t i = 0; len && i < count; i++) {
		if (!same_top(&ours[i], top, len))
			continue;
		keep &= ours[i].optional;
		seen[i] = true;
	}
	if (keep)
		ret = tar_entry_put(t, n, base, e);
	return ret < 0 ? ret
		       : tar_pass(t, n->size + tar_padding(n->size), keep, e);
}

static int put_ours(struct tar_stream *t, const struct tar_extra *o,
		    struct err *e)
{
	struct tar_entry n = {0};
	int ret;

	memcpy(n.h.magic, "ustar\00000", 8);
	n.h.type = o->type;
	strncpy(n.h.name, o->path, sizeof(n.h.name) - 1);
	snprintf(n.h.mode, sizeof(n.h.mode), "%07o", o->mode);
	snprintf(n.h.mtime, sizeof(n.h.mtime), "%011o", 0);
	if (o->type == '2')
		strncpy(n.h.link, o->data, sizeof(n.h.link) - 1);
	n.size = o->type == '0' ? strlen(o->data) : 0;
	ret = tar_entry_put(t, &n, 0, e);
	if (ret == 0)
		ret = tar_put(t, o->data ? o->data : "", n.size, e);
	if (ret == 0)
		ret = tar_put(t, (char[TAR_BLOCK]){0}, tar_padding(n.size), e);
	return ret;
}

static int filter(struct tar_stream *t, uint32_t base,
		  const struct tar_extra *ours, size_t count, struct err *e)
{
	bool seen[TAR_MAX_EXTRAS] = {false};
	struct tar_entry n = {0};
	int ret;

	for (;;) {
		ret = tar_entry_next(t, &n, e);
		if (ret == 0)
			ret = entry_pass(t, &n, base, ours, count, seen, e);
		tar_entry_close(&n);
		if (ret < 0)
			return ret;
		if (ret == 1)
			break;
	}
	ret = 0;
	for (size_t i = 0; i < count && ret == 0; i++)
		if (!ours[i].optional || !seen[i])
			ret = put_ours(t, &ours[i], e);
	if (ret == 0)
		ret = tar_put(t, (char[2 * TAR_BLOCK]){0}, 2 * TAR_BLOCK, e);
	if (ret == 0)
		ret = tar_flush(t, e);
	return ret < 0 ? ret : tar_drain(t, e);
}

int tar_filter(int in, int out, uint32_t id_base,
	       const struct tar_extra *extras, size_t count, struct err *e)
{
	cleanup_free struct tar_stream *t = calloc(1, sizeof(*t));

	if (!t)
		return err_sys(e, -ENOMEM, "the image's files");
	t->in = in;
	t->out = out;
	return filter(t, id_base, extras, count, e);
}
