/* INI files: what is read, and what is refused with its line. */
#include "conf.h"

#include <errno.h>
#include <string.h>

#include "cleanup.h"
#include "scratch.h"
#include "tap.h"

#define X10 "xxxxxxxxxx"
#define X50 X10 X10 X10 X10 X10
#define X190 X50 X50 X50 X10 X10 X10 X10

#define TEXT(s) s, sizeof(s) - 1

/* why: what stands after "PATH:LINE: "; NULL: the file is good. */
static const struct {
	const char *name;
	const char *text;
	size_t len;
	int line;
	const char *why;
} files[] = {
	{"an empty file", TEXT(""), 0, NULL},
	{"only comments", TEXT("# a\n; b\n\n"), 0, NULL},
	{"no newline at the end", TEXT("[a]\nk = v"), 0, NULL},
	{"CRLF lines", TEXT("[a]\r\nk = v\r\n"), 0, NULL},
	{"the same key in two sections", TEXT("[a]\nk=1\n[b]\nk=1\n"), 0, NULL},
	{"a line of 198 characters", TEXT("[a]\nkey = x" X190 "x\n"), 0, NULL},
	{"a line of 199 characters", TEXT("[a]\nkey = x" X190 "xx\n"), 2,
	 "line is longer than 198 characters; continue it on a line that "
	 "starts with a blank"},
	{"a comment of 300 characters", TEXT("[a]\n#" X190 X50 X50 "\n"), 2,
	 "line is longer than 198 characters; continue it on a line that "
	 "starts with a blank"},
	{"a NUL in a line", TEXT("[a]\nk = v\0w\n"), 2,
	 "line holds a NUL character"},
	{"a NUL in the last line", TEXT("[a]\nk = v\0w"), 2,
	 "line holds a NUL character"},
	{"a NUL at the end of a line", TEXT("[a]\nk = v\0\n"), 2,
	 "line holds a NUL character"},
	{"a value that is no UTF-8", TEXT("[a]\nk = \xe9\n"), 2,
	 "value is no UTF-8"},
	{"a comment that is no UTF-8", TEXT("# \xe9\n[a]\nk = \xc3\xa9\n"), 0,
	 NULL},
	{"a key before any section", TEXT("\nk = v\n"), 2,
	 "key stands before any [section]"},
	{"a key twice", TEXT("[a]\nk = 1\nj = 2\nk = 3\n"), 4,
	 "key stands twice in its section"},
	{"a key twice in a row", TEXT("[a]\nk = 1\nk = 2\n"), 3,
	 "key stands twice in its section"},
	{"a section twice", TEXT("[a]\nk=1\n[b]\n[a]\n"), 4,
	 "section stands twice"},
	{"a section without a name", TEXT("[a]\n[]\n"), 2,
	 "section without a name"},
	{"a section name of 49 characters",
	 TEXT("[" X10 X10 X10 X10 "xxxxxxxxx]"), 0, NULL},
	{"a section name of 50 characters", TEXT("[" X50 "]\n"), 1,
	 "section name is too long"},
	{"an open section", TEXT("[a]\n[b\n"), 2,
	 "neither [section], key = value nor a comment"},
	{"a line that is nothing", TEXT("[a]\nk = 1\nhello\n"), 3,
	 "neither [section], key = value nor a comment"},
	{"the first of two mistakes", TEXT("[a]\nhello\n[a]\n"), 2,
	 "neither [section], key = value nor a comment"},
};

static void test_files(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		const char *path =
			scratch_write("t.ini", files[i].text, files[i].len);
		char want[300] = "";
		struct conf *c = NULL;
		struct err e = {""};
		int r = conf_load(&c, path, &e);

		if (files[i].why)
			snprintf(want, sizeof(want), "%s:%d: %s", path,
				 files[i].line, files[i].why);
		is_str(e.msg, want, "%s is %s", files[i].name,
		       files[i].why ? "refused with its line" : "read");
		is_int(r, files[i].why ? -EINVAL : 0, "%s: the status says so",
		       files[i].name);
		conf_free(c);
	}
}

static void value_is(struct conf *c, const char *key, const char *value,
		     int line, const char *name)
{
	const struct conf_entry *at = conf_get(c, "s", key);

	is_str(at ? at->value : NULL, value, "%s", name);
	is_int(at ? at->line : 0, line, "and its line is known");
}

static void test_values(void)
{
	static const char text[] = "[s]\n"
				   "plain = a b ; comment\n"
				   "semicolon = a;b\n"
				   "long = one\n"
				   "\ttwo\n"
				   "  three\n"
				   "# between\n"
				   "empty =\n"
				   "  spaced  =  v  \n"
				   "colon: v\n";
	struct conf *c = NULL;
	struct err e = {""};
	int r = conf_load(&c, scratch_write("t.ini", TEXT(text)), &e);

	ok(r == 0, "a file with all kinds of values is read");
	if (r < 0) {
		printf("# %s\n", e.msg);
		return;
	}
	value_is(c, "plain", "a b", 2, "a comment after a blank is cut");
	value_is(c, "semicolon", "a;b", 3, "a semicolon in a word stays");
	value_is(c, "long", "one two three", 4,
		 "a value goes on where lines "
		 "start with a blank");
	ok(conf_get(c, "s", "absent") == NULL, "an absent key is NULL");
	ok(conf_get(c, "t", "plain") == NULL, "an absent section is NULL");
	conf_free(c);
}

static void test_unused(void)
{
	struct conf *c = NULL;
	struct err e = {""};
	const struct conf_entry *odd;

	conf_load(&c, scratch_write("t.ini", TEXT("[s]\na=1\nb=2\n")), &e);
	conf_get(c, "s", "a");
	odd = conf_unused(c);
	ok(odd && strcmp(odd->key, "b") == 0 && odd->line == 3,
	   "a key nobody asked for is found");
	ok(conf_error(c, odd, &e, "%s is odd", odd ? odd->key : "") ==
			   -EINVAL &&
		   strstr(e.msg, "t.ini:3: b is odd"),
	   "an error at a key has the key's line");
	conf_get(c, "s", "b");
	ok(conf_unused(c) == NULL, "with all keys asked for there is none");
	conf_free(c);
}

static void test_unreadable(void)
{
	struct conf *c = NULL;
	struct err e = {""};
	char want[200];

	snprintf(want, sizeof(want), "read %s: No such file or directory",
		 scratch_path("absent.ini"));
	ok(conf_load(&c, scratch_path("absent.ini"), &e) == -ENOENT &&
		   strcmp(e.msg, want) == 0 && !c,
	   "a file that is not there is named with the reason");
	ok(conf_load(&c, scratch_dir, &e) == -EISDIR && !c &&
		   strstr(e.msg, ": Is a directory"),
	   "a folder is not read as a file");
}

int main(void)
{
	test_files();
	test_values();
	test_unused();
	test_unreadable();
	return done_testing();
}
