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

/* No annotation may steer the runtime. Podman reads a manifest's keys in any
 * case, and all of them where one comes twice: so nothing in it has such a
 * key. */
static int check_manifest(json_t *manifest, struct err *e)
{
	static const char *const steering[] = {
		"run.oci.", "io.podman.annotations.", "io.kubernetes.",
		"org.criu.", "io.katacontainers."};
	const char *outer, *key;
	json_t *group, *value;

	json_object_foreach (manifest, outer, group)
		json_object_foreach (group, key, value)
			for (size_t i = 0; i < ARRAY_SIZE(steering); i++)
				if (strncmp(key, steering[i],
					    strlen(steering[i])) == 0)
					return err_set(e, -EPERM,
						       "annotation %.100s "
						       "steers the runtime",
						       key);
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

static int no_check(json_t *json, struct err *e)
{
	(void)json;
	(void)e;
	return 0;
}

/* What has no configuration of this ID may be a list of images. */
static int check(const struct stored *s, const char *id, const char *name,
		 stored_check *config, struct err *e)
{
	int rc = stored_manifest(s, id, check_manifest, e);

	if (!rc)
		rc = stored_config(s, id, config, e);
	return rc ? err_wrap(e, rc, "image %s", name) : 0;
}

/* `podman image inspect` */
static int inspect(const struct podman *p, const char *id, char **shown,
		   struct err *e)
{
	cleanup_strs struct strs args = {0};

	strs_add(&args, "image");
	strs_add(&args, "inspect");
	strs_add(&args, "--");
	strs_add(&args, "%s", id);
	return podman_capture(p, &args, shown, e);
}

int image_find(const struct podman *p, const struct user *u, const char *name,
	       char id[IMAGE_ID_LEN], char **shown, struct err *e)
{
	cleanup_stored struct stored s = {0};
	cleanup_free char *own = name_image(u, name);
	cleanup_free char *shared = text("localhost/%s", name);
	int rc = stored_open(&s, p, e);

	if (rc)
		return rc;
	rc = stored_find(&s, own, id);
	if (rc && !valid_id(name) && !image_is_full(name))
		rc = stored_find(&s, shared, id);
	if (rc)
		return err_set(e, rc, "%s: no such image", name);
	rc = check(&s, id, name, no_check, e);
	return !rc && shown ? inspect(p, id, shown, e) : rc;
}

int image_base(const struct stored *s, const char *name, char id[IMAGE_ID_LEN],
	       struct err *e)
{
	int rc = stored_find(s, name, id);

	if (rc)
		return err_set(e, rc,
			       "image %s is not here: pull it, or write your "
			       "own one's full name (ie-podman images)",
			       name);
	return check(s, id, name, check_config, e);
}
