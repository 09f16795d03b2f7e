/* Fuzzer for the plan file (libFuzzer): the input is a plan for a fixed site.
 * What is refused has one line with the file and the line; what is taken is a
 * schedule whose cases a worker would take. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "plan/plan.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char site_text[] = "[site]\n"
				"name = fuzz\n"
				"[target null]\n"
				"driver = null\n"
				"limit = top\n"
				"[target local]\n"
				"driver = posix\n"
				"path = /nonexistent\n"
				"fstype = ext4\n"
				"[target top]\n"
				"driver = null\n"
				"role = limit\n";

/* The path of a file in memory. */
static const char *memory_file(int *fd, char path[64])
{
	*fd = memfd_create("ini", 0);
	if (*fd < 0)
		abort();
	snprintf(path, 64, "/proc/self/fd/%d", *fd);
	return path;
}

static const struct site *site_make(void)
{
	struct site *site;
	struct err e;
	char path[64];
	int fd;

	memory_file(&fd, path);
	if (write(fd, site_text, sizeof(site_text) - 1) < 0 ||
	    site_load(&site, path, &e) < 0)
		abort();
	close(fd);
	return site;
}

static void case_goes_round(struct bench_case *c)
{
	struct bench_case *back;
	struct err e;
	json_t *j;

	c->object = strdup("ie-bench.fuzz");
	j = case_to_json(c);
	e.msg[0] = '\0';
	expect(case_from_json(&back, j, &e) == 0, "a worker takes a case",
	       e.msg);
	expect(strcmp(back->name, c->name) == 0, "with its name", c->name);
	case_free(back);
	json_decref(j);
}

static void taken(const struct plan *p, const struct schedule *s)
{
	expect(s->cells > 0 && s->count == s->cells * p->blocks * p->sessions,
	       "every block has every cell", p->name);
	for (size_t i = 0; i < s->count; i++) {
		const struct bench_case *c = s->cases[i];

		expect(c->position == i % s->cells, "positions count", c->name);
		if (i < 100)
			case_goes_round(s->cases[i]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct site *site;
	static char path[64];
	static int fd;
	struct schedule *s = NULL;
	struct plan *p = NULL;
	char notes[256];
	struct err e;

	if (!site) {
		site = site_make();
		memory_file(&fd, path);
	}
	if (ftruncate(fd, 0) < 0 || pwrite(fd, data, size, 0) != (ssize_t)size)
		abort();
	if (plan_load(&p, path, &e) < 0 ||
	    schedule_make(&s, p, site, 1, notes, sizeof(notes), &e) < 0)
		refused(path, &e);
	else
		taken(p, s);
	schedule_free(s);
	plan_free(p);
	return 0;
}
