/* The command lines of Docker and Podman. See engine.h. */
#include <errno.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "image/engine.h"

#define PATH_TEXT "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

void words_add(struct words *w, const char *fmt, ...)
{
	va_list ap;

	if (w->n == WORDS_MAX) {
		w->lost = true;
		return;
	}
	va_start(ap, fmt);
	if (vasprintf(&w->v[w->n], fmt, ap) < 0)
		w->lost = true;
	else
		w->v[++w->n] = NULL;
	va_end(ap);
}

void words_free(struct words *w)
{
	for (size_t i = 0; i < w->n; i++)
		free(w->v[i]);
	*w = (struct words){.n = 0};
}

static void add_all(struct words *w, const char *const list[])
{
	for (; *list; list++)
		words_add(w, "%s", *list);
}

static const char *option(const struct engine_use *u, const char *key)
{
	return json_string_value(json_object_get(u->options, key));
}

static const char *program(const struct engine_use *u)
{
	const char *other = option(u, "program");

	return other ? other : u->engine->program;
}

/* As after a fresh login, whatever we were started with. */
static int user_add(struct words *w, const struct engine_use *u, struct err *e)
{
	const char *user = option(u, "user");
	const struct passwd *pw = getpwnam(user);

	if (!pw)
		return err_set(e, -ENOENT, "%s: user %s: no such user",
			       u->engine->name, user);
	if (geteuid() != 0 && geteuid() != pw->pw_uid)
		return err_set(e, -EPERM, "%s: build as %s: needs root",
			       u->engine->name, user);
	if (geteuid() == 0) {
		words_add(w, "setpriv");
		words_add(w, "--reuid=%u", pw->pw_uid);
		words_add(w, "--regid=%u", pw->pw_gid);
		words_add(w, "--init-groups");
	}
	words_add(w, "env");
	words_add(w, "-i");
	words_add(w, "PATH=" PATH_TEXT);
	words_add(w, "HOME=%s", pw->pw_dir);
	words_add(w, "USER=%s", user);
	words_add(w, "LOGNAME=%s", user);
	return 0;
}

static void podman_add(struct words *w, const struct engine_use *u)
{
	bool fuse = strcmp(u->engine->storage, "fuse-overlayfs") == 0;
	const char *conf = option(u, "containers_conf"),
		   *run = option(u, "run"), *slash = strrchr(run, '/');

	if (u->engine->rootless)
		words_add(w, "XDG_RUNTIME_DIR=%.*s",
			  (int)(slash ? slash - run : 0), run);
	if (conf)
		words_add(w, "CONTAINERS_CONF=%s", conf);
	words_add(w, "%s", program(u));
	/* ie-podman has words of its own (info): none is first on its line */
	words_add(w, "--root");
	words_add(w, "%s", u->home_store ? u->home_store : u->store);
	words_add(w, "--runroot");
	/* It keeps there what it has learned of a store's file system */
	words_add(w, "%s%s%s", run, u->home_store ? "-" : "",
		  u->home_store ? u->home : "");
	words_add(w, "--storage-driver");
	words_add(w, "%s", fuse ? "overlay" : u->engine->storage);
	if (fuse) {
		words_add(w, "--storage-opt");
		words_add(w, "overlay.mount_program=/usr/bin/fuse-overlayfs");
	}
}

static int program_add(struct words *w, const struct engine_use *u,
		       struct err *e)
{
	int r = 0;

	if (u->engine->rootless)
		r = user_add(w, u, e);
	else
		words_add(w, "env");
	if (r < 0)
		return r;
	switch (u->engine->tool) {
	case TOOL_DOCKER:
		words_add(w, "DOCKER_HOST=%s", option(u, "host"));
		words_add(w, "DOCKER_BUILDKIT=%d", u->engine->buildkit);
		words_add(w, "%s", program(u));
		break;
	case TOOL_PODMAN:
		podman_add(w, u);
		break;
	}
	return 0;
}

