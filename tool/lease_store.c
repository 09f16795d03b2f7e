/* See lease_store.h. The file: a head of 32 bytes, then 24 bytes a slot, in
 * this machine's byte order (another's is refused as damaged). It is mapped
 * privately, so that loading 60,000 leases copies nothing and a change touches
 * one page; a commit writes a new file and renames it. */
#include "lease_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

#include "cleanup.h"

#define FILE_NAME "leases"
#define MAGIC "ieLease1"
#define SPARE_SLOTS 64
#define MAX_SLOTS (1u << 25)

_Static_assert(sizeof(struct lease_head) == 32, "as it stands in the file");
_Static_assert(sizeof(struct lease) == 24, "as it stands in the file");

/* Three lanes, so that the multiplications overlap; every step is a bijection,
 * so that no single change goes unseen. Against accidents, not malice. */
static uint64_t checksum(const struct lease_head *h, const struct lease *slots)
{
	uint64_t lane[3] = {h->seq, h->count, h->last};
	uint64_t word[3];

	for (size_t i = 0; i < h->count; i++) {
		memcpy(word, &slots[i], sizeof(word));
		for (int k = 0; k < 3; k++) {
			uint64_t x = lane[k] ^ word[k];

			lane[k] = (x << 27 | x >> 37) * 0x9e3779b97f4a7c15;
		}
	}
	for (int k = 1; k < 3; k++)
		lane[0] = (lane[0] ^ lane[k] ^ lane[0] >> 29) *
			  0x9e3779b97f4a7c15;
	return lane[0];
}

static int damaged(const struct lease_store *s, const char *why, struct err *e)
{
	return err_set(e, -EBADMSG,
		       "%s: damaged: %s (move it away: it is made anew from "
		       "what Podman has)",
		       s->path, why);
}

static int map_alloc(struct lease_store *s, size_t capacity, struct err *e)
{
	size_t bytes =
		sizeof(struct lease_head) + capacity * sizeof(struct lease);
	void *map = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (map == MAP_FAILED)
		return err_sys(e, -errno, "%s", s->path);
	s->h = map;
	s->slots = (struct lease *)(s->h + 1);
	s->capacity = capacity;
	s->map_bytes = bytes;
	return 0;
}

/* Puts the file over the beginning of the map; its slots must fit. */
static int map_file(struct lease_store *s, struct err *e)
{
	struct stat st;
	size_t bytes;
	cleanup_fd int fd =
		openat(s->dir, FILE_NAME, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0 && errno == ENOENT) {
		int ret = map_alloc(s, SPARE_SLOTS, e);

		if (ret < 0)
			return ret;
		memcpy(s->h->magic, MAGIC, sizeof(s->h->magic));
		s->h->sum = checksum(s->h, s->slots);
		return 0;
	}
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys(e, -errno, "%s", s->path);
	bytes = (size_t)st.st_size;
	if (!S_ISREG(st.st_mode) || bytes < sizeof(*s->h) ||
	    (bytes - sizeof(*s->h)) % sizeof(struct lease) ||
	    bytes / sizeof(struct lease) > MAX_SLOTS)
		return damaged(s, "its size cannot be", e);
	s->count = (bytes - sizeof(*s->h)) / sizeof(struct lease);
	if (map_alloc(s, s->count + SPARE_SLOTS, e) < 0)
		return -ENOMEM;
	if (mmap(s->h, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED,
		 fd, 0) == MAP_FAILED)
		return err_sys(e, -errno, "%s", s->path);
	return 0;
}

static int check(const struct lease_store *s, struct err *e)
{
	if (memcmp(s->h->magic, MAGIC, sizeof(s->h->magic)) != 0)
		return damaged(s, "it does not begin as it should", e);
	if (s->h->count != s->count)
		return damaged(s, "it is cut off or has grown", e);
	if (s->h->sum != checksum(s->h, s->slots))
		return damaged(s, "its checksum is wrong", e);
	for (size_t i = 0; i < s->count; i++)
		if (s->slots[i].state > LEASE_RESTING)
			return damaged(s, "a lease makes no sense", e);
	return 0;
}

