/* See engine.h. */
#include "image/engine.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"

static const struct storage_key docker_keys[] = {
	{"host", KEY_REQUIRED, "the daemon's socket, as unix:///PATH"},
	{"store", KEY_REQUIRED, "the daemon's data-root, to be measured"},
	{"program", KEY_OPTIONAL, "instead of docker"},
	{"prune", KEY_FLAG,
	 "yes: the build cache is ours, empty it after each build"},
	{.name = NULL},
};

#define PODMAN_KEYS                                                            \
	{"store", KEY_REQUIRED, "folder of the images (--root)"},              \
		{"run", KEY_REQUIRED, "folder of what runs (--runroot)"},      \
		{"program", KEY_OPTIONAL, "instead of podman or ie-podman"},   \
		{"containers_conf", KEY_OPTIONAL,                              \
		 "a containers.conf instead of the host's"},                   \
	{                                                                      \
		"cgroup_parent", KEY_OPTIONAL,                                 \
			"control group that a build runs in"                   \
	}

static const struct storage_key podman_keys[] = {
	PODMAN_KEYS,
	{.name = NULL},
};

static const struct storage_key rootless_keys[] = {
	PODMAN_KEYS,
	{"user", KEY_REQUIRED, "who builds; has subordinate ids"},
	{.name = NULL},
};

const struct engine engines[] = {
	{"docker", "Docker's classic builder", TOOL_DOCKER, "docker", false,
	 false, "overlay2", docker_keys},
	{"docker-buildkit", "Docker with BuildKit", TOOL_DOCKER, "docker", true,
	 false, "overlay2", docker_keys},
	{"podman", "rootful Podman on overlay", TOOL_PODMAN, "podman", false,
	 false, "overlay", podman_keys},
	{"podman-fuse", "rootful Podman on fuse-overlayfs", TOOL_PODMAN,
	 "podman", false, false, "fuse-overlayfs", podman_keys},
	{"podman-vfs", "rootful Podman on vfs", TOOL_PODMAN, "podman", false,
	 false, "vfs", podman_keys},
	{"podman-rootless-overlay", "rootless Podman on overlay", TOOL_PODMAN,
	 "podman", false, true, "overlay", rootless_keys},
	{"podman-rootless-fuse", "rootless Podman on fuse-overlayfs",
	 TOOL_PODMAN, "podman", false, true, "fuse-overlayfs", rootless_keys},
	{"podman-rootless-vfs", "rootless Podman on vfs", TOOL_PODMAN, "podman",
	 false, true, "vfs", rootless_keys},
	{"ie-podman", "rootless Podman on overlay through ie-podman",
	 TOOL_PODMAN, "ie-podman", false, true, "overlay", rootless_keys},
	{.name = NULL},
};

const struct engine *engine_find(const char *name)
{
	for (const struct engine *g = engines; g->name; g++)
		if (strcmp(g->name, name) == 0)
			return g;
	return NULL;
}

static bool on_path(const char *program)
{
	const char *path = getenv("PATH");
	cleanup_free char *copy = strdup(path ? path : "/usr/bin:/bin");
	char *rest = copy, *dir;

	while (rest && (dir = strsep(&rest, ":"))) {
		cleanup_free char *file = NULL;

		if (asprintf(&file, "%s/%s", dir, program) < 0)
			file = NULL;
		if (file && access(file, X_OK) == 0)
			return true;
	}
	return false;
}

int engine_usable(const struct engine *engine, struct err *e)
{
	const char *needs[] = {
		/* ie-podman is where its target says; it runs podman */
		engine->tool == TOOL_DOCKER ? "docker" : "podman",
		engine->rootless ? "newuidmap" : NULL,
		strcmp(engine->storage, "fuse-overlayfs") == 0
			? "fuse-overlayfs"
			: NULL,
	};

	for (size_t i = 0; i < ARRAY_SIZE(needs); i++)
		if (needs[i] && !on_path(needs[i]))
			return err_set(e, -ENOENT, "%s is not installed",
				       needs[i]);
	return 0;
}

static const char *text_or(const json_t *o, const char *key,
			   const char *fallback)
{
	const char *v = json_string_value(json_object_get(o, key));

	return v ? v : fallback;
}

/* A member of a member of ..., or NULL. */
static const json_t *at(const json_t *o, const char *a, const char *b)
{
	return json_object_get(json_object_get(o, a), b);
}

static void set_text(json_t *into, const char *key, const json_t *value)
{
	if (json_is_string(value) && *json_string_value(value))
		json_object_set_new(into, key,
				    json_string(json_string_value(value)));
}

static void ids_read(const json_t *info, json_t *into)
{
	const json_t *maps =
		json_object_get(at(info, "host", "idMappings"), "uidmap");
	const json_t *map;
	json_int_t count = 0;
	size_t i;

	json_array_foreach (maps, i, map)
		count += json_integer_value(json_object_get(map, "size"));
	json_object_set_new(into, "mapped_ids", json_integer(count));
}

static void podman_read(const json_t *info, json_t *into)
{
	const json_t *store = json_object_get(info, "store");
	const json_t *status = json_object_get(store, "graphStatus");
	const json_t *program =
		json_object_get(json_object_get(store, "graphOptions"),
				"overlay.mount_program");
	const char *driver = text_or(store, "graphDriverName", "");

	if (strcmp(driver, "overlay") == 0 && program)
		driver = "fuse-overlayfs";
	json_object_set_new(into, "storage_driver", json_string(driver));
	set_text(into, "native_overlay_diff",
		 json_object_get(status, "Native Overlay Diff"));
	set_text(into, "backing_fs",
		 json_object_get(status, "Backing Filesystem"));
	set_text(into, "runtime",
		 json_object_get(at(info, "host", "ociRuntime"), "name"));
	set_text(into, "engine_version", at(info, "version", "Version"));
}

static void docker_read(const json_t *info, json_t *into)
{
	static const char *const names[][2] = {
		{"Native Overlay Diff", "native_overlay_diff"},
		{"Backing Filesystem", "backing_fs"},
	};
	const json_t *pair;
	size_t i;

	json_object_set_new(into, "storage_driver",
			    json_string(text_or(info, "Driver", "")));
	json_array_foreach (json_object_get(info, "DriverStatus"), i, pair) {
		const char *name = json_string_value(json_array_get(pair, 0));

		for (size_t k = 0; name && k < ARRAY_SIZE(names); k++)
			if (strcmp(names[k][0], name) == 0)
				set_text(into, names[k][1],
					 json_array_get(pair, 1));
	}
	set_text(into, "runtime", json_object_get(info, "DefaultRuntime"));
	set_text(into, "engine_version",
		 json_object_get(info, "ServerVersion"));
}

int engine_info_read(const struct engine *engine, const char *answer,
		     json_t *into, struct err *e)
{
	json_auto_t *info = json_loads(answer, 0, NULL);

	if (!json_is_object(info))
		return err_set(e, -EINVAL,
			       "%s: info: the answer is no JSON object",
			       engine->name);
	if (engine->tool == TOOL_DOCKER)
		docker_read(info, into);
	else
		podman_read(info, into);
	if (engine->rootless)
		ids_read(info, into);
	return 0;
}
