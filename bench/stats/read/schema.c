/* See schema.h. */
#include "schema.h"

#include <stdbool.h>
#include <string.h>

#include "utf8.h"

static const char *const type_names[] = {
	[TYPE_TEXT] = "text",
	[TYPE_COUNT] = "a whole number >= 0",
	[TYPE_INTEGER] = "a whole number",
	[TYPE_NUMBER] = "a number >= 0",
	[TYPE_FLAG] = "true or false",
	[TYPE_TEXTS] = "a list of texts",
	[TYPE_COUNTS] = "a list of whole numbers >= 0",
	[TYPE_OBJECT] = "an object",
};

enum field schema_find(const char *name, unsigned kind,
		       struct schema_hint *hint, size_t place)
{
	size_t slot = place % sizeof(hint->at);
	const struct field_info *guess = &schema_fields[hint->at[slot]];

	if ((guess->kinds & kind) && strcmp(guess->name, name) == 0)
		return (enum field)hint->at[slot];
	for (unsigned f = 0; f < FIELD_COUNT; f++) {
		if (!(schema_fields[f].kinds & kind) ||
		    strcmp(schema_fields[f].name, name) != 0)
			continue;
		hint->at[slot] = (unsigned char)f;
		return (enum field)f;
	}
	return FIELD_COUNT;
}

enum field schema_find_member(enum field parent, const char *name)
{
	const char *prefix = schema_fields[parent].name;
	size_t len = strlen(prefix);

	for (unsigned f = parent + 1; f < FIELD_COUNT; f++) {
		const char *full = schema_fields[f].name;

		if (strncmp(full, prefix, len) != 0 || full[len] != '.')
			break; /* members follow their parent */
		if (strcmp(full + len + 1, name) == 0)
			return (enum field)f;
	}
	return FIELD_COUNT;
}

static bool text_clean(const char *text)
{
	return !strchr(text, '\t') && !utf8_has_control(text, strlen(text));
}

static bool list_of(const struct scan *s, const struct scan_node *list,
		    enum field_type type)
{
	const struct scan_node *end = scan_next(s, list);

	if (list->type != SCAN_ARRAY)
		return false;
	for (const struct scan_node *n = list + 1; n < end; n = scan_next(s, n))
		if (type == TYPE_TEXTS
			    ? n->type != SCAN_TEXT || !text_clean(n->text)
			    : n->type != SCAN_INTEGER || n->integer < 0)
			return false;
	return true;
}

const char *schema_mismatch(const struct scan *s, const struct scan_node *v,
			    enum field_type type)
{
	bool number = v->type == SCAN_INTEGER || v->type == SCAN_REAL;
	bool fits = false;

	switch (type) {
	case TYPE_TEXT:
		if (v->type == SCAN_TEXT && !text_clean(v->text))
			return "text without control characters";
		fits = v->type == SCAN_TEXT;
		break;
	case TYPE_COUNT:
		fits = v->type == SCAN_INTEGER && v->integer >= 0;
		break;
	case TYPE_INTEGER:
		fits = v->type == SCAN_INTEGER;
		break;
	case TYPE_NUMBER:
		fits = number && v->real >= 0;
		break;
	case TYPE_FLAG:
		fits = v->type == SCAN_TRUE || v->type == SCAN_FALSE;
		break;
	case TYPE_TEXTS:
	case TYPE_COUNTS:
		fits = list_of(s, v, type);
		break;
	case TYPE_OBJECT:
		fits = v->type == SCAN_OBJECT;
		break;
	}
	return fits ? NULL : type_names[type];
}

static const char *need_text(const struct field_info *f)
{
	static const char *const texts[] = {
		[NEED_ALWAYS] = "always",
		[NEED_OK] = "status ok",
		[NEED_READ] = "reads, status ok",
		[NEED_NEVER] = "",
	};

	return texts[f->need];
}

void schema_print(FILE *out)
{
	fputs("| record | field | type | unit | required | meaning |\n"
	      "|---|---|---|---|---|---|\n",
	      out);
	for (unsigned i = 0; i < FIELD_COUNT; i++) {
		const struct field_info *f = &schema_fields[i];
		const char *kind = f->kinds == RECORD_RUN	? "run"
				   : f->kinds == RECORD_SAMPLE	? "sample"
				   : f->kinds == RECORD_STORAGE ? "storage"
				   : f->kinds == RECORD_IMAGE	? "image"
								: "both";

		fprintf(out, "| %s | `%s` | %s | %s | %s | %s |\n", kind,
			f->name, type_names[f->type], f->unit, need_text(f),
			f->meaning);
	}
}
