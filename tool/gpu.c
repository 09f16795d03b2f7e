/* See gpu.h. */
#include "gpu.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"

#define MAX_FILE (4u << 20)

typedef void found(const char *name, void *arg);

bool gpu_spec_valid(const char *spec)
{
	size_t n = strspn(spec, "abcdefghijklmnopqrstuvwxyz"
				"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:-");

	return n > 0 && n < 128 && !spec[n] && isalnum((unsigned char)*spec);
}

/* False: the text is no JSON. */
static bool json_devices(const char *text, const char *kind, found *each,
			 void *arg)
{
	json_error_t why;
	json_auto_t *spec = json_loads(text, 0, &why);
	const char *its = json_string_value(json_object_get(spec, "kind"));
	size_t i;
	json_t *d;

	if (!spec)
		return false;
	if (!its || strcmp(its, kind) != 0)
		return true;
	json_array_foreach (json_object_get(spec, "devices"), i, d) {
		const char *name =
			json_string_value(json_object_get(d, "name"));

		if (name)
			each(name, arg);
	}
	return true;
}

/* The value of "KEY: VALUE" at this place of a line, without quotes, or NULL.
 * It ends the line there. */
static char *yaml_value(char *line, const char *key)
{
	size_t n = strlen(key);
	char *v = line + n + 1;

	if (strncmp(line, key, n) != 0 || line[n] != ':')
		return NULL;
	v += strspn(v, " \t");
	if (*v == '"' || *v == '\'') {
		char *end = strchr(v + 1, *v);

		if (!end)
			return NULL;
		*end = '\0';
		return v + 1;
	}
	v[strcspn(v, " \t\r#")] = '\0';
	return v;
}

/* One pass over a block-style document; the text is used up. Returns whether
 * the kind is this one. `each` may be NULL. */
static bool yaml_pass(char *text, const char *kind, found *each, void *arg)
{
	bool devices = false, same = false;
	size_t item = SIZE_MAX; /* where the keys of a device stand */
	char *line, *value;

	while ((line = strsep(&text, "\n"))) {
		size_t at = strspn(line, " ");
		bool dash = line[at] == '-' && line[at + 1] == ' ';

		if (dash && devices && item == SIZE_MAX)
			item = at + 2;
		if (dash)
			at += 2;
		else if (at == 0 && line[0] && line[0] != '#') {
			value = yaml_value(line, "kind");
			same |= value && strcmp(value, kind) == 0;
			devices = strncmp(line, "devices:", 8) == 0;
			item = SIZE_MAX;
		}
		value = devices && at == item ? yaml_value(line + at, "name")
					      : NULL;
		if (value && each)
			each(value, arg);
	}
	return same;
}

static int file_read(int dir, const char *name, char **text)
{
	struct stat st;
	cleanup_fd int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || st.st_size > MAX_FILE)
		return -EFBIG;
	*text = calloc(1, (size_t)st.st_size + 1);
	if (!*text)
		return -ENOMEM;
	n = read(fd, *text, (size_t)st.st_size);
	return n < 0 ? -errno : 0;
}

static bool has_end(const char *name, const char *end)
{
	size_t n = strlen(name), k = strlen(end);

	return n > k && strcmp(name + n - k, end) == 0;
}

static int file_devices(int dir, const char *name, const char *kind,
			found *each, void *arg, struct err *e)
{
	cleanup_free char *text = NULL;
	cleanup_free char *again = NULL;
	bool yaml = has_end(name, ".yaml") || has_end(name, ".yml");
	int ret;

	if (!yaml && !has_end(name, ".json"))
		return 0;
	ret = file_read(dir, name, &text);
	if (ret < 0)
		return err_sys(e, ret, "%s", name);
	if (!yaml)
		return json_devices(text, kind, each, arg)
			       ? 0
			       : err_set(e, -EBADMSG, "%s: no JSON", name);
	again = strdup(text);
	if (again && yaml_pass(again, kind, NULL, NULL))
		yaml_pass(text, kind, each, arg);
	return 0;
}

static int dir_devices(const char *path, const char *kind, found *each,
		       void *arg, struct err *e)
{
	DIR *d = opendir(path);
	struct dirent *entry;
	int ret = 0;

	if (!d)
		return errno == ENOENT ? 0 : err_sys(e, -errno, "%s", path);
	while (ret == 0 && (entry = readdir(d)))
		ret = file_devices(dirfd(d), entry->d_name, kind, each, arg, e);
	closedir(d);
	return ret < 0 ? err_wrap(e, ret, "%s", path) : 0;
}

int gpu_list(const char *const *dirs, const char *kind, found *each, void *arg,
	     struct err *e)
{
	int ret = 0;

	for (; *dirs && ret == 0; dirs++)
		ret = dir_devices(*dirs, kind, each, arg, e);
	return ret;
}

struct search {
	const char *name;
	bool there;
	size_t others;
};

static void search_one(const char *name, void *arg)
{
	struct search *s = arg;

	s->there |= strcmp(name, s->name) == 0;
	s->others++;
}

int gpu_find(const char *const *dirs, const char *kind, const char *spec,
	     char *device, size_t size, struct err *e)
{
	struct search s = {.name = spec ? spec : "all"};
	int ret;

	if (!gpu_spec_valid(s.name))
		return err_set(e, -EINVAL,
			       "GPU %s: must be all, a number or a UUID",
			       s.name);
	ret = gpu_list(dirs, kind, search_one, &s, e);
	if (ret < 0)
		return ret;
	if (!s.others)
		return err_set(e, -ENODEV,
			       "GPU: this machine has none (no CDI file "
			       "declares %s)",
			       kind);
	if (!s.there)
		return err_set(e, -ENODEV,
			       "GPU %s: this machine has no such one", s.name);
	if (snprintf(device, size, "%s=%s", kind, s.name) >= (int)size)
		return err_sys(e, -ENAMETOOLONG, "GPU %s", s.name);
	return 0;
}
