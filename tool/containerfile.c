/* See containerfile.h. */
#include "containerfile.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cleanup.h"
#include "containerfile_args.h"
#include "valid.h"

#define BLANK " \t\r\f\v"

struct scan {
	struct strs *images;
	struct strs stages; /* names given by FROM ... AS */
	struct args args;
	bool began;	   /* the first FROM was there */
	struct strs lines; /* of the open instruction, as they came */
	FILE *out;	   /* the text with FROM's variables resolved */
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
			    "%s %.100s: write an image's name: transports "
			    "are refused, and variables but in FROM",
			    what, name);
	strs_add(s->images, "%s", name);
	return 0;
}

/* Instead of the lines that it came in: what was looked at is what is built. */
static void resolved(struct scan *s, const char *flag, const char *image,
		     const char *stage)
{
	strs_free(&s->lines);
	strs_add(&s->lines, "FROM %s%s%s%s%s", flag ? flag : "",
		 flag ? " " : "", image, stage ? " AS " : "",
		 stage ? stage : "");
}

static int from(struct scan *s, char *rest, bool trigger)
{
	char *w = word(&rest), *flag = NULL, *as, *stage;
	char image[256];
	int rc;

	if (w && strncmp(w, "--", 2) == 0) {
		if (strncasecmp(w, "--platform=", 11) != 0 || !plain(w))
			return deny(s, "FROM %.100s: refused", w);
		flag = w;
		w = word(&rest);
	}
	if (!w)
		return deny(s, "FROM: no image");
	rc = args_expand(&s->args, w, image, sizeof(image), s->e);
	if (rc)
		return err_wrap(s->e, rc, "FROM %.100s", w);
	if (trigger && strcmp(image, w) != 0)
		return deny(s, "ONBUILD FROM %.100s: refused", w);
	rc = need_image(s, "FROM", image);
	as = word(&rest);
	stage = word(&rest);
	if (!rc && as) {
		if (strcasecmp(as, "as") != 0 || !stage || !valid_name(stage))
			return deny(s, "FROM: expected AS NAME");
		strs_add(&s->stages, "%s", stage);
	}
	if (strcmp(image, w) != 0)
		resolved(s, flag, image, as ? stage : NULL);
	s->began = true;
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
	char *rest = line, *name = word(&rest);
	bool trigger = false;

	for (; name && strcasecmp(name, "ONBUILD") == 0; name = word(&rest))
		trigger = true;
	if (!name)
		return 0;
	if (*peek(&rest) & 0x80)
		return deny(s,
			    "%.20s: begins with a character that is not "
			    "ASCII",
			    name);
	if (strcasecmp(name, "FROM") == 0)
		return from(s, rest, trigger);
	if (strcasecmp(name, "RUN") == 0)
		return run(s, rest);
	if (strcasecmp(name, "ADD") == 0)
		return add(s, rest);
	if (strcasecmp(name, "COPY") == 0)
		return copy_flags(s, "COPY", &rest);
	if (strcasecmp(name, "ARG") == 0 && !s->began)
		args_declare(&s->args, peek(&rest));
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

/* The open instruction's lines are done with. */
static void hand_on(struct scan *s)
{
	for (size_t i = 0; i < s->lines.count && s->out; i++)
		fprintf(s->out, "%s\n", s->lines.list[i]);
	strs_free(&s->lines);
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

		number++;
		if (rest || n)
			strs_add(&s->lines, "%s", line);
		if (n && line[n - 1] == '\r')
			line[n - 1] = '\0';
		rc = feed(s, line, &open);
		if (!open)
			hand_on(s);
	}
	if (!rc && open)
		rc = instruction(s, open);
	hand_on(s);
	strs_free(&s->stages);
	args_free(&s->args);
	return rc ? err_wrap(s->e, rc, "Containerfile line %u", number) : 0;
}

int containerfile_check(const char *source, const struct strs *build_args,
			struct strs *images, char **out, struct err *e)
{
	struct scan s = {.images = images, .args.given = build_args, .e = e};
	size_t size;
	int rc;

	*out = NULL;
	if (!*source)
		return err_set(e, -EINVAL, "Containerfile: is empty");
	s.out = open_memstream(out, &size);
	if (!s.out)
		return err_sys(e, -ENOMEM, "Containerfile");
	rc = scan(&s, source);
	return fclose(s.out) && !rc ? err_sys(e, -ENOMEM, "Containerfile") : rc;
}

int containerfile_line(const char *line, struct strs *images, struct err *e)
{
	struct scan s = {.images = images, .e = e};

	return scan(&s, line);
}
