/* See image.h. */
#include "image.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "cleanup.h"
#include "containerfile.h"
#include "names.h"
#include "valid.h"

/* `podman image inspect` of those names that exist, as an array. */
static json_t *inspect(const struct podman *p, const struct strs *names)
{
	cleanup_strs struct strs args = {0};
	cleanup_free char *out = NULL;
	struct err ignored;

	strs_add(&args, "image");
	strs_add(&args, "inspect");
	strs_add(&args, "--");
	for (size_t i = 0; i < names->count; i++)
		strs_add(&args, "%s", names->list[i]);
	/* It fails where one of them is missing, and prints the others */
	podman_capture(p, &args, &out, &ignored);
	return out ? json_loads(out, 0, NULL) : NULL;
}

static int check_annotations(json_t *image, const char *name, struct err *e)
{
	static const char *const steering[] = {
		"run.oci.", "io.podman.annotations.", "io.kubernetes.",
		"org.criu.", "io.katacontainers."};
	const char *key;
	json_t *value;

	json_object_foreach (json_object_get(image, "Annotations"), key, value)
		for (size_t i = 0; i < ARRAY_SIZE(steering); i++)
			if (strncmp(key, steering[i], strlen(steering[i])) == 0)
				return err_set(e, -EPERM,
					       "image %s: refused: its "
					       "annotation %.100s steers the "
					       "runtime",
					       name, key);
	return 0;
}

/* ONBUILD in a configuration. The builder reads its keys in any case, and all
 * of them where one comes twice. */
static int check_config(json_t *config, struct err *e)
{
	cleanup_strs struct strs more = {0};
	const char *key;
	json_t *value, *line;
	size_t i;

	json_object_foreach (config, key, value) {
		if (strcasecmp(key, "OnBuild") != 0)
			continue;
		json_array_foreach (value, i, line) {
			const char *s = json_string_value(line);
			int rc = s ? containerfile_line(s, &more, e)
				   : err_set(e, -EINVAL, "no string");

			if (!rc && more.count)
				rc = err_set(e, -EPERM, "names other images");
			if (rc)
				return err_wrap(e, rc, "ONBUILD");
		}
	}
	return 0;
}

/* Where containers/storage keeps an image's configuration, whose digest is the
 * ID: Podman's own inspect does not show the triggers. */
static char *config_path(const char *root, const char *id)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	cleanup_free char *key = text("sha256:%s", id);
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
	return text("%s/overlay-images/%s/=%s", root, id, name);
}

static json_t *load_config(const struct podman *p, const char *id)
{
	const struct strs *stores = &p->conf->image_stores;
	cleanup_free char *own = config_path(p->store->root, id);
	json_t *found = json_load_file(own, JSON_REJECT_DUPLICATES, NULL);

	for (size_t i = 0; i < stores->count && !found; i++) {
		cleanup_free char *path = config_path(stores->list[i], id);

		found = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
	}
	return found;
}

static int check_triggers(const struct podman *p, json_t *image,
			  const char *name, struct err *e)
{
	const char *id = json_string_value(json_object_get(image, "Id"));
	json_auto_t *whole = id && strlen(id) == 64 && valid_id(id)
				     ? load_config(p, id)
				     : NULL;
	const char *key;
	json_t *value;

	if (!whole)
		return err_set(e, -EPERM,
			       "image %s: its configuration cannot be read",
			       name);
	json_object_foreach (whole, key, value) {
		int rc = strcasecmp(key, "config") == 0 ? check_config(value, e)
							: 0;

		if (rc)
			return err_wrap(e, rc, "image %s", name);
	}
	return 0;
}

int image_find(const struct podman *p, const struct user *u, const char *name,
	       char id[IMAGE_ID_LEN], char **shown, struct err *e)
{
	cleanup_strs struct strs names = {0};
	cleanup_free char *own = name_image(u, name);
	json_auto_t *found = NULL;
	const char *got;
	json_t *image;
	int rc;

	strs_add(&names, "%s", own);
	if (!valid_id(name) && !image_is_full(name))
		strs_add(&names, "localhost/%s", name);
	found = inspect(p, &names);
	image = json_array_get(found, 0);
	got = json_string_value(json_object_get(image, "Id"));
	if (!got || strlen(got) >= IMAGE_ID_LEN || !valid_id(got))
		return err_set(e, -ENOENT, "%s: no such image", name);
	snprintf(id, IMAGE_ID_LEN, "%s", got);
	rc = check_annotations(image, name, e);
	if (!rc && shown) {
		json_auto_t *one = json_pack("[O]", image);

		*shown = json_dumps(one, JSON_COMPACT);
		rc = *shown ? 0 : err_sys(e, -ENOMEM, "%s", name);
	}
	return rc;
}

int image_check_bases(const struct podman *p, const struct strs *names,
		      struct err *e)
{
	json_auto_t *found = NULL;
	int rc = 0;

	if (!names->count)
		return 0;
	found = inspect(p, names);
	if (json_array_size(found) != names->count)
		return err_set(e, -ENOENT,
			       "an image that the Containerfile names is not "
			       "here: pull it, or write your own one's full "
			       "name (ie-podman images)");
	for (size_t i = 0; i < names->count && !rc; i++) {
		json_t *image = json_array_get(found, i);

		rc = check_annotations(image, names->list[i], e);
		if (!rc)
			rc = check_triggers(p, image, names->list[i], e);
	}
	return rc;
}
