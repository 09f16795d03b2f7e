/* See ignore.h. The rules: docs.docker.com, "Build context", .dockerignore. */
#include "ignore.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "strs.h"

#define MAX_FILE (1u << 20)

struct pattern {
	bool back; /* "!": takes back */
	struct strs parts;
};

struct ignore {
	struct pattern *list;
	size_t count;
	bool any_back;
};

/* The parts between slashes; none for empty ones and ".". */
static void split(struct strs *parts, const char *path)
{
	while (*path) {
		size_t n = strcspn(path, "/");

		if (n > 0 && !(n == 1 && *path == '.'))
			strs_add(parts, "%.*s", (int)n, path);
		path += n + (path[n] == '/');
	}
}

/* "**" stands for any number of parts, at the end for at least one. */
static bool parts_match(char *const *pattern, size_t np, char *const *path,
			size_t n)
{
	for (; np > 0; pattern++, path++, np--, n--) {
		if (strcmp(*pattern, "**") == 0) {
			size_t least = np == 1;

			for (size_t skip = least; skip <= n; skip++)
				if (parts_match(pattern + 1, np - 1,
						path + skip, n - skip))
					return true;
			return false;
		}
		if (n == 0 || fnmatch(*pattern, *path, 0) != 0)
			return false;
	}
	return n == 0;
}

/* Of the path, or of a folder that it is in. */
static bool pattern_match(const struct pattern *p, const struct strs *path)
{
	for (size_t n = 1; n <= path->count; n++)
		if (parts_match(p->parts.list, p->parts.count, path->list, n))
			return true;
	return false;
}

bool ignore_match(const struct ignore *ig, const char *path)
{
	cleanup_strs struct strs parts = {0};
	bool out = false;

	split(&parts, path);
	for (size_t i = 0; i < ig->count; i++)
		if (ig->list[i].back == out &&
		    pattern_match(&ig->list[i], &parts))
			out = !out;
	return out;
}

bool ignore_descend(const struct ignore *ig)
{
	return ig->any_back;
}

static int pattern_add(struct ignore *ig, const char *line, struct err *e)
{
	struct pattern p = {.back = *line == '!'};
	struct pattern *list;

	split(&p.parts, line + p.back);
	for (size_t i = 0; i < p.parts.count; i++)
		if (strcmp(p.parts.list[i], "..") == 0) {
			strs_free(&p.parts);
			return err_set(e, -EINVAL, "pattern %s: leads outside",
				       line);
		}
	if (!p.parts.count)
		return 0;
	list = reallocarray(ig->list, ig->count + 1, sizeof(*list));
	if (!list)
		abort();
	ig->list = list;
	list[ig->count++] = p;
	ig->any_back |= p.back;
	return 0;
}

int ignore_parse(struct ignore **out, const char *content, struct err *e)
{
	struct ignore *ig = calloc(1, sizeof(*ig));
	cleanup_free char *copy = strdup(content);
	char *rest = copy;
	char *line;
	int ret = 0;

	if (!ig || !copy)
		abort();
	while (ret == 0 && (line = strsep(&rest, "\n"))) {
		size_t n;

		line += strspn(line, " \t\r");
		n = strlen(line);
		while (n > 0 && strchr(" \t\r", line[n - 1]))
			line[--n] = '\0';
		if (*line != '#')
			ret = pattern_add(ig, line, e);
	}
	if (ret < 0)
		ignore_free(ig);
	else
		*out = ig;
	return ret;
}

static int load(struct ignore **ig, int fd, struct err *e)
{
	struct stat st;
	cleanup_free char *content = NULL;
	ssize_t n;

	if (fstat(fd, &st) < 0)
		return err_sys(e, -errno, "read");
	if (!S_ISREG(st.st_mode) || st.st_size > MAX_FILE)
		return err_set(e, -EINVAL, "no file, or too large");
	content = calloc(1, (size_t)st.st_size + 1);
	if (!content)
		abort();
	n = read(fd, content, (size_t)st.st_size);
	return n < 0 ? err_sys(e, -errno, "read")
		     : ignore_parse(ig, content, e);
}

int ignore_load(struct ignore **ig, int context, struct err *e)
{
	static const char *const names[] = {".containerignore",
					    ".dockerignore"};

	*ig = NULL;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		cleanup_fd int fd =
			openat(context, names[i],
			       O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
		int ret;

		if (fd < 0 && errno == ENOENT)
			continue;
		ret = fd < 0 ? err_sys(e, -errno, "open") : load(ig, fd, e);
		return ret < 0 ? err_wrap(e, ret, "%s", names[i]) : 0;
	}
	return 0;
}

void ignore_free(struct ignore *ig)
{
	if (!ig)
		return;
	for (size_t i = 0; i < ig->count; i++)
		strs_free(&ig->list[i].parts);
	free(ig->list);
	free(ig);
}
