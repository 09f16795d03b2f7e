/* What the page cache holds of a file, in the kernel's own words: cachestat()
 * (Linux 6.5), or else mincore(), which says so to who may write the file. */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/param.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"
#include "storage/file.h"

#ifndef __NR_cachestat
#define __NR_cachestat 451
#endif

#define MAP_STEP (UINT64_C(1) << 30) /* a quarter million pages at once */

/* linux/mman.h has them since 6.5 */
struct stat_range {
	uint64_t off, len;
};
struct stat_answer {
	uint64_t cached, dirty, writeback, evicted, recently_evicted;
};

static int by_cachestat(int fd, uint64_t offset, uint64_t bytes,
			uint64_t *found)
{
	struct stat_range range = {offset, bytes};
	struct stat_answer answer;

	if (syscall(__NR_cachestat, fd, &range, &answer, 0) < 0)
		return -errno;
	*found = answer.cached * (uint64_t)sysconf(_SC_PAGESIZE);
	return 0;
}

static int step_by_mincore(int fd, uint64_t offset, size_t bytes,
			   uint64_t *found)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t pages = howmany(bytes, page);
	cleanup_free unsigned char *in = malloc(pages);
	void *at = mmap(NULL, bytes, PROT_READ, MAP_SHARED, fd, (off_t)offset);
	int r = 0;

	if (at == MAP_FAILED)
		return -errno;
	if (!in || mincore(at, bytes, in) < 0)
		r = in ? -errno : -ENOMEM;
	for (size_t i = 0; r == 0 && i < pages; i++)
		*found += in[i] & 1 ? page : 0;
	munmap(at, bytes);
	return r;
}

static int by_mincore(int fd, uint64_t offset, uint64_t bytes, uint64_t *found)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t end = offset + bytes;
	int r = 0;

	*found = 0;
	for (offset -= offset % page; r == 0 && offset < end;
	     offset += MAP_STEP)
		r = step_by_mincore(fd, offset, MIN(MAP_STEP, end - offset),
				    found);
	return r;
}

int file_resident(const struct bench_file *f, uint64_t offset, uint64_t bytes,
		  uint64_t *found)
{
	int r = by_cachestat(f->fd, offset, bytes, found);

	if (r < 0)
		r = by_mincore(f->fd, offset, bytes, found);
	*found = r < 0 ? 0 : MIN(*found, bytes);
	return r;
}
