/* How much an engine's store holds, and how much it can take. See counters.h.
 */
#include <errno.h>
#include <ftw.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "cleanup.h"
#include "image/counters.h"

/* nftw() has no argument for its function; a worker measures one store. */
static struct {
	uint64_t bytes, files;
} sum;

static int entry_add(const char *path, const struct stat *st, int kind,
		     struct FTW *ftw)
{
	(void)path, (void)ftw;
	if (kind == FTW_NS)
		return 0; /* went away meanwhile */
	sum.bytes += (uint64_t)st->st_blocks * 512;
	sum.files++;
	return 0;
}

int store_measure(const char *path, uint64_t *bytes, uint64_t *files,
		  struct err *e)
{
	sum.bytes = sum.files = 0;
	if (nftw(path, entry_add, 64, FTW_PHYS | FTW_MOUNT) < 0 &&
	    errno != ENOENT)
		return err_sys(e, -errno, "measure the store %s", path);
	*bytes = sum.bytes;
	*files = sum.files;
	return 0;
}

/* The folder, or the nearest one above it that is there. */
char *store_existing(const char *path)
{
	char *copy = strdup(path), *slash;
	struct stat st;

	while (copy && stat(copy, &st) < 0) {
		slash = strrchr(copy, '/');
		if (errno != ENOENT || !slash) {
			free(copy);
			return NULL;
		}
		slash[slash == copy] = '\0';
	}
	return copy;
}

int store_space(const char *path, uint64_t *avail_bytes, struct err *e)
{
	cleanup_free char *there = store_existing(path);
	struct statvfs fs;

	if (!there || statvfs(there, &fs) < 0)
		return err_sys(e, -errno, "look for space in %s", path);
	*avail_bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
	return 0;
}
