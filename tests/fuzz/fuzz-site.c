/* Fuzzer for the site file (libFuzzer): the input is a site file. What is
 * refused has one line with the file and the line; what is taken has targets
 * that a plan can name. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "plan/site.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void taken(const struct site *s)
{
	json_t *all = site_targets_json(s);

	expect(s->name && *s->name, "a site has a name", "");
	expect(s->count > 0 && json_object_size(all) == s->count,
	       "every target is in the record", s->name);
	for (size_t i = 0; i < s->count; i++) {
		const struct site_target *t = &s->targets[i];
		const json_t *name;
		size_t k;

		expect(site_find(s, t->name) == t, "a target is found",
		       t->name);
		expect(!t->ops != !t->missing, "a driver is there or missing",
		       t->name);
		json_array_foreach (t->limits, k, name)
			expect(site_find(s, json_string_value(name)),
			       "a limit is a target", t->name);
	}
	json_decref(all);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char path[64];
	static int fd = -1;
	struct site *s = NULL;
	struct err e;

	if (fd < 0) {
		fd = memfd_create("ini", 0);
		if (fd < 0)
			abort();
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	if (ftruncate(fd, 0) < 0 || pwrite(fd, data, size, 0) != (ssize_t)size)
		abort();
	if (site_load(&s, path, &e) < 0)
		refused(path, &e);
	else
		taken(s);
	site_free(s);
	return 0;
}
