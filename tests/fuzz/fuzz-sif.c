/* Fuzzer for what reads a SIF, and the tar stream that one is made from
 * (libFuzzer). A SIF that is taken has its objects inside the file, none over
 * another. A stream that is taken is taken again, and says the same. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "fuzz.h"
#include "sif.h"
#include "tar_filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int memory(const uint8_t *data, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size ||
	    lseek(fd, 0, SEEK_SET) < 0)
		abort();
	return fd;
}

static void sif(int fd, uint64_t size)
{
	struct sif s;
	struct err e;

	if (sif_read(&s, fd, &e) < 0) {
		expect(!strchr(e.msg, '\n'), "a message is one line", e.msg);
		return;
	}
	for (size_t i = 0; i < s.count; i++) {
		const struct sif_object *o = &s.objects[i];

		expect(o->offset <= size && o->size <= size - o->offset,
		       "an object lies inside", o->name);
		expect(o->offset >= 128, "and not on the header", o->name);
		for (size_t k = 0; k < i; k++)
			expect(!o->size || !s.objects[k].size ||
				       o->offset >= s.objects[k].offset +
							    s.objects[k].size ||
				       s.objects[k].offset >=
					       o->offset + o->size,
			       "none lies over another", o->name);
	}
}

/* The bytes after filtering, or -1. */
static int filtered(int in)
{
	static const struct tar_extra extra = {'0', 0644, ".ours", "x", false};
	int out = memory(NULL, 0);
	struct err e;

	if (tar_filter(in, out, 1000, &extra, 1, &e) == 0) {
		lseek(out, 0, SEEK_SET);
		return out;
	}
	expect(!strchr(e.msg, '\n'), "a message is one line", e.msg);
	close(out);
	return -1;
}

static off_t size_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) < 0 ? -1 : st.st_size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_fd int fd = memory(data, size);
	cleanup_fd int once = -1, twice = -1;

	sif(fd, size);
	once = filtered(fd);
	if (once < 0)
		return 0;
	twice = filtered(once);
	expect(twice >= 0, "what was passed on is a stream", "");
	expect(size_of(once) == size_of(twice), "that is not changed again",
	       "");
	return 0;
}
