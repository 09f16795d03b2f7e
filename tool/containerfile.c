/* See containerfile.h. */
#include "containerfile.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cleanup.h"
#include "containerfile_args.h"
#include "containerfile_words.h"
#include "valid.h"

struct scan {
	containerfile_image *image; /* NULL: triggers */
	void *arg;
	bool trigger;
	struct strs stages; /* those that have ended: their names or "" */
	char *stage;	    /* the one that is open */
	struct args args;
	struct strs lines; /* of the open instruction, as they came */
	FILE *out;	   /* the text with IDs for images */
	struct err *e;
};

#define deny(s, ...) err_set((s)->e, -EPERM, __VA_ARGS__)

/* As the builder has it: one that has ended, by its very name. */
static bool is_stage(const struct scan *s, const char *name)
{
	for (size_t i = 0; i < s->stages.count; i++)
		if (*name && strcmp(s->stages.list[i], name) == 0)
			return true;
	return false;
}

/* *out: what Podman gets to read: the image's ID. */
static int need_image(struct scan *s, const char *what, const char *name,
		      char **out)
{
	int rc;

	if (s->trigger)
		return deny(s, "ONBUILD %s: names other images", what);
	if (is_stage(s, name) || strcmp(name, "scratch") == 0) {
		*out = text("%s", name);
		return 0;
	}
	if (!valid_image(name))
		return deny(s,
			    "%s %.100s: write an image's name: transports "
			    "are refused, and variables but in FROM",
			    what, name);
	rc = s->image(s->arg, name, out, s->e);
	return rc ? err_wrap(s->e, rc, "%s", what) : 0;
}

/* Instead of the lines that it came in: what was looked at is what is built.
 * The builder reads 64 KiB of a line, and leaves out the rest. */
static int replace(struct scan *s, const char *line)
{
	strs_free(&s->lines);
	strs_add(&s->lines, "%s", line);
	return strlen(line) < 64 << 10 ? 0 : deny(s, "the line is too long");
}

/* Behind FROM's image: nothing, or AS and a name; numbers are the builder's. */
static int open_stage(struct scan *s, char *rest, const char **name)
{
	char *as = word_next(&rest);

	*name = as ? word_next(&rest) : "";
	if (as && (strcasecmp(as, "as") != 0 || !*name || !valid_name(*name) ||
		   word_is_number(*name) || word_next(&rest)))
		return deny(s, "FROM: expected AS NAME");
	if (s->stage)
		strs_add(&s->stages, "%s", s->stage);
	free(s->stage);
	s->stage = text("%s", *name);
	return 0;
}

static int from(struct scan *s, char *rest)
{
	char *w = word_next(&rest), image[256];
	cleanup_free char *id = NULL;
	cleanup_free char *line = NULL;
	const char *name;
	int rc;

	if (w && strncmp(w, "--", 2) == 0) {
		if (strncasecmp(w, "--platform=", 11) != 0 || !word_is_plain(w))
			return deny(s, "FROM %.100s: refused", w);
		rc = args_platform(&s->args, w + 11, s->e);
		if (rc)
			return err_wrap(s->e, rc, "FROM %.100s", w);
		w = word_next(&rest);
	}
	if (!w)
		return deny(s, "FROM: no image");
	rc = args_expand(&s->args, w, image, sizeof(image), s->e);
	if (rc)
		return err_wrap(s->e, rc, "FROM %.100s", w);
	rc = open_stage(s, rest, &name);
	if (!rc)
		rc = need_image(s, "FROM", image, &id);
	if (rc)
		return rc;
	line = text("FROM %s%s%s", id, *name ? " AS " : "", name);
	return replace(s, line);
}

/* A stage by its number, or a name. */
static int copy_from(struct scan *s, const char *wish, char **flag)
{
	cleanup_free char *source = NULL;
	int rc = 0;

	if (!word_is_number(wish))
		rc = need_image(s, "COPY --from", wish, &source);
	else if (strlen(wish) > 9 || strtoul(wish, NULL, 10) >= s->stages.count)
		rc = deny(s, "COPY --from %.20s: no stage before this", wish);
	if (!rc)
		*flag = text("--from=%s", source ? source : wish);
	return rc;
}

static char *join(char *line, const char *more)
{
	char *all = text("%s %s", line, more);

	free(line);
	return all;
}

/* COPY and ADD: flags first. *rest: what is behind them. */
static int copy(struct scan *s, const char *what, char **rest)
{
	cleanup_free char *line = text("%s", what);
	bool changed = false;

	while (strncmp(word_peek(rest), "--", 2) == 0) {
		cleanup_free char *other = NULL;
		char *flag = word_next(rest);
		int rc = 0;

		if (!word_is_plain(flag))
			rc = deny(s, "%s: quotes in a flag are refused", what);
		else if (strncasecmp(flag, "--from=", 7) == 0)
			rc = copy_from(s, flag + 7, &other);
		else if (strncasecmp(flag, "--chown=", 8) != 0 &&
			 strncasecmp(flag, "--chmod=", 8) != 0)
			rc = deny(s, "%s %.100s: this flag is refused", what,
				  flag);
		if (rc)
			return rc;
		changed |= other != NULL;
		line = join(line, other ? other : flag);
	}
	line = join(line, *rest);
	return changed ? replace(s, line) : 0;
}

/* A source that is an address is fetched by root, from where root can reach;
 * JSON escapes and variables can hide one. */
static int add(struct scan *s, char *rest)
{
	int rc = copy(s, "ADD", &rest);

	if (!rc && (strpbrk(rest, ":$\\@") || strstr(rest, "github.com")))
		return deny(s, "ADD: addresses, variables and escapes are "
			       "refused: COPY files, or fetch them with RUN");
	return rc;
}

static int run(struct scan *s, char *rest)
{
	if (strncmp(word_peek(&rest), "--", 2) == 0)
		return deny(s,
			    "RUN %.60s: flags of RUN reach the host "
			    "(mounts, secrets, networks)",
			    word_peek(&rest));
	return 0;
}

static int instruction(struct scan *s, char *line)
{
	static const char *const harmless[] = {
		"ARG",	       "CMD",	 "ENTRYPOINT", "ENV",	"EXPOSE",
		"HEALTHCHECK", "LABEL",	 "MAINTAINER", "SHELL", "STOPSIGNAL",
		"USER",	       "VOLUME", "WORKDIR",
	};
	char *rest = line, *name = word_next(&rest);

	s->trigger = !s->image;
	for (; name && strcasecmp(name, "ONBUILD") == 0;
	     name = word_next(&rest))
		s->trigger = true;
	if (!name)
		return 0;
	if (*word_peek(&rest) & 0x80)
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
		return copy(s, "COPY", &rest);
	if (strcasecmp(name, "ARG") == 0 && !s->stage)
		args_declare(&s->args, word_peek(&rest));
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
	free(s->stage);
	args_free(&s->args);
	return rc ? err_wrap(s->e, rc, "Containerfile line %u", number) : 0;
}

int containerfile_check(const char *source, const struct strs *build_args,
			containerfile_image *image, void *arg, char **out,
			struct err *e)
{
	struct scan s = {
		.image = image, .arg = arg, .args.given = build_args, .e = e};
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

int containerfile_triggers(const char *text, struct err *e)
{
	struct scan s = {.e = e};

	return scan(&s, text);
}
