/* See pattern.h. */
#include "pattern.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "rng.h"

#define ARENA_SLACK (1u << 20)

struct stamp {
	uint64_t offset;
	uint32_t seed;
	uint32_t body;
};

int arena_open(struct arena *a, size_t block_bytes, unsigned depth,
	       struct err *e)
{
	size_t extra = ARENA_SLACK / block_bytes;
	size_t n = depth + (extra ? extra : 1);

	memset(a, 0, sizeof(*a));
	a->bytes = n * block_bytes;
	a->base = mmap(NULL, a->bytes, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (a->base == MAP_FAILED) {
		a->base = NULL;
		return err_sys(e, -ENOMEM, "allocate %zu buffers of %zu bytes",
			       n, block_bytes);
	}
	a->pieces = calloc(n, sizeof(*a->pieces));
	if (!a->pieces) {
		arena_close(a);
		return err_sys(e, -ENOMEM, "allocate %zu buffers", n);
	}
	for (size_t i = 0; i < n; i++) {
		a->pieces[i].buf = a->base + i * block_bytes;
		arena_give(a, &a->pieces[i]);
	}
	return 0;
}

static void body_fill(const struct pattern *p, uint32_t body,
		      unsigned char *page)
{
	struct rng r = {rng_mix(p->seed, body)};

	for (size_t i = sizeof(struct stamp); i < PATTERN_PAGE; i += 8) {
		uint64_t v = rng_next(&r);

		memcpy(page + i, &v, sizeof(v));
	}
}

void arena_fill(struct arena *a, const struct pattern *p)
{
	if (p->zero) {
		memset(a->base, 0, a->bytes);
		return;
	}
	for (size_t i = 0; i < a->bytes / PATTERN_PAGE; i++) {
		unsigned char *page = a->base + i * PATTERN_PAGE;
		struct stamp s = {0, (uint32_t)p->seed, (uint32_t)i};

		memcpy(page, &s, sizeof(s));
		body_fill(p, s.body, page);
	}
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
	free(a->pieces);
	memset(a, 0, sizeof(*a));
}

void pattern_stamp(const struct pattern *p, unsigned char *buf, size_t len,
		   uint64_t offset)
{
	if (p->zero)
		return;
	for (size_t i = 0; i < len; i += PATTERN_PAGE) {
		uint64_t at = offset + i;

		memcpy(buf + i, &at, sizeof(at));
	}
}

static bool page_check(const struct pattern *p, const unsigned char *page,
		       uint64_t offset, bool full)
{
	unsigned char expected[PATTERN_PAGE];
	struct stamp s;

	memcpy(&s, page, sizeof(s));
	if (s.offset != offset || s.seed != (uint32_t)p->seed)
		return false;
	if (!full)
		return true;
	body_fill(p, s.body, expected);
	return memcmp(page + sizeof(s), expected + sizeof(s),
		      PATTERN_PAGE - sizeof(s)) == 0;
}

static bool page_is_zero(const unsigned char *page, bool full)
{
	size_t len = full ? PATTERN_PAGE : 16;

	return page[0] == 0 && memcmp(page, page + 1, len - 1) == 0;
}

size_t pattern_check(const struct pattern *p, const unsigned char *buf,
		     size_t len, uint64_t offset, bool full)
{
	for (size_t i = 0; i < len; i += PATTERN_PAGE) {
		bool good = p->zero ? page_is_zero(buf + i, full)
				    : page_check(p, buf + i, offset + i, full);

		if (!good)
			return i;
	}
	return len;
}
