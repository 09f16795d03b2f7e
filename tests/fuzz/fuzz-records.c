/* Fuzzer for records.jsonl (libFuzzer): the input is a run's records. It is
 * read, judged and printed in every format by the code that ie-stats runs;
 * and each of its lines must be JSON to our scanner and to jansson alike. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stats/study/macros.h"
#include "stats/tell/summary.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Where the two may differ: the scanner refuses deep nesting, and bytes of
 * value 0, which jansson passes over behind a number. */
static bool odd(const uint8_t *line, size_t len)
{
	int open = 0;

	for (size_t i = 0; i < len; i++)
		open += line[i] == '{' || line[i] == '[';
	return open >= SCAN_DEPTH || memchr(line, 0, len);
}

static void line_compare(const uint8_t *line, size_t len)
{
	struct scan s = {0};
	char *text = malloc(len + 1);
	json_error_t why;
	json_t *j;
	const char *ours;

	memcpy(text, line, len);
	j = json_loadb(text, len, 0, &why);
	ours = scan_object(&s, text, len);
	if (!ours != json_is_object(j) && !odd(line, len)) {
		fprintf(stderr, "ours: %s, jansson: %s\n", ours ? ours : "ok",
			j ? "ok" : why.text);
		abort();
	}
	scan_free(&s);
	json_decref(j);
	free(text);
}

static void lines_compare(const uint8_t *data, size_t size)
{
	while (size > 0) {
		const uint8_t *end = memchr(data, '\n', size);
		size_t len = end ? (size_t)(end - data) : size;

		line_compare(data, len);
		size -= end ? len + 1 : len;
		data += end ? len + 1 : len;
	}
}

static const char *fuzz_dir;

/* A run folder whose records are the memory behind fd. */
static const char *folder_make(int fd)
{
	static char dir[] = "/tmp/fuzz-records.XXXXXX";
	static char path[sizeof(dir) + 32];
	char to[64];

	if (!mkdtemp(dir))
		abort();
	snprintf(path, sizeof(path), "%s/records.jsonl", dir);
	snprintf(to, sizeof(to), "/proc/self/fd/%d", fd);
	if (symlink(to, path) < 0)
		abort();
	return dir;
}

static void folder_remove(void)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/records.jsonl", fuzz_dir);
	unlink(path);
	rmdir(fuzz_dir);
}

static void formats_print(const struct runs *runs, FILE *out)
{
	static const char *const names[] = {"text", "json", "tsv"};
	struct err e;

	for (size_t i = 0; i < 3; i++)
		summary_format_find(names[i])->print(runs, out, &e);
	macros_print(runs, out, &e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	static FILE *out;
	struct runs runs = {0};
	struct err e;
	char *dir;

	if (fd < 0) {
		fd = memfd_create("records", 0);
		out = fopen("/dev/null", "w");
		if (fd < 0 || !out)
			abort();
		fuzz_dir = folder_make(fd);
		atexit(folder_remove);
	}
	if (ftruncate(fd, 0) < 0 || pwrite(fd, data, size, 0) != (ssize_t)size)
		abort();
	dir = (char *)fuzz_dir;
	for (int pass = 0; pass < 2; pass++) {
		struct problems p = {.out = out};

		if (runs_read(&runs, &dir, 1, pass ? &p : NULL, &e) == 0)
			formats_print(&runs, out);
		runs_free(&runs);
		problems_free(&p);
	}
	lines_compare(data, size);
	return 0;
}
