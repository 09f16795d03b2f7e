/* What a build left is what it should be: read back as a user reads it, in a
 * container. What that is only the build's author knows. See image.h. */
#include "image/image.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cleanup.h"
#include "case/record.h"

#define SCRIPT_MAX_BYTES 65536

/* -ENOENT where the build has none. */
static int script_read(const struct image *m, char **out, struct err *e)
{
	cleanup_free char *path = NULL, *text = malloc(SCRIPT_MAX_BYTES);
	cleanup_file FILE *f = NULL;
	size_t n;

	if (asprintf(&path, "%s/check", m->c->build) < 0)
		path = NULL;
	if (!path || !text)
		return err_sys(e, -ENOMEM, "%s: read a check", m->c->target);
	f = fopen(path, "re");
	if (!f)
		return err_sys(e, -errno, "%s: read %s", m->c->target, path);
	n = fread(text, 1, SCRIPT_MAX_BYTES, f);
	if (ferror(f) || n == 0 || n == SCRIPT_MAX_BYTES)
		return err_set(e, -EINVAL,
			       "%s: read %s: empty, too large or no file",
			       m->c->target, path);
	text[n] = '\0';
	*out = steal_pointer(&text);
	return 0;
}

int image_check(struct image *m, struct err *e)
{
	cleanup_free char *script = NULL;
	struct words w = {.n = 0};
	int r = script_read(m, &script, e);

	if (r == -ENOENT)
		return 0;
	if (r == 0)
		r = engine_run(&w, &m->use, m->result, m->c->object, script, e);
	if (r == 0)
		r = image_command(m, &w, "check what was built", e);
	words_free(&w);
	if (r < 0 && r != -EIO)
		return r;
	json_object_set_new(m->record, "verified", json_boolean(r == 0));
	if (r < 0)
		record_fail(m->record, "invalid", e->msg);
	return 0;
}
