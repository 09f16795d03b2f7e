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
	{"a line of 1,000 characters",
	 TEXT("[a]\nkey = x" X190 X190 X190 X190 X190 X50 "\n"), 0, NULL},
	{"a byte order mark", TEXT("\xef\xbb\xbf[a]\nk = v\n"), 0, NULL},
	{"a byte order mark before a key", TEXT("\xef\xbb\xbfk = v\n"), 1,
	 "key before any [section]"},
	{"an indented file", TEXT("  [a]\n  k = 1\n  j = 2\n\t[b]\n"), 0, NULL},
	{"a key that is indented deeper than the one before",
	 TEXT("[a]\nk = 1\n  j = 2\n"), 3,
	 "indented deeper than the key before it, so this line is a part of "
	 "k; give both keys the same indentation"},
	{"text after a section", TEXT("[a] b\n"), 1, "unexpected text after ]"},
	{"a comment after a section", TEXT("[a] ; b\n[c] # d\n"), 0, NULL},
	{"an escape in a value", TEXT("[a]\nk = \x1b[2J\n"), 2,
	 "control character in this line"},
	{"a C1 control character in a value", TEXT("[a]\nk = \xc2\x9b\n"), 2,
	 "control character in this line"},
	{"a NUL in a line", TEXT("[a]\nk = v\0w\n"), 2,
	 "NUL character in this line"},
	{"a NUL in the last line", TEXT("[a]\nk = v\0w"), 2,
	 "NUL character in this line"},
	{"a NUL at the end of a line", TEXT("[a]\nk = v\0\n"), 2,
	 "NUL character in this line"},
	{"a value that is not UTF-8", TEXT("[a]\nk = \xe9\n"), 2,
	 "not valid UTF-8"},
	{"a comment that is no UTF-8", TEXT("# \xe9\n[a]\nk = \xc3\xa9\n"), 0,
	 NULL},
	{"a key before any section", TEXT("\nk = v\n"), 2,
	 "key before any [section]"},
	{"a key twice", TEXT("[a]\nk = 1\nj = 2\nk = 3\n"), 4,
	 "duplicate key in this section"},
	{"a key twice in a row", TEXT("[a]\nk = 1\nk = 2\n"), 3,
	 "duplicate key in this section"},
	{"a section twice", TEXT("[a]\nk=1\n[b]\n[a]\n"), 4,
	 "duplicate section"},
	{"a section without a name", TEXT("[a]\n[]\n"), 2,
	 "section without a name"},
	{"a section name of 200 characters", TEXT("[" X190 X10 "]\n"), 0, NULL},
	{"a section name of 201 characters", TEXT("[" X190 X10 "x]\n"), 1,
	 "section name is too long"},
	{"an open section", TEXT("[a]\n[b\n"), 2,
	 "expected [section], key = value or a comment"},
	{"a line that is nothing", TEXT("[a]\nk = 1\nhello\n"), 3,
	 "expected [section], key = value or a comment"},
	{"the first of two mistakes", TEXT("[a]\nhello\n[a]\n"), 2,
	 "expected [section], key = value or a comment"},
};

