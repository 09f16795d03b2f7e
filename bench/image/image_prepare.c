/* What an image build needs before it is measured. See image.h. */
#include "image/image.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "image/counters.h"
#include "image/steps.h"
#include "storage/fstype.h"

/* Room for what a build itself makes. */
#define BUILD_BYTES (UINT64_C(1) << 30)

static int home_check(const struct image *m, struct err *e)
{
	const char *path = m->c->home_path;
	cleanup_fd int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char found[FSTYPE_MAX];

	if (dir < 0)
		return err_sys(e, -errno, "%s: open folder %s", m->c->home,
			       path);
	return fstype_check(dir, m->c->home, path, m->c->home_fstype, found, e);
}

/* A home of the case's own, so that it can be removed as a whole. */
static int home_make(struct image *m, struct err *e)
{
	const char *user =
		json_string_value(json_object_get(m->c->options, "user"));
	const struct passwd *pw = user ? getpwnam(user) : NULL;
	int r;

	if (!m->home_store)
		return 0;
	r = home_check(m, e);
	if (r < 0)
		return r;
	if (mkdir(m->home_store, 0700) < 0)
		return err_sys(e, -errno, "%s: make %s", m->c->target,
			       m->home_store);
	if (pw && chown(m->home_store, pw->pw_uid, pw->pw_gid) < 0)
		return err_sys(e, -errno, "%s: give %s to %s", m->c->target,
			       m->home_store, user);
	return 0;
}

/* What a build can take at most: vfs copies everything below a layer into it,
 * the others keep what is new. */
static int space_check(const struct image *m, struct err *e)
{
	cleanup_free char *file = NULL;
	unsigned layers = 2;
	struct stat base = {.st_size = 0};
	uint64_t needed, available;
	int r;

	if (asprintf(&file, "%s/Containerfile", m->c->build) < 0)
		return err_sys(e, -ENOMEM, "%s: look for space", m->c->target);
	if (m->c->base && stat(m->c->base, &base) < 0)
		return err_sys(e, -errno, "%s: read %s", m->c->target,
			       m->c->base);
	if (strcmp(m->use.engine->storage, "vfs") == 0)
		layers += steps_count(file);
	r = store_space(m->home_store ? m->c->home_path : m->use.store,
			&available, e);
	if (r < 0)
		return err_wrap(e, r, "%s", m->c->target);
	needed = (uint64_t)base.st_size * layers + BUILD_BYTES;
	if (available >= needed)
		return 0;
	return err_set(e, -ENOSPC,
		       "%s: too little space: %llu bytes needed, %llu free",
		       m->c->target, (unsigned long long)needed,
		       (unsigned long long)available);
}

/* The context is read from the page cache by every engine alike. FROM names
 * the base itself, so that no engine has an ARG to resolve. */
static int context_copy(struct image *m, struct err *e)
{
	static const char script[] =
		"cp -R \"$0/.\" \"$1\" && rm -f \"$1/check\" && "
		"chmod -R a+rX \"$1\" && "
		"sed -i \"/^FROM/s,[$]{BASE},$2,\" \"$1/Containerfile\"";
	struct words w = {.n = 0};

	if (mkdir(m->folder, 0755) < 0 || chmod(m->folder, 0755) < 0 ||
	    mkdir(m->context, 0755) < 0)
		return err_sys(e, -errno, "%s: make %s", m->c->target,
			       m->context);
	words_add(&w, "/bin/sh");
	words_add(&w, "-c");
	words_add(&w, "%s", script);
	words_add(&w, "%s", m->c->build);
	words_add(&w, "%s", m->context);
	words_add(&w, "%s", m->base ? m->base : "");
	return image_command(m, &w, "copy the build's folder", e);
}

int image_prepare(struct image *m, struct err *e)
{
	struct command_result result;
	struct words w = {.n = 0};
	uint64_t files;
	int r = store_measure(image_store(m), &m->clean_bytes, &files, e);

	if (r == 0)
		r = space_check(m, e);
	if (r == 0)
		r = context_copy(m, e);
	if (r == 0)
		r = home_make(m, e);
	if (r == 0 && m->base) {
		r = engine_load(&w, &m->use, m->c->base, m->base, e);
		if (r == 0)
			r = image_command(m, &w, "load the base image", e);
		words_free(&w);
	}
	if (r == 0 && m->c->cache == CACHE_WARM)
		r = image_build(m, true, NULL, NULL, &result, e);
	return r;
}
