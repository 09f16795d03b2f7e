/* JSON lines: whole lines only, one writer, and messages with a line. */
#include "jsonl.h"

#include <errno.h>
#include <fcntl.h>

#include "cleanup.h"
#include "scratch.h"
#include "tap.h"

#define TEXT(s) s, sizeof(s) - 1

static char file[PATH_MAX]; /* what every test works on */

static char *file_text(void)
{
	cleanup_file FILE *f = fopen(file, "re");
	char *text = calloc(1, 1 << 16);

	if (f && fread(text, 1, (1 << 16) - 1, f) == 0)
		text[0] = '\0';
	return text;
}

static void file_is(const char *expected, const char *name)
{
	cleanup_free char *text = file_text();

	is_str(text, expected, "%s", name);
}

/* What a killed writer left, and what is whole of it. */
static const struct {
	const char *name, *before, *after;
} tails[] = {
	{"an empty file stays empty", "", ""},
	{"whole lines stay", "{\"a\":1}\n{\"b\":2}\n",
	 "{\"a\":1}\n{\"b\":2}\n"},
	{"a torn last line is cut", "{\"a\":1}\n{\"b\":", "{\"a\":1}\n"},
	{"a last line without its newline is cut", "{\"a\":1}\n{\"b\":2}",
	 "{\"a\":1}\n"},
	{"a torn first line is cut", "{\"a", ""},
};

static void test_tails(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(tails); i++) {
		struct err e = {""};
		cleanup_fd int fd = -1;

		scratch_write("r.jsonl", tails[i].before,
			      strlen(tails[i].before));
		fd = jsonl_open(file, &e);
		file_is(fd < 0 ? e.msg : tails[i].after, tails[i].name);
	}
}

/* Longer than the buffer that looks for the newline from the end. */
static void test_long_tail(void)
{
	enum { WHOLE = 5000, TORN = 20000 };
	cleanup_free char *text = malloc(WHOLE + TORN + 1);
	struct err e = {""};
	cleanup_fd int fd = -1;

	memset(text, 'x', WHOLE + TORN);
	text[WHOLE - 1] = '\n';
	scratch_write("r.jsonl", text, WHOLE + TORN);
	fd = jsonl_open(file, &e);
	text[WHOLE] = '\0';
	file_is(text, "a torn line of 20000 bytes is cut, and no more");
}

static void test_append(void)
{
	json_t *o = json_pack("{ss si}", "text", "a\nb \"c\" \xc3\xa4", "n", 7);
	struct err e = {""};
	cleanup_fd int fd = -1;

	scratch_write("r.jsonl", TEXT("{\"a\":1}\n{\"torn"));
	fd = jsonl_open(file, &e);
	is_int(jsonl_append(fd, o, &e), 0, "an object is appended");
	is_int(jsonl_append(fd, o, &e), 0, "and one more");
	file_is("{\"a\":1}\n"
		"{\"text\":\"a\\nb \\\"c\\\" \\u00E4\",\"n\":7}\n"
		"{\"text\":\"a\\nb \\\"c\\\" \\u00E4\",\"n\":7}\n",
		"each is one line of ASCII after the last whole one");
	json_decref(o);
	is_int(jsonl_append(fd, NULL, &e), -EINVAL,
	       "what is no JSON is refused");
}

static void test_full(void)
{
	json_t *o = json_pack("{si}", "n", 7);
	cleanup_fd int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct err e = {""};

	is_int(jsonl_append(fd, o, &e), -ENOSPC, "a full disk is an error");
	is_str(e.msg, "write a record: No space left on device",
	       "and says what it is");
	json_decref(o);
}

static void test_lock(void)
{
	struct err e = {""};
	char want[PATH_MAX + 64];
	int first = jsonl_open(file, &e);
	int second = jsonl_open(file, &e);

	ok(first >= 0, "the first writer opens the file");
	is_int(second, -EBUSY, "the second writer is refused");
	snprintf(want, sizeof(want), "open %s: another process is writing it",
		 file);
	is_str(e.msg, want, "with the reason");
	close(first);
	second = jsonl_open(file, &e);
	ok(second >= 0, "and let in when the first is gone");
	close(second);
	ok(jsonl_open("/nonexistent/r.jsonl", &e) == -ENOENT,
	   "a file that cannot be made is an error");
}

static int count_lines(json_t *o, size_t line, void *arg, struct err *e)
{
	size_t *sum = arg;

	(void)e;
	*sum += line;
	return json_is_true(json_object_get(o, "stop")) ? 42 : 0;
}

/* why: "PATH" is followed by this; NULL: result is the sum of the lines. */
static const struct {
	const char *name;
	const char *text;
	size_t len;
	int status;
	size_t sum;
	const char *why;
} reads[] = {
	{"an empty file has no lines", TEXT(""), 0, 0, NULL},
	{"every line is handed out", TEXT("{}\n{}\n{\"a\":{}}\n"), 0, 6, NULL},
	{"the caller can stop", TEXT("{}\n{\"stop\":true}\nx\n"), 42, 3, NULL},
	{"a torn line is named", TEXT("{}\n{}"), -EINVAL, 1,
	 ":2: the last line is torn (no newline)"},
	{"an empty line is named", TEXT("{}\n\n{}\n"), -EINVAL, 1,
	 ":2: not a JSON object: '[' or '{' expected near end of file"},
	{"an array is named", TEXT("[]\n"), -EINVAL, 0,
	 ":1: not a JSON object: another type"},
	{"a broken object is named", TEXT("{}\n{}\n{\"a\":}\n"), -EINVAL, 3,
	 ":3: not a JSON object: unexpected token near '}'"},
	{"two objects in a line are named", TEXT("{}{}\n"), -EINVAL, 0,
	 ":1: not a JSON object: end of file expected near '{'"},
	{"a key twice is named", TEXT("{\"a\":1,\"a\":2}\n"), -EINVAL, 0,
	 ":1: not a JSON object: duplicate object key near '\"a\"'"},
	{"a NUL is named", TEXT("{\"a\":1}\0\n"), -EINVAL, 0,
	 ":1: not a JSON object: end of file expected near end of file"},
};

static void test_reads(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(reads); i++) {
		char want[PATH_MAX + 128] = "";
		struct err e = {""};
		size_t sum = 0;
		int r;

		scratch_write("r.jsonl", reads[i].text, reads[i].len);
		r = jsonl_each(file, count_lines, &sum, &e);
		ok(r == reads[i].status && sum == reads[i].sum, "%s",
		   reads[i].name);
		if (reads[i].why)
			snprintf(want, sizeof(want), "%s%s", file,
				 reads[i].why);
		is_str(e.msg, want, "%s: %s", reads[i].name,
		       reads[i].why ? "with its number" : "and nothing said");
	}
}

static void test_absent(void)
{
	struct err e = {""};
	size_t sum = 0;

	ok(jsonl_each("/nonexistent", count_lines, &sum, &e) == -ENOENT &&
		   strstr(e.msg, "/nonexistent"),
	   "a file that is not there is an error");
}

int main(void)
{
	snprintf(file, sizeof(file), "%s", scratch_path("r.jsonl"));
	test_tails();
	test_long_tail();
	test_append();
	test_full();
	test_lock();
	test_reads();
	test_absent();
	return done_testing();
}
