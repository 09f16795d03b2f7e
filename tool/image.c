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

static int check_annotations(json_t *annotations, struct err *e)
{
	static const char *const steering[] = {
		"run.oci.", "io.podman.annotations.", "io.kubernetes.",
		"org.criu.", "io.katacontainers."};
	const char *key;
	json_t *value;

	json_object_foreach (annotations, key, value)
		for (size_t i = 0; i < ARRAY_SIZE(steering); i++)
			if (strncmp(key, steering[i], strlen(steering[i])) == 0)
				return err_set(e, -EPERM,
					       "refused: its annotation %.100s "
					       "steers the runtime",
					       key);
	return 0;
}

/* The same of a manifest. Podman reads its keys in any case, and all of them
 * where one comes twice: so no group of it may have such a key. */
static int check_manifest(json_t *manifest, struct err *e)
{
	const char *key;
	json_t *value;

	json_object_foreach (manifest, key, value) {
		int rc = check_annotations(value, e);

		if (rc)
			return rc;
	}
	return 0;
}

/* The builder reads all of them as one text. */
static int check_triggers(json_t *list, struct err *e)
{
	cleanup_free char *all = NULL;
	size_t size, i;
	FILE *f = open_memstream(&all, &size);
	json_t *line;
	int rc;

	if (!f)
		return err_sys(e, -ENOMEM, "ONBUILD");
	json_array_foreach (list, i, line) {
		const char *s = json_string_value(line);

		fprintf(f, "%s\n", s ? s : "no string");
	}
	if (fclose(f))
		return err_sys(e, -ENOMEM, "ONBUILD");
	rc = containerfile_triggers(all, e);
	return rc ? err_wrap(e, rc, "ONBUILD") : 0;
}

/* A configuration's, read the same way. */
static int check_config(json_t *whole, struct err *e)
{
	const char *outer, *inner;
	json_t *config, *list;

	json_object_foreach (whole, outer, config) {
		if (strcasecmp(outer, "config") != 0)
			continue;
		json_object_foreach (config, inner, list) {
			int rc = strcasecmp(inner, "OnBuild") == 0
					 ? check_triggers(list, e)
					 : 0;

			if (rc)
				return rc;
		}
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
	rc = check_annotations(json_object_get(image, "Annotations"), e);
	if (rc)
		return err_wrap(e, rc, "image %s", name);
	if (shown) {
		json_auto_t *one = json_pack("[O]", image);

		*shown = json_dumps(one, JSON_COMPACT);
		rc = *shown ? 0 : err_sys(e, -ENOMEM, "%s", name);
	}
	return rc;
}

int image_base(const struct stored *s, const char *name, char id[IMAGE_ID_LEN],
	       struct err *e)
{
	struct err ignored;
	int rc = stored_find(s, name, id, &ignored);

	if (rc)
		return err_set(e, rc,
			       "image %s is not here: pull it, or write your "
			       "own one's full name (ie-podman images)",
			       name);
	rc = stored_manifest(s, id, check_manifest, e);
	if (!rc)
		rc = stored_config(s, id, check_config, e);
	return rc ? err_wrap(e, rc, "image %s", name) : 0;
}
