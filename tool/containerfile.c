/* See containerfile.h. */
#include "containerfile.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cleanup.h"
#include "valid.h"

#define BLANK " \t\r\f\v"

struct scan {
	struct strs *images;
	struct strs stages; /* names given by FROM ... AS */
	struct err *e;
};

#define deny(s, ...) err_set((s)->e, -EPERM, __VA_ARGS__)

/* The next word of *rest, in place; NULL at the end. */
static char *word(char **rest)
{
	char *w = *rest + strspn(*rest, BLANK);
	size_t n = strcspn(w, BLANK);

	if (!n)
		return NULL;
	*rest = w + n + (w[n] != '\0');
	w[n] = '\0';
	return w;
}

static char *peek(char **rest)
{
	*rest += strspn(*rest, BLANK);
	return *rest;
}

/* A flag without what the builder reads in a way of its own: quotes and
 * escapes, and bytes that its language counts as blanks. */
static bool plain(const char *flag)
{
	for (const char *p = flag; *p; p++)
		if (strchr("\\'\"", *p) || *p & 0x80)
			return false;
	return true;
}

static bool is_number(const char *s)
{
	return s[0] && s[strspn(s, "0123456789")] == '\0';
}

static bool is_stage(const struct scan *s, const char *name)
{
	for (size_t i = 0; i < s->stages.count; i++)
		if (strcasecmp(s->stages.list[i], name) == 0)
			return true;
	return false;
}

static int need_image(struct scan *s, const char *what, const char *name)
{
	if (is_stage(s, name) || strcmp(name, "scratch") == 0)
		return 0;
	if (!valid_image(name))
		return deny(s,
			    "%s %.100s: write an image's name: variables "
			    "and transports are refused",
			    what, name);
	strs_add(s->images, "%s", name);
	return 0;
}

static int from(struct scan *s, char *rest)
{
	char *w = word(&rest), *as, *name;
	int rc;

	if (w && strncmp(w, "--", 2) == 0) {
		if (strncasecmp(w, "--platform=", 11) != 0 || !plain(w))
			return deny(s, "FROM %.100s: refused", w);
		w = word(&rest);
	}
	if (!w)
		return deny(s, "FROM: no image");
	rc = need_image(s, "FROM", w);
	as = word(&rest);
	name = word(&rest);
	if (!rc && as) {
		if (strcasecmp(as, "as") != 0 || !name || !valid_name(name))
			return deny(s, "FROM: expected AS NAME");
		strs_add(&s->stages, "%s", name);
	}
	return rc;
}

/* COPY and ADD: flags first. */
static int copy_flags(struct scan *s, const char *what, char **rest)
{
	while (strncmp(peek(rest), "--", 2) == 0) {
		char *flag = word(rest);
		int rc = 0;

		if (!flag)
			break;
		if (!plain(flag)) {
			rc = deny(s, "%s: quotes in a flag are refused", what);
		} else if (strncasecmp(flag, "--from=", 7) == 0) {
			if (!is_number(flag + 7))
				rc = need_image(s, "COPY --from", flag + 7);
		} else if (strncasecmp(flag, "--chown=", 8) != 0 &&
			   strncasecmp(flag, "--chmod=", 8) != 0) {
			rc = deny(s, "%s %.100s: this flag is refused", what,
				  flag);
		}
		if (rc)
			return rc;
	}
	return 0;
}

/* A source that is an address is fetched by root, from where root can reach;
 * JSON escapes and variables can hide one. */
static int add(struct scan *s, char *rest)
{
	int rc = copy_flags(s, "ADD", &rest);

	if (!rc && (strpbrk(rest, ":$\\@") || strstr(rest, "github.com")))
		return deny(s, "ADD: addresses, variables and escapes are "
			       "refused: COPY files, or fetch them with RUN");
	return rc;
}

static int run(struct scan *s, char *rest)
{
	if (strncmp(peek(&rest), "--", 2) == 0)
		return deny(s,
			    "RUN %.60s: flags of RUN reach the host "
			    "(mounts, secrets, networks)",
			    peek(&rest));
	return 0;
}

static int instruction(struct scan *s, char *line)
{
	static const char *const harmless[] = {
		"ARG",	       "CMD",	 "ENTRYPOINT", "ENV",	"EXPOSE",
		"HEALTHCHECK", "LABEL",	 "MAINTAINER", "SHELL", "STOPSIGNAL",
		"USER",	       "VOLUME", "WORKDIR",
	};
	char *rest = line, *name;

	do
		name = word(&rest);
	while (name && strcasecmp(name, "ONBUILD") == 0);
	if (!name)
		return 0;
	if (*peek(&rest) & 0x80)
		return deny(s,
			    "%.20s: begins with a character that is not "
			    "ASCII",
			    name);
	if (strcasecmp(name, "FROM") == 0)
		return from(s, rest);
	if (strcasecmp(name, "RUN") == 0)
		return run(s, rest);
	if (strcasecmp(name, "ADD") == 0)
		return add(s, rest);
	if (strcasecmp(name, "COPY") == 0)
		return copy_flags(s, "COPY", &rest);
	for (size_t i = 0; i < ARRAY_SIZE(harmless); i++)
		if (strcasecmp(name, harmless[i]) == 0)
			return 0;
	return deny(s, "%.60s: no such instruction is permitted", name);
}

/* Ends the line with the escape character? Then cuts it off. */
static bool continued(char *line)
{
	size_t n = strlen(line);

	while (n && strchr(" \t", line[n - 1]))
		n--;
	if (!n || line[n - 1] != '\\')
		return false;
	line[n - 1] = '\0';
	return true;
}

/* One line; what is not complete yet waits in *open. */
static int feed(struct scan *s, char *line, char **open)
{
	char *start = line + strspn(line, BLANK);
	bool more;
	char *all;
	int rc;

	/* What the builder takes for a blank here, and we would not */
	if (*start & 0x80)
		return deny(s, "begins with a character that is not ASCII");
	if (*start == '#' && strcasestr(start, "escape") && strchr(start, '='))
		return deny(s, "the escape directive is refused");
	/* Within a continued instruction, too, these lines do not count */
	if (*start == '#' || !*start)
		return 0;
	more = continued(line);
	all = text("%s%s", *open ? *open : "", *open ? line : start);
	free(*open);
	*open = NULL;
	if (more) {
		*open = all;
		return 0;
	}
	rc = instruction(s, all);
	free(all);
	return rc;
}

static int scan(struct scan *s, const char *source)
{
	cleanup_free char *copy = text("%s", source);
	cleanup_free char *open = NULL;
	char *rest = copy + (strncmp(copy, "\xef\xbb\xbf", 3) == 0 ? 3 : 0);
	unsigned number = 0;
	int rc = 0;

	for (char *line; !rc && (line = strsep(&rest, "\n"));) {
		size_t n = strlen(line);

		if (n && line[n - 1] == '\r')
			line[n - 1] = '\0';
		number++;
		rc = feed(s, line, &open);
	}
	if (!rc && open)
		rc = instruction(s, open);
	strs_free(&s->stages);
	return rc ? err_wrap(s->e, rc, "Containerfile line %u", number) : 0;
}

int containerfile_check(const char *source, struct strs *images, struct err *e)
{
	struct scan s = {.images = images, .e = e};

	if (!*source)
		return err_set(e, -EINVAL, "Containerfile: is empty");
	return scan(&s, source);
}

int containerfile_line(const char *line, struct strs *images, struct err *e)
{
	struct scan s = {.images = images, .e = e};

	return scan(&s, line);
}
