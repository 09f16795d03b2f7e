/* The line of a report that says whether the suite was seen to catch lies on
 * the site of a run; see report.h. */
#include <stdio.h>
#include <string.h>

#include "report.h"

static const char *text_of(const json_t *o, const char *key)
{
	const char *v = json_string_value(json_object_get(o, key));

	return v ? v : "?";
}

static long long count_of(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

/* "; not caught: a wrong mount, ..." */
static void missed_add(const json_t *lies, char *buf, size_t size)
{
	const char *before = "; NOT caught: ";
	const json_t *one;
	size_t i;

	json_array_foreach (lies, i, one) {
		size_t n = strlen(buf);

		if (strcmp(text_of(one, "result"), "missed") != 0)
			continue;
		snprintf(buf + n, size - n, "%s%s", before,
			 text_of(one, "lie"));
		before = ", ";
	}
}

const char *report_selftest(const struct run *r, char *buf, size_t size)
{
	const json_t *s = json_object_get(r->record, "selftest");
	const char *suite = text_of(s, "suite");
	const char *own = run_text(r, "versions.suite");
	size_t n;

	if (!s)
		return "did not run before this run (ie-bench selftest --site)";
	snprintf(buf, size, "%.40s, %s: %lld lies planted, %lld caught",
		 text_of(s, "started"),
		 json_object_get(s, "site")
			 ? "on this site"
			 : "on a throwaway folder of this host, not on this "
			   "site",
		 count_of(s, "caught") + count_of(s, "missed"),
		 count_of(s, "caught"));
	missed_add(json_object_get(s, "lies"), buf, size);
	n = strlen(buf);
	if (count_of(s, "untried"))
		snprintf(buf + n, size - n, "; %lld could not be tried",
			 count_of(s, "untried"));
	n = strlen(buf);
	if (strcmp(suite, own) != 0)
		snprintf(buf + n, size - n, "; by another build, %.80s", suite);
	return buf;
}
