/* Fuzzer for the unpacking of a context (libFuzzer): the input is a stream.
 * Whatever it is, nothing appears outside of the folder, and nothing in it is
 * anything else than a file, a folder or a link. */
#include <ftw.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "context.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char top[] = "/dev/shm/fuzz-context.XXXXXX";

static int look(const char *path, const struct stat *st, int flag,
		struct FTW *ftw)
{
	(void)flag;
	expect(S_ISREG(st->st_mode) || S_ISDIR(st->st_mode) ||
		       S_ISLNK(st->st_mode),
	       "a file, a folder or a link", path);
	expect(S_ISLNK(st->st_mode) || !(st->st_mode & 07000), "no set-id bit",
	       path);
	expect(ftw->level != 1 || strcmp(path + ftw->base, "in") == 0,
	       "nothing beside the folder", path);
	return ftw->level > 1 ? remove(path) : 0;
}

static void end(void)
{
	char in[64];

	snprintf(in, sizeof(in), "%s/in", top);
	rmdir(in);
	rmdir(top);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct context_limits limits = {4096, 16, 4, size & 1};
	static int dir = -1;
	cleanup_fd int in = memfd_create("fuzz", MFD_CLOEXEC);
	struct err e;

	if (dir < 0) {
		char path[64];

		if (!mkdtemp(top))
			abort();
		atexit(end);
		snprintf(path, sizeof(path), "%s/in", top);
		mkdir(path, 0700);
		dir = open(path, O_DIRECTORY | O_CLOEXEC);
	}
	if (in < 0 || dir < 0 || write(in, data, size) != (ssize_t)size ||
	    lseek(in, 0, SEEK_SET) < 0)
		abort();
	if (context_receive(in, dir, &limits, &e) < 0)
		expect(!strchr(e.msg, '\n') || strchr(e.msg, '/'),
		       "a message is one line", e.msg);
	nftw(top, look, 8, FTW_DEPTH | FTW_PHYS);
	return 0;
}
