/* See record_line.h. */
#include "record_line.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "cleanup.h"
#include "utf8.h"

double record_real(const struct record *r, enum field f)
{
	return r->fields[f] ? r->fields[f]->real : NAN;
}

const char *record_item(const struct record *r, enum field f, size_t index)
{
	const struct scan_node *list = r->fields[f];
	const struct scan_node *n = list ? list + 1 : NULL;

	while (list && n < scan_next(&r->scan, list)) {
		if (index-- == 0)
			return n->text;
		n = scan_next(&r->scan, n);
	}
	return NULL;
}

bool record_reads(const struct record *r)
{
	const char *op = record_text(r, F_OP);

	return strcmp(op, "read") == 0 || strcmp(op, "randread") == 0;
}

static int field_set(struct record *r, enum field f,
		     const struct scan_node *value, struct err *e)
{
	const struct field_info *info = &schema_fields[f];
	const char *wanted;

	if (r->fields[f])
		return err_set(e, -EINVAL, "%s is there twice", info->name);
	if (value->type == SCAN_NULL)
		return 0;
	wanted = schema_mismatch(&r->scan, value, info->type);
	if (wanted)
		return err_set(e, -EINVAL, "%s is not %s", info->name, wanted);
	r->fields[f] = value;
	return 0;
}

static int members_set(struct record *r, enum field parent, struct err *e)
{
	const struct scan_node *object = r->fields[parent];
	const struct scan_node *end;
	int ret;

	if (!object || object->type != SCAN_OBJECT)
		return 0;
	end = scan_next(&r->scan, object);
	for (const struct scan_node *n = object + 1; n < end;
	     n = scan_next(&r->scan, n)) {
		enum field f = schema_find_member(parent, n->key);

		if (f == FIELD_COUNT)
			continue;
		ret = field_set(r, f, n, e);
		if (ret < 0)
			return ret;
	}
	return 0;
}

static int fields_set(struct record *r, struct err *e)
{
	const struct scan_node *root = r->scan.nodes;
	const struct scan_node *end = scan_next(&r->scan, root);
	struct schema_hint *hint = &r->hints[r->kind >> 1];
	size_t place = 0;
	int ret;

	for (const struct scan_node *n = root + 1; n < end;
	     n = scan_next(&r->scan, n)) {
		enum field f = schema_find(n->key, r->kind, hint, place++);

		if (f == FIELD_COUNT) {
			if (r->unknown_count < ARRAY_SIZE(r->unknown))
				r->unknown[r->unknown_count++] = n->key;
			continue;
		}
		ret = field_set(r, f, n, e);
		if (ret == 0)
			ret = members_set(r, f, e);
		if (ret < 0)
			return ret;
	}
	return 0;
}

static bool needed(const struct record *r, const struct field_info *info)
{
	switch (info->need) {
	case NEED_ALWAYS:
		return true;
	case NEED_OK:
		return r->ok;
	case NEED_READ:
		return r->ok && record_reads(r);
	case NEED_NEVER:
		break;
	}
	return false;
}

static int needs_check(struct record *r, struct err *e)
{
	/* two passes: whether a field is needed depends on others */
	for (int pass = 0; pass < 2; pass++) {
		for (unsigned f = 0; f < FIELD_COUNT; f++) {
			const struct field_info *info = &schema_fields[f];

			if (!(info->kinds & r->kind) ||
			    (pass == 0) != (info->need == NEED_ALWAYS))
				continue;
			if (r->fields[f] && pass == 0 &&
			    r->fields[f]->type == SCAN_TEXT &&
			    !*r->fields[f]->text)
				return err_set(e, -EINVAL, "%s is empty",
					       info->name);
			if (r->fields[f])
				continue;
			if (needed(r, info))
				return err_set(e, -EINVAL, "%s is missing",
					       info->name);
		}
		if (pass == 0 && r->kind != RECORD_RUN)
			r->ok = strcmp(record_text(r, F_STATUS), "ok") == 0;
	}
	return 0;
}

static const struct scan_node *root_find(const struct scan *s, const char *key)
{
	const struct scan_node *end = scan_next(s, s->nodes);

	for (const struct scan_node *n = s->nodes + 1; n < end;
	     n = scan_next(s, n))
		if (strcmp(n->key, key) == 0)
			return n;
	return NULL;
}

/* A sample that does not say is found incomplete as one of storage. */
static int sample_kind_read(struct record *r, struct err *e)
{
	const struct scan_node *n = root_find(&r->scan, "kind");

	r->kind = RECORD_STORAGE;
	if (!n || n->type != SCAN_TEXT || strcmp(n->text, "storage") == 0)
		return 0;
	r->kind = RECORD_IMAGE;
	if (strcmp(n->text, "image") == 0)
		return 0;
	return err_set(e, -EINVAL, "kind is \"%s\": neither storage nor image",
		       n->text);
}

static int kind_read(struct record *r, struct err *e)
{
	const struct scan_node *n = root_find(&r->scan, "record");

	if (!n || n->type != SCAN_TEXT)
		return err_set(e, -EINVAL, "record is missing");
	if (strcmp(n->text, "run") == 0)
		r->kind = RECORD_RUN;
	else if (strcmp(n->text, "sample") == 0)
		return sample_kind_read(r, e);
	else
		return err_set(e, -EINVAL,
			       "record is \"%s\": neither run nor sample",
			       n->text);
	return 0;
}

/* Before anything else is asked of a run record: under another schema its
 * fields mean something else. */
static int run_schema_check(struct record *r, struct err *e)
{
	const struct scan_node *n = root_find(&r->scan, "schema");

	if (n && n->type == SCAN_TEXT && strcmp(n->text, SCHEMA_NAME) != 0)
		return err_set(e, -EINVAL,
			       "schema is \"%s\"; this program knows %s",
			       n->text, SCHEMA_NAME);
	return 0;
}

/* What is not in the dictionary is shown as well: names of fields, what a site
 * says of its cluster. Lines may end in it. */
static int controls_check(const struct scan *s, struct err *e)
{
	for (size_t i = 0; i < s->count; i++) {
		const char *texts[] = {s->nodes[i].key,
				       s->nodes[i].type == SCAN_TEXT
					       ? s->nodes[i].text
					       : NULL};

		for (size_t k = 0; k < ARRAY_SIZE(texts); k++)
			for (const char *at = texts[k]; at && *at;) {
				size_t n = strcspn(at, "\n");

				if (utf8_has_control(at, n))
					return err_set(e, -EINVAL,
						       "control character in "
						       "%s",
						       k && texts[0]
							       ? texts[0]
							       : "a name");
				at += n + (at[n] == '\n');
			}
	}
	return 0;
}

int record_read(struct record *r, char *text, size_t len, struct err *e)
{
	const char *why = scan_object(&r->scan, text, len);
	int ret;

	if (why)
		return err_set(e, -EINVAL, "%s", why);
	memset(r->fields, 0, sizeof(r->fields));
	r->unknown_count = 0;
	r->ok = false;
	ret = kind_read(r, e);
	if (ret == 0 && r->kind == RECORD_RUN)
		ret = run_schema_check(r, e);
	if (ret == 0)
		ret = fields_set(r, e);
	if (ret == 0)
		ret = needs_check(r, e);
	if (ret == 0)
		ret = controls_check(&r->scan, e);
	return ret;
}

void record_free(struct record *r)
{
	scan_free(&r->scan);
}
