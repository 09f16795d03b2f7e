/* See containerfile_args.h. */
#include "containerfile_args.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/utsname.h>

#include "cleanup.h"

#define NAME_FIRST                                                             \
	"abcdefghijklmnopqrstuvwxyz"                                           \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ_"

static size_t name_length(const char *s)
{
	return strspn(s, NAME_FIRST) ? strspn(s, NAME_FIRST "0123456789") : 0;
}

/* The last one counts. */
static const char *find(const struct strs *list, const char *name, size_t n)
{
	for (size_t i = list ? list->count : 0; i-- > 0;)
		if (strncmp(list->list[i], name, n) == 0 &&
		    list->list[i][n] == '=')
			return list->list[i] + n + 1;
	return NULL;
}

static int append(char *out, size_t size, const char *more, size_t n,
		  struct err *e)
{
	size_t have = strlen(out);

	if (have + n >= size)
		return err_set(e, -EPERM, "a name that is too long");
	memcpy(out + have, more, n);
	out[have + n] = '\0';
	return 0;
}

/* At '$': NAME, {NAME} or {NAME:-WORD}. Moves *at behind it. */
static int expand_one(const struct args *a, const char **at, char *out,
		      size_t size, struct err *e)
{
	bool braces = (*at)[1] == '{';
	const char *name = *at + 1 + braces;
	size_t n = name_length(name);
	const char *end = name + n, *value = find(&a->known, name, n);
	const char *preset = "";
	size_t preset_length = 0;

	if (!n)
		return err_set(e, -EPERM, "no name behind '$'");
	if (braces && strncmp(end, ":-", 2) == 0) {
		preset = end + 2;
		preset_length = strcspn(preset, "}$");
		end = preset + preset_length;
		value = value && *value ? value : preset;
	}
	if (braces && *end != '}')
		return err_set(e, -EPERM,
			       "only $NAME, ${NAME} and ${NAME:-WORD} are "
			       "known");
	if (!value)
		return err_set(e, -EPERM,
			       "no ARG %.*s with a value that can be read "
			       "stands before the first FROM",
			       (int)(n < 64 ? n : 64), name);
	*at = end + braces;
	return append(out, size, value,
		      value == preset ? preset_length : strlen(value), e);
}

int args_expand(const struct args *a, const char *word, char *out, size_t size,
		struct err *e)
{
	out[0] = '\0';
	while (*word) {
		size_t n = strcspn(word, "$");
		int rc = append(out, size, word, n, e);

		word += n;
		if (!rc && *word)
			rc = expand_one(a, &word, out, size, e);
		if (rc)
			return rc;
	}
	return 0;
}

/* As the builder calls machines on which Debian and Podman run. */
static const char *machine_name(const char *machine)
{
	static const char *const other[][2] = {
		{"x86_64", "amd64"},
		{"aarch64", "arm64"},
		{"armv7l", "arm"},
		{"i686", "386"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(other); i++)
		if (strcmp(machine, other[i][0]) == 0)
			return other[i][1];
	return machine;
}

int args_platform(const struct args *a, const char *wish, struct err *e)
{
	static const char *const set_by_builder[] = {
		"$BUILDPLATFORM", "${BUILDPLATFORM}", "$TARGETPLATFORM",
		"${TARGETPLATFORM}"};
	cleanup_free char *ours = NULL;
	char value[256];
	struct utsname u;
	int rc;

	for (size_t i = 0; i < ARRAY_SIZE(set_by_builder); i++)
		if (strcmp(wish, set_by_builder[i]) == 0)
			return 0;
	rc = args_expand(a, wish, value, sizeof(value), e);
	if (rc)
		return rc;
	uname(&u);
	ours = text("linux/%s", machine_name(u.machine));
	return strcmp(value, ours) == 0
		       ? 0
		       : err_set(e, -EPERM, "refused: images here are of %s",
				 ours);
}

/* Without its quotes, in place; NULL: it is more than one plain word. */
static char *unquote(char *value)
{
	size_t n = strlen(value);

	if (n >= 2 && strchr("'\"", value[0]) && value[n - 1] == value[0]) {
		bool literal = value[0] == '\'' && strchr(value, '$');

		value[n - 1] = '\0';
		value = literal ? NULL : value + 1;
	}
	return value && !strpbrk(value, "'\"\\ \t") ? value : NULL;
}

static void forget(struct args *a, const char *name, size_t n)
{
	for (size_t i = 0; i < a->known.count; i++)
		if (strncmp(a->known.list[i], name, n) == 0 &&
		    a->known.list[i][n] == '=')
			a->known.list[i][0] = '\0';
}

void args_declare(struct args *a, const char *rest)
{
	size_t n = name_length(rest);
	const char *given = find(a->given, rest, n);
	cleanup_free char *copy = text("%s", rest + n);
	char value[256], *end = copy + strlen(copy), *own = NULL;
	struct err e;

	while (end > copy && strchr(" \t\r\f\v", end[-1]))
		*--end = '\0';
	if (copy[0] == '=')
		own = unquote(copy + 1);
	if (!n || (copy[0] && copy[0] != '='))
		return;
	if (!copy[0] && !given)
		return;
	forget(a, rest, n);
	if (given)
		strs_add(&a->known, "%.*s=%s", (int)n, rest, given);
	else if (own && !args_expand(a, own, value, sizeof(value), &e))
		strs_add(&a->known, "%.*s=%s", (int)n, rest, value);
}

void args_free(struct args *a)
{
	strs_free(&a->known);
}
