/* See stored.h. */
#include "stored.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "valid.h"

#define BYTES_MAX (32 << 20)

/* NULL with errno, which is ENOENT where there is no such file. */
static json_t *load(const char *path)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	cleanup_file FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	struct stat st;
	json_t *found;

	if (!f || fstat(fd, &st))
		return NULL;
	found = S_ISREG(st.st_mode) && st.st_size <= BYTES_MAX
			? json_loadf(f, JSON_REJECT_DUPLICATES, NULL)
			: NULL;
	errno = EBADMSG;
	return found;
}

int stored_open(struct stored *s, const struct podman *p, struct err *e)
{
	const struct strs *shared = &p->conf->image_stores;

	*s = (struct stored){.lists = json_array()};
	strs_add(&s->dirs, "%s/overlay-images", p->store->root);
	for (size_t i = 0; i < shared->count; i++)
		strs_add(&s->dirs, "%s/overlay-images", shared->list[i]);
	for (size_t i = 0; i < s->dirs.count; i++) {
		cleanup_free char *path =
			text("%s/images.json", s->dirs.list[i]);
		json_t *list = load(path);

		if (!list && errno != ENOENT)
			return err_sys(e, -errno, "%s: reading", path);
		json_array_append_new(s->lists, list ? list : json_array());
	}
	return 0;
}

void stored_close(struct stored *s)
{
	strs_free(&s->dirs);
	json_decref(s->lists);
	s->lists = NULL;
}

static const char *string(json_t *value)
{
	const char *s = json_string_value(value);

	return s ? s : "";
}

static const char *id_of(json_t *image)
{
	return string(json_object_get(image, "id"));
}

typedef bool match(json_t *image, const char *what);

static bool has_id(json_t *image, const char *what)
{
	return strncmp(id_of(image), what, strlen(what)) == 0;
}

static bool has_name(json_t *image, const char *what)
{
	json_t *name;
	size_t i;

	json_array_foreach (json_object_get(image, "names"), i, name)
		if (strcmp(string(name), what) == 0)
			return true;
	return false;
}

/* What begins with '/': of any registry. */
static bool has_end(json_t *image, const char *what)
{
	json_t *name;
	size_t i;

	json_array_foreach (json_object_get(image, "names"), i, name) {
		size_t n = strlen(string(name)), end = strlen(what);

		if (n > end && strcmp(string(name) + n - end, what) == 0)
			return true;
	}
	return false;
}

/* Of its manifest, or of the list of manifests that it was chosen from. */
static bool has_digest(json_t *image, const char *what)
{
	json_t *digest;
	const char *key;

	json_object_foreach (json_object_get(image, "big-data-digests"), key,
			     digest)
		if (strncmp(key, "manifest", 8) == 0 &&
		    strcmp(string(digest), what) == 0)
			return true;
	return false;
}

/* The first store that has one decides. */
static bool search(const struct stored *s, match *is, const char *what,
		   char id[IMAGE_ID_LEN])
{
	json_t *list, *image;
	size_t i, k;

	id[0] = '\0';
	json_array_foreach (s->lists, i, list) {
		json_array_foreach (list, k, image) {
			const char *got = id_of(image);

			if (!is(image, what))
				continue;
			if (strlen(got) != 64 || !valid_id(got) ||
			    (id[0] && strcmp(id, got) != 0))
				return false;
			snprintf(id, IMAGE_ID_LEN, "%s", got);
		}
		if (id[0])
			return true;
	}
	return false;
}

/* Podman also knows aliases of short names, which it prefers: who has images of
 * one name from two registries has to say which he means. */
static bool search_name(const struct stored *s, const char *name,
			char id[IMAGE_ID_LEN])
{
	const char *slash = strrchr(name, '/');
	bool tagged = strchr(slash ? slash : name, ':');
	cleanup_free char *end = text("/%s%s", name, tagged ? "" : ":latest");
	cleanup_free char *local = text("localhost%s", end);
	cleanup_free char *library = NULL;

	if (!image_is_full(name))
		return search(s, has_name, local, id) ||
		       search(s, has_end, end, id);
	if (strncmp(name, "docker.io/", 10) == 0 && slash == name + 9)
		library = text("docker.io/library/%s", end + 11);
	return search(s, has_name, library ? library : end + 1, id);
}

int stored_find(const struct stored *s, const char *name, char id[IMAGE_ID_LEN])
{
	const char *digest = strchr(name, '@');
	bool found = valid_id(name) ? search(s, has_id, name, id)
		     : digest	    ? search(s, has_digest, digest + 1, id)
				    : search_name(s, name, id);

	return found ? 0 : -ENOENT;
}

/* The name of a file for what has such a key. */
static char *file_name(const char *key)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	char name[128], *out = name;
	const unsigned char *in = (const unsigned char *)key;

	/* 71 characters: 23 triples and two more */
	for (size_t left = strlen(key); left; left -= left < 3 ? left : 3) {
		uint32_t bits = (uint32_t)in[0] << 16;

		bits |= left > 1 ? (uint32_t)in[1] << 8 : 0;
		bits |= left > 2 ? in[2] : 0;
		*out++ = digits[bits >> 18];
		*out++ = digits[bits >> 12 & 63];
		*out++ = left > 1 ? digits[bits >> 6 & 63] : '=';
		*out++ = left > 2 ? digits[bits & 63] : '=';
		in += 3;
	}
	*out = '\0';
	return text("=%s", name);
}

static int check_each(const struct stored *s, const char *id, const char *file,
		      stored_check *check, struct err *e)
{
	bool any = false;

	for (size_t i = 0; i < s->dirs.count; i++) {
		cleanup_free char *path =
			text("%s/%s/%s", s->dirs.list[i], id, file);
		json_auto_t *json = load(path);
		int rc;

		if (!json && errno == ENOENT)
			continue;
		if (!json)
			return err_set(e, -EPERM, "cannot be read");
		rc = check(json, e);
		if (rc)
			return rc;
		any = true;
	}
	return any ? 0 : err_set(e, -EPERM, "is not there");
}

int stored_manifest(const struct stored *s, const char *id, stored_check *check,
		    struct err *e)
{
	int rc = check_each(s, id, "manifest", check, e);

	return rc ? err_wrap(e, rc, "its manifest") : 0;
}

int stored_config(const struct stored *s, const char *id, stored_check *check,
		  struct err *e)
{
	cleanup_free char *key = text("sha256:%s", id);
	cleanup_free char *file = file_name(key);
	int rc = check_each(s, id, file, check, e);

	return rc ? err_wrap(e, rc, "its configuration") : 0;
}
