/* See arena.h. */
#include "arena.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/param.h>

#include "cleanup.h"

#define ARENA_SLACK (1u << 20)
#define BUDGET_MAX (UINT64_C(4) << 30)
#define BUDGET_UNKNOWN (UINT64_C(64) << 20)
#define PAGE ((size_t)4096)

static unsigned char *map(size_t bytes, int flags)
{
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

int arena_open(struct arena *a, size_t block_bytes, unsigned depth,
	       struct err *e)
{
	/* Each buffer begins on a page, as direct I/O wants it. */
	size_t apart = roundup(block_bytes, PAGE);
	size_t extra = ARENA_SLACK / apart;
	size_t n = depth + (extra ? extra : 1);

	memset(a, 0, sizeof(*a));
	a->block_bytes = block_bytes;
	a->bytes = n * apart;
	a->base = map(a->bytes, MAP_POPULATE);
	if (!a->base)
		return err_sys(e, -ENOMEM, "allocate %zu buffers of %zu bytes",
			       n, block_bytes);
	a->pieces = calloc(n, sizeof(*a->pieces));
	if (!a->pieces) {
		arena_close(a);
		return err_sys(e, -ENOMEM, "allocate %zu buffers", n);
	}
	for (size_t i = 0; i < n; i++) {
		a->pieces[i].buf = a->base + i * apart;
		arena_give(a, &a->pieces[i]);
	}
	return 0;
}

uint64_t arena_ready(struct arena *a, uint64_t count, uint64_t most_bytes)
{
	count = MIN(count, most_bytes / a->block_bytes);
	if (count > a->ready_count) {
		size_t bytes = count * a->block_bytes;
		unsigned char *base = map(bytes, MAP_NORESERVE);

		if (!base)
			return a->ready_count = 0;
		madvise(base, bytes, MADV_HUGEPAGE);
		if (a->ready)
			munmap(a->ready, a->ready_bytes);
		a->ready = base;
		a->ready_bytes = bytes;
	}
	a->ready_count = count;
	return count;
}

struct piece *arena_take(struct arena *a)
{
	struct piece *piece = a->head;

	a->head = piece->next;
	if (!a->head)
		a->tail = NULL;
	return piece;
}

void arena_give(struct arena *a, struct piece *piece)
{
	piece->next = NULL;
	if (a->tail)
		a->tail->next = piece;
	else
		a->head = piece;
	a->tail = piece;
}

void arena_close(struct arena *a)
{
	if (a->base)
		munmap(a->base, a->bytes);
	if (a->ready)
		munmap(a->ready, a->ready_bytes);
	free(a->pieces);
	memset(a, 0, sizeof(*a));
}

uint64_t arena_budget(unsigned clients)
{
	cleanup_file FILE *f = fopen("/proc/meminfo", "re");
	unsigned long long kib;
	char line[128];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "MemAvailable: %llu kB", &kib) == 1)
			return MIN(kib * 1024 / 8, BUDGET_MAX) / clients;
	return BUDGET_UNKNOWN / clients;
}
