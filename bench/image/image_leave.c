/* After an image build: the store as it was. See image.h. */
#include "image/image.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "image/counters.h"
#include "case/record.h"

/* Databases of an engine grow by pages that it keeps; images are larger. */
#define STORE_SLACK_BYTES (4u << 20)

static int entry_remove(const char *path, const struct stat *st, int kind,
			struct FTW *ftw)
{
	(void)st, (void)kind, (void)ftw;
	return remove(path) < 0 && errno != ENOENT ? -1 : 0;
}

int image_remove(struct image *m, const char *name, struct err *e)
{
	struct words w = {.n = 0};
	int r = engine_remove(&w, &m->use, name, e);

	if (r == 0)
		r = image_command(m, &w, "remove an image", e);
	words_free(&w);
	if (r == -EIO && (strstr(e->msg, "No such image") ||
			  strstr(e->msg, "image not known")))
		r = 0;
	return r;
}

static int tree_remove(struct image *m, const char *path, struct err *e)
{
	if (nftw(path, entry_remove, 64, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) <
		    0 &&
	    errno != ENOENT)
		return err_sys(e, -errno, "%s: remove %s", m->c->target, path);
	return 0;
}

#define TRY(call)                                                              \
	((one = (call)) < 0 && r == 0 ? (r = one, why = &ignored, 0) : 0)

/* What the engine keeps. The first thing that goes wrong is the reason; the
 * rest is tried all the same. */
static int engine_leave(struct image *m, struct err *e)
{
	struct err ignored, *why = e;
	struct words w = {.n = 0};
	int r = 0, one;

	TRY(engine_stop(&w, &m->use, m->c->object, why));
	TRY(image_command(m, &w, "end its container", why));
	TRY(image_remove(m, m->result, why));
	if (m->base)
		TRY(image_remove(m, m->base, why));
	TRY(engine_prune(&w, &m->use, why));
	TRY(image_command(m, &w, "empty the build cache", why));
	return r;
}

int image_leave(struct image *m, struct err *e)
{
	struct err ignored, *why = e;
	/* Where no home could be made, the engine has kept nothing */
	bool kept = !m->home_store || access(m->home_store, F_OK) == 0;
	int r = 0, one;

	if (kept)
		TRY(engine_leave(m, why));
	TRY(tree_remove(m, m->folder, why));
	if (m->home_store)
		TRY(tree_remove(m, m->home_store, why));
	return r;
}
#undef TRY

/* After a measurement the store must be what it was before. */
int image_leave_and_check(struct image *m, struct err *e)
{
	uint64_t bytes, files;
	char why[200];
	int r = image_leave(m, e);

	if (r == 0)
		r = store_measure(image_store(m), &bytes, &files, e);
	if (r < 0 || bytes <= m->clean_bytes + STORE_SLACK_BYTES)
		return r;
	snprintf(why, sizeof(why),
		 "the store has kept %llu bytes of this build",
		 (unsigned long long)(bytes - m->clean_bytes));
	record_fail(m->record, "invalid", why);
	return 0;
}