static void test_files(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		const char *path =
			scratch_write("t.ini", files[i].text, files[i].len);
		char want[300] = "";
		struct conf *c = NULL;
		struct err e = {""};
		int r = conf_load(&c, path, NULL, &e);

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

static void value_is(struct conf *c, const char *section, const char *key,
		     const char *value, int line, const char *name)
{
	const struct conf_entry *at = conf_get(c, section, key);

	is_str(at ? at->value : NULL, value, "%s", name);
	is_int(at ? at->line : 0, line, "and its line is known");
}

static bool is_command(const char *section, const char *key)
{
	return strcmp(section, "s") == 0 && strcmp(key, "run") == 0;
}

static void test_values(void)
{
	static const char text[] = "[s]\n"
				   "plain = a b ; comment\n"
				   "semicolon = a;b\n"
				   "hash = a #b\n"
				   "long = one\n"
				   "\ttwo ; comment\n"
				   "  three\n"
				   "# between\n"
				   "empty =\n"
				   "later =\n"
				   "  spaced  \n"
				   "; a = b\n"
				   "colon: v\n"
				   "[t]\n"
				   "  run = a ; b\n"
				   "  [u]\n"
				   "  run = a\n"
				   "  deep = b\n"
				   "    c\n"
				   "  deeper = d\n";
	struct conf *c = NULL;
	struct err e = {""};
	int r = conf_load(&c, scratch_write("t.ini", TEXT(text)), is_command,
			  &e);

	ok(r == 0, "a file with all kinds of values is read");
	if (r < 0) {
		printf("# %s\n", e.msg);
		return;
	}
	value_is(c, "s", "plain", "a b", 2, "a comment after a blank is cut");
	value_is(c, "s", "semicolon", "a;b", 3, "a semicolon in a word stays");
	value_is(c, "s", "hash", "a #b", 4, "a hash stays, after a blank too");
	value_is(c, "s", "long", "one two three", 5,
		 "a value goes on where lines are indented");
	value_is(c, "s", "empty", "", 9, "a value may be empty");
	value_is(c, "s", "later", "spaced", 10,
		 "a value may begin on the next line");
	value_is(c, "s", "colon", "v", 13, "a colon is as good");
	value_is(c, "t", "run", "a", 15,
		 "a key of the same name elsewhere is not a command");
	value_is(c, "u", "run", "a", 17, "an indented section begins one");
	value_is(c, "u", "deep", "b c", 18,
		 "an indented key goes on where lines are indented deeper");
	value_is(c, "u", "deeper", "d", 20, "and then another key follows");
	ok(conf_get(c, "s", "absent") == NULL, "an absent key is NULL");
	ok(conf_get(c, "v", "plain") == NULL, "an absent section is NULL");
	conf_free(c);
}

/* A command is the whole rest of its line. */
static void test_commands(void)
{
	static const struct {
		const char *name, *text, *value;
	} commands[] = {
		{"a semicolon after a blank", "echo a >>log ; echo b >>log\n",
		 "echo a >>log ; echo b >>log"},
		{"a hash after a blank", "echo a # b\n", "echo a # b"},
		{"a semicolon at the start", "; true\n", "; true"},
		{"a line that goes on with a semicolon", "a\n  ; b\n", "a ; b"},
		{"a line that goes on with a hash", "a\n  #b\n", "a #b"},
		{"a comment between its lines", "a\n# b\n; c\n  d\n", "a d"},
		{"a variable", "a\n  B=c d\n", "a B=c d"},
		{"a test", "\n  [ -e x ]\n", "[ -e x ]"},
		{"quotes", "sh -c 'a ; \"b\" # c'\n", "sh -c 'a ; \"b\" # c'"},
		{"blanks at its ends", "   a ;  \n", "a ;"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		struct conf *c = NULL;
		struct err e = {""};
		char text[200];

		snprintf(text, sizeof(text), "[s]\nrun = %s", commands[i].text);
		conf_load(&c, scratch_write("t.ini", text, strlen(text)),
			  is_command, &e);
		ok(c != NULL, "a command with %s is read", commands[i].name);
		if (!c) {
			printf("# %s\n", e.msg);
			continue;
		}
		value_is(c, "s", "run", commands[i].value, 2, commands[i].name);
		conf_free(c);
	}
}

/* 30,000 sections: where each is compared with all before it, a minute. */
static void test_many(void)
{
	static char text[30000 * 24];
	size_t n = 0;
	struct conf *c = NULL;
	struct err e = {""};

	for (int i = 0; i < 30000; i++)
		n += (size_t)sprintf(text + n, "[s%d]\nk = %d\n", i, i);
	ok(conf_load(&c, scratch_write("t.ini", text, n), NULL, &e) == 0,
	   "a file of 30,000 sections is read");
	value_is(c, "s29999", "k", "29999", 60000, "its last one is found");
	conf_free(c);
}

static void test_unused(void)
{
	struct conf *c = NULL;
	struct err e = {""};
	const struct conf_entry *odd;

	conf_load(&c, scratch_write("t.ini", TEXT("[s]\na=1\nb=2\n")), NULL,
		  &e);
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
	ok(conf_load(&c, scratch_path("absent.ini"), NULL, &e) == -ENOENT &&
		   strcmp(e.msg, want) == 0 && !c,
	   "a file that is not there is named with the reason");
	ok(conf_load(&c, scratch_dir, NULL, &e) == -EISDIR && !c &&
		   strstr(e.msg, ": Is a directory"),
	   "a folder is not read as a file");
}

int main(void)
{
	test_files();
	test_values();
	test_commands();
	test_many();
	test_unused();
	test_unreadable();
	return done_testing();
}
