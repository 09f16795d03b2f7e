/* Who is warned and who is removed, and that warnings last. */
#include "reap.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "cleanup.h"
#include "scratch.h"
#include "tap.h"

#define DAY INT64_C(86400)

static const struct reap_rules rules = {10 * DAY, 3 * DAY};
static struct err e;

static const struct {
	const char *what;
	bool stopped;
	int64_t finished, warned, now; /* warned -1: never */
	enum reap_verdict verdict;
} cases[] = {
	{"one that runs", false, 0, -1, 99 * DAY, REAP_KEEP},
	{"one that runs though it was warned", false, 0, 7 * DAY, 99 * DAY,
	 REAP_KEEP},
	{"one that has just stopped", true, 0, -1, DAY, REAP_KEEP},
	{"one whose time comes near", true, 0, -1, 7 * DAY, REAP_WARN},
	{"one that was warned", true, 0, 7 * DAY, 8 * DAY, REAP_KEEP},
	{"one whose time has come", true, 0, 7 * DAY, 10 * DAY, REAP_REMOVE},
	{"one that is overdue, but was never warned", true, 0, -1, 99 * DAY,
	 REAP_WARN},
	{"one that was warned late", true, 0, 99 * DAY, 101 * DAY, REAP_KEEP},
	{"the same three days later", true, 0, 99 * DAY, 102 * DAY,
	 REAP_REMOVE},
	{"one from the future", true, 99 * DAY, -1, DAY, REAP_KEEP},
};

struct seen {
	char told[512];
	bool refuses;
};

static int remove_it(const struct container *c, void *arg, struct err *why)
{
	struct seen *s = arg;

	if (s->refuses)
		return err_set(why, -EBUSY, "%s runs", c->name);
	return 0;
}

static void tell(const struct container *c, enum reap_verdict verdict,
		 const char *why, void *arg)
{
	struct seen *s = arg;
	size_t n = strlen(s->told);

	snprintf(s->told + n, sizeof(s->told) - n, "%s %s%s%s; ", c->name,
		 verdict == REAP_WARN ? "warned" : "removed", why ? ": " : "",
		 why ? why : "");
}

/* One run of the reaper at this time; the notices last in the file. */
static const char *reap(const struct container *list, size_t count, int64_t now,
			bool dry, bool refuses)
{
	static struct seen seen;
	const struct reap_ops ops = {dry ? NULL : remove_it, tell, &seen};
	struct notices old, next = {0};
	const char *path = scratch_path("notices");

	seen = (struct seen){.refuses = refuses};
	if (notices_load(&old, path, &e) < 0 ||
	    reap_list(list, count, &old, &next, &rules, now, &ops, &e) < 0 ||
	    (!dry && notices_save(&next, path, &e) < 0))
		return e.msg;
	notices_free(&old);
	notices_free(&next);
	return seen.told;
}

static int64_t due(const struct container *c)
{
	struct notices n;
	int64_t at;

	notices_load(&n, scratch_path("notices"), &e);
	at = notices_due(&n, c, &rules);
	notices_free(&n);
	return at;
}

static void story(void)
{
	struct container c[] = {
		{.name = "old", .stopped = true},
		{.name = "new", .stopped = true, .finished = 90 * DAY},
		{.name = "busy"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++)
		snprintf(c[i].id, sizeof(c[i].id), "%064zx", i);
	is_str(reap(c, 3, 91 * DAY, true, false), "old warned; ",
	       "a dry run says what would be done");
	is_int(due(&c[0]), 0, "and records nothing");
	is_str(reap(c, 3, 91 * DAY, false, false), "old warned; ",
	       "the first run warns");
	is_int(due(&c[0]), 94 * DAY, "and its user can see the day");
	is_str(reap(c, 3, 92 * DAY, false, false), "", "the next is silent");
	is_str(reap(c, 3, 94 * DAY, false, true), "old removed: old runs; ",
	       "one that cannot be removed is told");
	is_str(reap(c, 3, 95 * DAY, true, false), "old removed; ",
	       "and stays warned");
	c[0].finished = 95 * DAY;
	is_str(reap(c, 3, 95 * DAY, false, false), "",
	       "who ran it again has all the time again");
	is_int(due(&c[0]), 0, "and no warning");
	reap(c, 2, 97 * DAY, false, false);
	is_str(reap(c, 2, 100 * DAY, false, false), "new removed; ",
	       "others go in their time");
}

static void files(void)
{
	static const char *const bad[] = {"x 1 2\n", "00 1\n", "00 1 2",
					  "00 1 2 3\n", "\n"};
	struct notices n;
	char path[PATH_MAX];

	strcpy(path, scratch_path("notices"));
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		scratch_write("notices", bad[i], strlen(bad[i]));
		is_int(notices_load(&n, path, &e), -EBADMSG,
		       "a file of notices that is damaged (%zu) is refused",
		       i + 1);
	}
	ok(strstr(e.msg, "notices: 1: damaged"), "by file and line");
	unlink(path);
	is_int(notices_load(&n, path, &e), 0, "one that is not there is empty");
	is_int(notices_save(&n, "/nonexistent/notices", &e), -ENOENT,
	       "a folder that is not there is an error");
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct container c = {.stopped = cases[i].stopped,
					    .finished = cases[i].finished};
		const struct notice n = {.finished = cases[i].finished,
					 .warned = cases[i].warned};

		is_int(reap_judge(&c, cases[i].warned < 0 ? NULL : &n, &rules,
				  cases[i].now),
		       cases[i].verdict, "%s is %s", cases[i].what,
		       cases[i].verdict == REAP_KEEP   ? "kept"
		       : cases[i].verdict == REAP_WARN ? "warned"
						       : "removed");
	}
	story();
	files();
	return done_testing();
}
