/* See valid.h. */
#include "valid.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "number.h"
#include "pool.h"
#include "strs.h"

#define DIGITS "0123456789"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* All of s from this set, 1 to max characters, begun by a letter or digit. */
static bool made_of(const char *s, const char *set, size_t max)
{
	size_t n = strlen(s);

	return n >= 1 && n <= max && strspn(s, set) == n &&
	       isalnum((unsigned char)s[0]);
}

bool valid_word(const char *s)
{
	return made_of(s, LOWER UPPER DIGITS "._-/:", 63);
}

bool valid_id(const char *s)
{
	size_t n = strlen(s);

	return n >= 12 && n <= 64 && strspn(s, DIGITS "abcdef") == n;
}

bool valid_name(const char *s)
{
	return made_of(s, LOWER UPPER DIGITS "._-", 63) && !valid_id(s);
}

bool valid_object(const char *s)
{
	return valid_name(s) || valid_id(s);
}

/* One component of a repository's path (github.com/distribution/distribution,
 * reference/regexp.go): separators stand between letters and digits. */
static bool component(const char *s, size_t n)
{
	static const char *const separators[] = {".", "_", "__"};
	size_t i = 0;

	while (i < n) {
		size_t word = strspn(s + i, LOWER DIGITS);
		size_t sep;
		bool known;

		if (!word || (i += word) >= n)
			return word && i == n;
		sep = strspn(s + i, "._-");
		known = sep && strspn(s + i, "-") >= sep;
		for (size_t k = 0; k < ARRAY_SIZE(separators); k++)
			known |= sep == strlen(separators[k]) &&
				 strncmp(s + i, separators[k], sep) == 0;
		if (!known)
			return false;
		i += sep;
	}
	return false;
}

/* The words that Podman takes for the name of a transport before a ':'. */
static bool transport(const char *s)
{
	static const char *const names[] = {
		"atomic",
		"containers-storage",
		"dir",
		"docker",
		"docker-archive",
		"docker-daemon",
		"oci",
		"oci-archive",
		"ostree",
		"sif",
		"tarball",
	};
	size_t n = strcspn(s, ":");

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (s[n] && strlen(names[i]) == n &&
		    strncmp(s, names[i], n) == 0)
			return true;
	return false;
}

static bool registry(const char *s, size_t n)
{
	return strspn(s, LOWER DIGITS ".-:") >= n &&
	       isalnum((unsigned char)s[0]) &&
	       (memchr(s, '.', n) || memchr(s, ':', n) ||
		(n == 9 && strncmp(s, "localhost", n) == 0));
}

/* The registry's length, 0 without one. */
static size_t registry_length(const char *s)
{
	size_t n = strcspn(s, "/");

	return s[n] == '/' && n && registry(s, n) ? n : 0;
}

bool image_is_full(const char *s)
{
	return registry_length(s) > 0;
}

static bool tail(const char *s)
{
	if (*s == ':') {
		size_t n = strspn(++s, LOWER UPPER DIGITS "._-");

		if (n < 1 || n > 128 || strchr(".-", s[0]))
			return false;
		s += n;
	}
	if (*s == '@')
		return strncmp(s, "@sha256:", 8) == 0 && strlen(s + 8) == 64 &&
		       strspn(s + 8, DIGITS "abcdef") == 64;
	return *s == '\0';
}

bool valid_image(const char *s)
{
	size_t skip = registry_length(s);

	if (strlen(s) > 255 || transport(s))
		return false;
	if (valid_id(s))
		return true;
	s += skip ? skip + 1 : 0;
	for (;;) {
		size_t n = strcspn(s, "/:@");

		if (!component(s, n))
			return false;
		s += n;
		if (*s != '/')
			return tail(s);
		s++;
	}
}

bool valid_new_image(const char *s)
{
	return valid_image(s) && !valid_id(s) && !image_is_full(s) &&
	       !strchr(s, '@') && strlen(s) < 128;
}

bool valid_assignment(const char *s)
{
	size_t n = strspn(s, LOWER UPPER DIGITS "_");

	return n > 0 && !isdigit((unsigned char)s[0]) && s[n] == '=';
}

bool valid_mountpoint(const char *s)
{
	if (s[0] != '/' || !s[1] || strlen(s) >= PATH_MAX ||
	    strpbrk(s, ":,\n\\\""))
		return false;
	for (const char *p = s; *p;) {
		size_t n = strcspn(++p, "/");

		if ((n == 1 && p[0] == '.') ||
		    (n == 2 && p[0] == '.' && p[1] == '.'))
			return false;
		p += n;
	}
	return true;
}

bool valid_mount(const char *s)
{
	cleanup_free char *copy = text("%s", s);
	char *rest = copy;
	char *source = strsep(&rest, ":");
	char *dir = strsep(&rest, ":");

	if (!dir ||
	    (rest && strcmp(rest, "ro") != 0 && strcmp(rest, "rw") != 0))
		return false;
	return valid_mountpoint(dir) &&
	       (valid_name(source) || valid_mountpoint(source));
}

bool valid_cp(const char *s)
{
	size_t n = strcspn(s, ":/");

	if (s[n] != ':')
		return valid_path(s);
	{
		cleanup_free char *name = strndup(s, n);

		return name && valid_object(name) && s[n + 1];
	}
}

bool valid_user(const char *s)
{
	const char *group = strchr(s, ':');
	size_t n = group ? (size_t)(group - s) : strlen(s);
	static const char set[] = LOWER UPPER DIGITS "_.-";

	return n > 0 && n < 64 && strspn(s, set) == n && s[0] != '-' &&
	       (!group || made_of(group + 1, set, 63));
}

bool valid_path(const char *s)
{
	return s[0] && strlen(s) < PATH_MAX;
}

bool valid_address(const char *s)
{
	return address_parse(s) != 0;
}

bool valid_memory(const char *s)
{
	uint64_t bytes;

	return number_size(s, &bytes) && bytes >= 4 << 20;
}

bool valid_cpus(const char *s)
{
	uint64_t n;

	return number_thousandths(s, &n) && n >= 10;
}

bool valid_count(const char *s)
{
	uint64_t n;

	return number_count(s, &n) && n <= INT_MAX;
}

bool valid_type(const char *s)
{
	return strcmp(s, "container") == 0 || strcmp(s, "image") == 0;
}

bool valid_json_only(const char *s)
{
	return strcmp(s, "json") == 0;
}