static int take_lock(struct lease_store *s, struct err *e)
{
	sigset_t all;

	s->lock = openat(s->dir, "lock",
			 O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (s->lock < 0)
		return err_sys(e, -errno, "%s: lock", s->path);
	/* A terminal's ^Z must not stop the one whom all others wait for. */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &s->mask);
	while (flock(s->lock, LOCK_EX) < 0)
		if (errno != EINTR)
			return err_sys(e, -errno, "%s: lock", s->path);
	return 0;
}

static int load(struct lease_store *s, const char *dir, bool write,
		struct err *e)
{
	int ret;

	if (snprintf(s->path, sizeof(s->path), "%s/" FILE_NAME, dir) >=
	    (int)sizeof(s->path))
		return err_sys(e, -ENAMETOOLONG, "%s", dir);
	s->dir = open(dir, O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (s->dir < 0)
		return err_sys(e, -errno, "%s", dir);
	ret = write ? take_lock(s, e) : 0;
	if (ret == 0)
		ret = map_file(s, e);
	return ret < 0 ? ret : check(s, e);
}

int lease_open(struct lease_store **out, const char *dir, bool write,
	       struct err *e)
{
	struct lease_store *s = calloc(1, sizeof(*s));
	int ret;

	if (!s)
		return err_sys(e, -ENOMEM, "%s", dir);
	s->dir = s->lock = -1;
	ret = load(s, dir, write, e);
	if (ret < 0)
		lease_close(s);
	else
		*out = s;
	return ret;
}

void lease_close(struct lease_store *s)
{
	if (!s)
		return;
	if (s->h)
		munmap(s->h, s->map_bytes);
	if (s->dir >= 0)
		close(s->dir);
	if (s->lock >= 0) {
		close(s->lock);
		sigprocmask(SIG_SETMASK, &s->mask, NULL);
	}
	free(s);
}

static int write_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t w = write(fd, p, n);

		if (w < 0)
			return -errno;
		p += w;
		n -= (size_t)w;
	}
	return 0;
}

int lease_commit(struct lease_store *s, struct err *e)
{
	const char *name = FILE_NAME ".new"; /* a killed commit's is reused */
	cleanup_fd int fd = -1;
	int ret;

	if (!s->dirty)
		return 0;
	while (s->count && s->slots[s->count - 1].state == LEASE_FREE)
		s->count--;
	s->h->count = (uint32_t)s->count;
	s->h->seq++;
	s->h->sum = checksum(s->h, s->slots);
	fd = openat(s->dir, name,
		    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
		    0600);
	if (fd < 0)
		return err_sys(e, -errno, "%s.new", s->path);
	ret = write_all(fd, (const char *)s->h,
			sizeof(*s->h) + s->count * sizeof(struct lease));
	if (ret == 0 && fsync(fd) < 0)
		ret = -errno;
	if (ret == 0 && renameat(s->dir, name, s->dir, FILE_NAME) < 0)
		ret = -errno;
	if (ret < 0) {
		unlinkat(s->dir, name, 0);
		return err_sys(e, ret, "%s: write", s->path);
	}
	s->dirty = false;
	if (fsync(s->dir) < 0)
		return err_sys(e, -errno, "%s: sync the folder", s->path);
	return 0;
}

uint64_t lease_seq(const struct lease_store *s)
{
	return s->h->seq;
}

const struct lease *lease_all(const struct lease_store *s, size_t *count)
{
	*count = s->count;
	return s->slots;
}

struct lease *lease_slot(struct lease_store *s)
{
	struct lease_store old = *s;
	struct err e;

	for (size_t i = 0; i < s->count; i++)
		if (s->slots[i].state == LEASE_FREE)
			return &s->slots[i];
	if (s->count == s->capacity) {
		if (map_alloc(s, s->capacity * 2, &e) < 0)
			return NULL;
		memcpy(s->h, old.h, old.map_bytes);
		munmap(old.h, old.map_bytes);
	}
	s->slots[s->count] = (struct lease){0};
	return &s->slots[s->count++];
}

void lease_set(struct lease_store *s, struct lease *l, uint32_t state,
	       uint32_t since)
{
	l->state = state;
	l->since = since;
	l->mark = s->h->seq + 1;
	s->dirty = true;
}
