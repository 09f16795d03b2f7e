/* A library that lies, for LD_PRELOAD in a worker: it does nothing but what
 * `ie-bench selftest` wants to see caught. IE_LIE names the lie. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define JUMP_S 1

static _Atomic bool writing;

static bool lies(const char *about)
{
	const char *lie = getenv("IE_LIE");

	return lie && strcmp(lie, about) == 0;
}

/* A sync that does nothing. */
int fdatasync(int fd)
{
	int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");

	return lies("sync") ? 0 : real(fd);
}

/* Caches that stay as they are. */
int posix_fadvise64(int fd, off_t offset, off_t len, int advice)
{
	int (*real)(int, off_t, off_t, int) =
		(int (*)(int, off_t, off_t, int))dlsym(RTLD_NEXT,
						       "posix_fadvise64");

	return lies("drop") && advice == POSIX_FADV_DONTNEED
		       ? 0
		       : real(fd, offset, len, advice);
}

ssize_t pwrite64(int fd, const void *buf, size_t len, off_t offset)
{
	ssize_t (*real)(int, const void *, size_t, off_t) =
		(ssize_t(*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT,
								    "pwrite64");

	atomic_store(&writing, true);
	return real(fd, buf, len, offset);
}

/* The clock that times everything jumps after the first write. */
int clock_gettime(clockid_t clock, struct timespec *ts)
{
	static int (*real)(clockid_t, struct timespec *);
	int r;

	if (!real)
		real = (int (*)(clockid_t, struct timespec *))dlsym(
			RTLD_NEXT, "clock_gettime");
	r = real(clock, ts);
	if (clock != CLOCK_MONOTONIC || !atomic_load(&writing))
		return r;
	if (lies("clock-ahead"))
		ts->tv_sec += JUMP_S;
	if (lies("clock-back"))
		ts->tv_sec -= JUMP_S;
	return r;
}