static int words_end(struct words *w, struct err *e)
{
	return w->lost ? err_sys(e, -ENOMEM, "write a command line") : 0;
}

int engine_load(struct words *w, const struct engine_use *u, const char *tar,
		const char *image, struct err *e)
{
	int r;

	/* The user of a rootless engine may have no way to the archive. */
	add_all(w, (const char *[]){"/bin/sh", "-c", "exec \"$@\" <\"$0\"", tar,
				    NULL});
	r = program_add(w, u, e);
	add_all(w, (const char *[]){"import", "-", image, NULL});
	return r < 0 ? r : words_end(w, e);
}

static void podman_options(struct words *w, const struct engine_use *u)
{
	const char *parent = option(u, "cgroup_parent");

	add_all(w, (const char *[]){"--isolation", "oci", "--pull=never",
				    "--layers", NULL});
	/* Rootless Podman has no control groups of its own on cgroup v1. */
	if (parent && !u->engine->rootless)
		add_all(w, (const char *[]){"--cgroup-parent", parent, NULL});
	if (u->jobs > 1)
		words_add(w, "--jobs=%u", u->jobs);
}

int engine_build(struct words *w, const struct engine_use *u,
		 const char *folder, const char *image, bool cached,
		 struct err *e)
{
	int r = program_add(w, u, e);

	words_add(w, "build");
	if (u->engine->tool == TOOL_PODMAN)
		podman_options(w, u);
	if (u->engine->buildkit)
		add_all(w, (const char *[]){"--progress", "plain", NULL});
	if (!cached)
		words_add(w, "--no-cache");
	add_all(w,
		(const char *[]){"--network", "none", "-t", image, "-f", NULL});
	words_add(w, "%s/Containerfile", folder);
	words_add(w, "%s", folder);
	return r < 0 ? r : words_end(w, e);
}

int engine_run(struct words *w, const struct engine_use *u, const char *image,
	       const char *name, const char *script, struct err *e)
{
	const char *parent = option(u, "cgroup_parent");
	int r = program_add(w, u, e);

	add_all(w, (const char *[]){"run", "--rm", "--network", "none", NULL});
	if (u->engine->tool == TOOL_DOCKER)
		add_all(w, (const char *[]){"--name", name, NULL});
	/* Not that of builds: they cannot use one that has others below it */
	if (parent && !u->engine->rootless)
		words_add(w, "--cgroup-parent=%s-check", parent);
	add_all(w, (const char *[]){image, "/bin/sh", "-c", script, NULL});
	return r < 0 ? r : words_end(w, e);
}

int engine_stop(struct words *w, const struct engine_use *u, const char *name,
		struct err *e)
{
	int r;

	if (u->engine->tool != TOOL_DOCKER)
		return 0;
	r = program_add(w, u, e);
	add_all(w, (const char *[]){"rm", "-f", name, NULL});
	return r < 0 ? r : words_end(w, e);
}

int engine_remove(struct words *w, const struct engine_use *u,
		  const char *image, struct err *e)
{
	int r = program_add(w, u, e);

	add_all(w, (const char *[]){"rmi", "-f", image, NULL});
	return r < 0 ? r : words_end(w, e);
}

int engine_prune(struct words *w, const struct engine_use *u, struct err *e)
{
	const char *prune = option(u, "prune");
	int r;

	if (!u->engine->buildkit || !prune || strcmp(prune, "yes") != 0)
		return 0;
	r = program_add(w, u, e);
	add_all(w,
		(const char *[]){"builder", "prune", "--all", "--force", NULL});
	return r < 0 ? r : words_end(w, e);
}

int engine_info(struct words *w, const struct engine_use *u, struct err *e)
{
	int r = program_add(w, u, e);

	add_all(w,
		(const char *[]){"info", "--format",
				 u->engine->tool == TOOL_DOCKER ? "{{json .}}"
								: "json",
				 NULL});
	return r < 0 ? r : words_end(w, e);
}
