/* The command lines of Docker and Podman. See engine.h. */
#include <errno.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
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

static const char *program(const struct engine_use *u, const char *usual)
{
	const char *other = option(u, "program");

	return other ? other : usual;
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
	words_add(w, "%s", program(u, "podman"));
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
	bool user = u->engine->rootless || u->engine->tool == TOOL_IE_PODMAN;
	int r = 0;

	if (user)
		r = user_add(w, u, e);
	else
		words_add(w, "env");
	if (r < 0)
		return r;
	switch (u->engine->tool) {
	case TOOL_DOCKER:
		words_add(w, "DOCKER_HOST=%s", option(u, "host"));
		words_add(w, "DOCKER_BUILDKIT=%d", u->engine->buildkit);
		words_add(w, "%s", program(u, "docker"));
		break;
	case TOOL_PODMAN:
		podman_add(w, u);
		break;
	case TOOL_IE_PODMAN:
		words_add(w, "%s", program(u, "ie-podman"));
		break;
	}
	return 0;
}

static int words_end(struct words *w, struct err *e)
{
	return w->lost ? err_sys(e, -ENOMEM, "write a command line") : 0;
}

/* ie-podman imports nothing: a build from scratch does the same. */
static void unpack_add(struct words *w, const char *tar, const char *folder)
{
	static const char script[] =
		"mkdir \"$1\" && cp \"$0\" \"$1/base.tar\" && "
		"printf 'FROM scratch\\nADD base.tar /\\n' "
		">\"$1/Containerfile\" && chmod -R a+rX \"$1\" && "
		"shift && exec \"$@\"";

	add_all(w, (const char *[]){"/bin/sh", "-c", script, tar, NULL});
	words_add(w, "%s/base", folder);
}

/* ie-podman gives its images no other home. */
static const char *own_name(const char *image)
{
	const char *slash = strchr(image, '/');

	return slash ? slash + 1 : image;
}

int engine_load(struct words *w, const struct engine_use *u, const char *tar,
		const char *folder, const char *image, struct err *e)
{
	int r;

	if (u->engine->tool == TOOL_IE_PODMAN) {
		unpack_add(w, tar, folder);
		r = program_add(w, u, e);
		add_all(w,
			(const char *[]){"build", "-t", own_name(image), NULL});
		words_add(w, "%s/base", folder);
		return r < 0 ? r : words_end(w, e);
	}
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
	bool ours = u->engine->tool == TOOL_IE_PODMAN;
	int r = program_add(w, u, e);

	words_add(w, "build");
	if (u->engine->tool == TOOL_PODMAN)
		podman_options(w, u);
	if (u->engine->buildkit)
		add_all(w, (const char *[]){"--progress", "plain", NULL});
	if (!cached)
		words_add(w, "--no-cache");
	/* ie-podman's network is the site's to say */
	if (!ours)
		add_all(w, (const char *[]){"--network", "none", NULL});
	add_all(w, (const char *[]){"-t", ours ? own_name(image) : image, "-f",
				    NULL});
	words_add(w, "%s/Containerfile", folder);
	words_add(w, "%s", folder);
	return r < 0 ? r : words_end(w, e);
}

int engine_run(struct words *w, const struct engine_use *u, const char *image,
	       const char *name, const char *script, struct err *e)
{
	bool ours = u->engine->tool == TOOL_IE_PODMAN;
	const char *parent = option(u, "cgroup_parent");
	int r = program_add(w, u, e);

	add_all(w, (const char *[]){"run", "--rm", NULL});
	if (!ours)
		add_all(w, (const char *[]){"--network", "none", NULL});
	if (u->engine->tool == TOOL_DOCKER)
		add_all(w, (const char *[]){"--name", name, NULL});
	/* Not that of builds: they cannot use one that has others below it */
	if (parent && !u->engine->rootless)
		words_add(w, "--cgroup-parent=%s-check", parent);
	add_all(w, (const char *[]){ours ? own_name(image) : image, "/bin/sh",
				    "-c", script, NULL});
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

/* What ie-podman runs, with what it tells it; see tool/podman.c. */
static void as_ie_podman(struct words *w, const struct engine_use *u)
{
	words_add(w, "env");
	words_add(w, "CONTAINERS_CONF=%s", option(u, "containers_conf"));
	words_add(w, "CONTAINERS_STORAGE_CONF=%s", option(u, "storage_conf"));
	words_add(w, "podman");
}

int engine_info(struct words *w, const struct engine_use *u, struct err *e)
{
	int r = 0;

	if (u->engine->tool == TOOL_IE_PODMAN)
		as_ie_podman(w, u);
	else
		r = program_add(w, u, e);
	add_all(w,
		(const char *[]){"info", "--format",
				 u->engine->tool == TOOL_DOCKER ? "{{json .}}"
								: "json",
				 NULL});
	return r < 0 ? r : words_end(w, e);
}
