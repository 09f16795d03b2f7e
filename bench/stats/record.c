/* See record.h. */
#include "stats/record.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "cleanup.h"

/* A cold read must have been served by the disks: DESIGN.md, Truth, 3. */
#define COLD_RATIO_MIN 0.95
/* How far throughput_Bps may be from what it is said to be. */
#define THROUGHPUT_SLACK 0.001

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
	struct schema_hint *hint = &r->hints[r->kind == RECORD_SAMPLE];
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

			if (r->fields[f] || !(info->kinds & r->kind) ||
			    (pass == 0) != (info->need == NEED_ALWAYS))
				continue;
			if (needed(r, info))
				return err_set(e, -EINVAL, "%s is missing",
					       info->name);
		}
		if (pass == 0 && r->kind == RECORD_SAMPLE)
			r->ok = strcmp(record_text(r, F_STATUS), "ok") == 0;
	}
	return 0;
}

static int status_check(const struct record *r, struct err *e)
{
	const char *status = record_text(r, F_STATUS);

	if (r->ok)
		return 0;
	if (strcmp(status, "failed") != 0 && strcmp(status, "invalid") != 0)
		return err_set(e, -EINVAL,
			       "status is \"%s\": neither ok, failed nor "
			       "invalid",
			       status);
	if (!record_item(r, F_REASONS, 0))
		return err_set(e, -EINVAL, "status is %s without a reason",
			       status);
	if (r->fields[F_THROUGHPUT])
		return err_set(e, -EINVAL,
			       "status is %s, yet there is a throughput",
			       status);
	return 0;
}

static int throughput_check(const struct record *r, struct err *e)
{
	double said = record_real(r, F_THROUGHPUT);
	double ns = record_real(r, F_IO_NS) + record_real(r, F_SYNC_NS);
	double is = record_real(r, F_BYTES) * 1e9 / ns;

	if (!(said > 0) || !(ns > 0))
		return err_set(e, -EINVAL,
			       "status is ok, yet nothing moved or no time "
			       "passed");
	if (fabs(said - is) > THROUGHPUT_SLACK * is)
		return err_set(e, -EINVAL,
			       "throughput_Bps is %.6g, but bytes / (io_ns + "
			       "sync_ns) is %.6g",
			       said, is);
	return 0;
}

static int cold_check(const struct record *r, struct err *e)
{
	const char *cache = record_text(r, F_CACHE);

	if (!record_reads(r) || strcmp(cache, "cold") != 0)
		return 0;
	if (!r->fields[F_COLD_RATIO])
		return err_set(e, -EINVAL,
			       "a cold read is ok without its cold.ratio");
	if (record_real(r, F_COLD_RATIO) < COLD_RATIO_MIN)
		return err_set(e, -EINVAL,
			       "a cold read is ok with cold.ratio %.3g: it "
			       "needs %.2f",
			       record_real(r, F_COLD_RATIO), COLD_RATIO_MIN);
	return 0;
}

static int series_check(const struct record *r, struct err *e)
{
	if (!r->fields[F_SERIES])
		return 0;
	if (record_count(r, F_SERIES_STEP) == 0 || !r->fields[F_SERIES_BYTES])
		return err_set(e, -EINVAL,
			       "series has no step_ns above 0 or no bytes");
	return 0;
}

static int sample_check(const struct record *r, struct err *e)
{
	static const enum field positive[] = {F_SIZE, F_BLOCK_SIZE, F_DEPTH,
					      F_JOBS};
	const char *name = record_text(r, F_CASE);
	const char *target = record_text(r, F_TARGET);
	size_t len = strlen(target);
	int ret;

	if (strcmp(record_text(r, F_KIND), "storage") != 0)
		return err_set(e, -EINVAL, "kind is \"%s\", not storage",
			       record_text(r, F_KIND));
	if (strncmp(name, target, len) != 0 || name[len] != '/')
		return err_set(e, -EINVAL,
			       "case \"%s\" does not begin with its target "
			       "\"%s\"",
			       name, target);
	for (unsigned i = 0; i < ARRAY_SIZE(positive); i++)
		if (record_count(r, positive[i]) == 0)
			return err_set(e, -EINVAL, "%s is 0",
				       schema_fields[positive[i]].name);
	ret = status_check(r, e);
	if (ret == 0 && r->ok)
		ret = throughput_check(r, e);
	if (ret == 0 && r->ok)
		ret = cold_check(r, e);
	return ret < 0 ? ret : series_check(r, e);
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

static int kind_read(struct record *r, struct err *e)
{
	const struct scan_node *n = root_find(&r->scan, "record");

	if (!n || n->type != SCAN_TEXT)
		return err_set(e, -EINVAL, "record is missing");
	if (strcmp(n->text, "run") == 0)
		r->kind = RECORD_RUN;
	else if (strcmp(n->text, "sample") == 0)
		r->kind = RECORD_SAMPLE;
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
	if (ret == 0 && r->kind == RECORD_SAMPLE)
		ret = sample_check(r, e);
	return ret;
}

void record_free(struct record *r)
{
	scan_free(&r->scan);
}
