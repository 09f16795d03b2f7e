/* See lease.h. */
#include "netd/lease.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"

_Static_assert(sizeof(struct lease) == 128, "must divide a sector");

/* FNV-1a, 32 bits (Fowler, Noll, Vo), from a start that changes with the
 * format: finds damage, and proves nothing of who wrote it. */
static uint32_t checksum(const struct lease *x)
{
	struct lease copy = *x;
	const unsigned char *s = (const unsigned char *)&copy;
	uint32_t h = 2166136261u + 2;

	copy.check = 0;
	for (size_t i = 0; i < sizeof(copy); i++)
		h = (h ^ s[i]) * 16777619u;
	return h;
}

int lease_save(const struct leases *l, struct lease *x, struct err *e)
{
	struct lease out = *x;
	ssize_t n;

	out.check = checksum(x);
	n = pwrite(l->file, &out, sizeof(out), (x - l->list) * sizeof(out));
	if (n >= 0 && n < (ssize_t)sizeof(out))
		errno = ENOSPC;
	if (n != sizeof(out) || fdatasync(l->file))
		return err_sys(e, -errno, "write the leases");
	l->keys[x - l->list] = (struct lease_key){x->address, x->uid};
	return 0;
}

static int records_read(struct leases *l, size_t size, struct err *e)
{
	size_t damaged = 0;

	l->count = size / sizeof(*l->list);
	size = l->count * sizeof(*l->list);
	l->list = malloc(size + 1024 * sizeof(*l->list));
	l->keys = calloc(l->count + 1024, sizeof(*l->keys));
	if (!l->list || !l->keys ||
	    pread(l->file, l->list, size, 0) != (ssize_t)size)
		return err_sys(e, -errno, "read the leases");
	for (size_t i = 0; i < l->count; i++) {
		struct lease *x = &l->list[i];

		if (x->address &&
		    (x->check != checksum(x) || x->link[LINK_NAME - 1])) {
			*x = (struct lease){0};
			damaged++;
		}
		l->keys[i] = (struct lease_key){x->address, x->uid};
	}
	if (damaged)
		fprintf(stderr, "ie-netd: %zu damaged leases are lost\n",
			damaged);
	return 0;
}

int leases_open(struct leases *l, const char *folder, struct err *e)
{
	cleanup_fd int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* Of this process alone, which no child of it keeps */
	struct flock lock = {.l_type = F_WRLCK};
	struct stat st;

	*l = (struct leases){.file = openat(dir, "leases",
					    O_RDWR | O_CREAT | O_CLOEXEC,
					    0600)};
	if (dir < 0 || l->file < 0 || fstat(l->file, &st) || fsync(dir))
		return err_sys(e, -errno, "open %s/leases", folder);
	if (fcntl(l->file, F_SETLK, &lock))
		return err_set(e, -EBUSY, "%s: another ie-netd uses it",
			       folder);
	return records_read(l, (size_t)st.st_size, e);
}

void leases_close(struct leases *l)
{
	free(l->list);
	free(l->keys);
	if (l->file >= 0)
		close(l->file);
}

struct lease *lease_at(const struct leases *l, uint32_t address)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->keys[i].address == address)
			return &l->list[i];
	return NULL;
}

struct lease *lease_next(const struct leases *l, uid_t uid,
			 const struct lease *after)
{
	for (size_t i = after ? (size_t)(after - l->list) + 1 : 0; i < l->count;
	     i++)
		if (l->keys[i].uid == uid && l->keys[i].address)
			return &l->list[i];
	return NULL;
}

struct lease *lease_of(const struct leases *l, uid_t uid,
		       const char container[NETD_CONTAINER])
{
	struct lease *x = lease_next(l, uid, NULL);

	while (x && memcmp(x->container, container, NETD_CONTAINER) != 0)
		x = lease_next(l, uid, x);
	return x;
}

struct lease *lease_new(struct leases *l)
{
	struct lease *x = lease_at(l, 0);
	size_t room = l->count + 1024;
	void *grown;

	if (!x && l->count % 1024 == 0) {
		grown = reallocarray(l->list, room, sizeof(*l->list));
		l->list = grown ? grown : l->list;
		if (grown)
			grown = reallocarray(l->keys, room, sizeof(*l->keys));
		if (!grown)
			return NULL;
		l->keys = grown;
	}
	if (!x) {
		l->keys[l->count] = (struct lease_key){0};
		x = &l->list[l->count++];
	}
	*x = (struct lease){0};
	return x;
}

/* --- the pool ------------------------------------------------------------- */

int pool_add(struct pool *p, const char *subnet)
{
	char text[INET_ADDRSTRLEN + 4], *slash, *end;
	struct in_addr a;
	unsigned long bits;
	uint32_t base, size;

	snprintf(text, sizeof(text), "%s", subnet);
	slash = strchr(text, '/');
	if (!slash || p->count == SUBNETS_MAX)
		return -EINVAL;
	*slash = '\0';
	bits = strtoul(slash + 1, &end, 10);
	if (*end || bits < 8 || bits > 30 || inet_pton(AF_INET, text, &a) != 1)
		return -EINVAL;
	base = ntohl(a.s_addr);
	size = 1u << (32 - bits);
	/* Not this host, nor multicast, nor where the gateway is */
	if (base % size || base >> 24 == 0 || base >> 24 == 127 ||
	    base >> 24 >= 224 || (base ^ NETD_GATEWAY) >> 16 == 0 ||
	    NETD_GATEWAY - base < size)
		return -EINVAL;
	for (size_t i = 0; i < p->count; i++)
		if (base <= p->subnets[i].last &&
		    p->subnets[i].first <= base + (size - 1))
			return -EINVAL;
	p->subnets[p->count].first = base + 1;
	p->subnets[p->count++].last = base + size - 2;
	return 0;
}

/* Where it stands among all addresses of the pool; their number: nowhere. */
static size_t pool_index(const struct pool *p, uint32_t address)
{
	size_t n = 0;

	for (size_t i = 0; i < p->count; i++) {
		uint32_t first = p->subnets[i].first, last = p->subnets[i].last;

		if (address >= first && address <= last)
			return n + (address - first);
		n += last - first + 1;
	}
	return n;
}

bool pool_has(const struct pool *p, uint32_t address)
{
	return pool_index(p, address) < pool_index(p, 0);
}

static uint32_t pool_at(const struct pool *p, size_t index)
{
	size_t i = 0, n;

	while (index >= (n = p->subnets[i].last - p->subnets[i].first + 1)) {
		index -= n;
		i++;
	}
	return p->subnets[i].first + (uint32_t)index;
}

uint32_t pool_free(struct pool *p, const struct leases *l)
{
	size_t all = pool_index(p, 0), at = pool_index(p, p->last), k = 0;
	cleanup_free char *taken = calloc(all + 1, 1);

	if (!taken)
		return 0;
	for (size_t i = 0; i < l->count; i++)
		taken[pool_index(p, l->keys[i].address)] = 1;
	at = at == all ? 0 : at + 1; /* what was given back comes late */
	while (k < all && taken[(at + k) % all])
		k++;
	if (k == all)
		return 0;
	p->last = pool_at(p, (at + k) % all);
	return p->last;
}
