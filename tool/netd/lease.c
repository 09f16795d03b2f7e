/* See netd.h. */
#include "netd/netd.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/stat.h>

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

int lease_save(const struct leases *l, struct lease *x, const struct lease *to,
	       struct err *e)
{
	struct lease out = *to;
	ssize_t n;

	out.check = checksum(to);
	errno = ENOSPC; /* where it writes only a part */
	n = pwrite(l->file, &out, sizeof(out), (x - l->list) * sizeof(out));
	if (n != sizeof(out) || fdatasync(l->file))
		return err_sys(e, -errno, "write the leases");
	*x = out;
	return 0;
}

int leases_open(struct leases *l, const char *folder, struct err *e)
{
	cleanup_fd int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int file = openat(dir, "leases", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	/* Of this process alone, which no child of it keeps */
	struct flock lock = {.l_type = F_WRLCK};
	size_t size, damaged = 0;
	struct stat st;

	*l = (struct leases){.file = file};
	if (dir < 0 || file < 0 || fstat(file, &st) || fsync(dir))
		return err_sys(e, -errno, "open %s/leases", folder);
	if (fcntl(file, F_SETLK, &lock))
		return err_set(e, -EBUSY, "%s: another ie-netd uses it",
			       folder);
	l->count = (size_t)st.st_size / sizeof(*l->list);
	size = l->count * sizeof(*l->list);
	l->list = malloc(size + 1);
	errno = EIO; /* where it reads only a part */
	if (!l->list || pread(file, l->list, size, 0) != (ssize_t)size)
		return err_sys(e, -errno, "read %s/leases", folder);
	for (struct lease *x = l->list; x < l->list + l->count; x++)
		if (x->address &&
		    (x->check != checksum(x) || x->link[LINK_NAME - 1])) {
			*x = (struct lease){0};
			damaged++;
		}
	if (damaged)
		fprintf(stderr, "ie-netd: %zu damaged leases are lost\n",
			damaged);
	return 0;
}

void leases_close(struct leases *l)
{
	free(l->list);
	if (l->file >= 0)
		close(l->file);
}

struct lease *lease_at(const struct leases *l, uint32_t address)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->list[i].address == address)
			return &l->list[i];
	return NULL;
}

struct lease *lease_next(const struct leases *l, uid_t uid,
			 const struct lease *after)
{
	for (size_t i = after ? (size_t)(after - l->list) + 1 : 0; i < l->count;
	     i++)
		if (l->list[i].uid == uid && l->list[i].address)
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
	size_t room = (l->count / 1024 + 1) * 1024;

	if (x)
		return x;
	x = reallocarray(l->list, room, sizeof(*x));
	if (!x)
		return NULL;
	l->list = x;
	x[l->count] = (struct lease){0};
	return &x[l->count++];
}

int pool_add(struct pool *p, const char *subnet)
{
	char text[INET_ADDRSTRLEN];
	unsigned bits;
	uint32_t base, size;
	struct in_addr a;
	int n;

	if (sscanf(subnet, "%15[0-9.]/%2u%n", text, &bits, &n) != 2 ||
	    subnet[n] || bits < 8 || bits > 30 ||
	    inet_pton(AF_INET, text, &a) != 1 || p->count == SUBNETS_MAX)
		return -EINVAL;
	base = ntohl(a.s_addr);
	size = 1u << (32 - bits);
	/* Not this host, nor multicast, nor where the gateway is */
	if (base % size || base >> 24 == 0 || base >> 24 == 127 ||
	    base >> 24 >= 224 || (base ^ NETD_GATEWAY) >> 16 == 0 ||
	    NETD_GATEWAY - base < size)
		return -EINVAL;
	for (size_t i = 0; i < p->count; i++)
		if (base - p->subnets[i].base < p->subnets[i].size ||
		    p->subnets[i].base - base < size)
			return -EINVAL;
	p->subnets[p->count].base = base;
	p->subnets[p->count++].size = size;
	return 0;
}

bool pool_has(const struct pool *p, uint32_t address)
{
	for (size_t i = 0; i < p->count; i++)
		if (address - p->subnets[i].base - 1 < p->subnets[i].size - 2)
			return true;
	return false;
}

uint32_t pool_free(struct pool *p, const struct leases *l)
{
	/* The first one again: it was begun at an offset */
	for (size_t i = 0; p->count && i <= p->count; i++) {
		uint32_t base = p->subnets[p->subnet].base;
		uint32_t size = p->subnets[p->subnet].size;
		cleanup_free char *taken = calloc(size, 1);

		if (!taken)
			return 0;
		taken[0] = taken[size - 1] = 1;
		for (size_t k = 0; k < l->count; k++)
			if (l->list[k].address - base < size)
				taken[l->list[k].address - base] = 1;
		for (; p->offset < size; p->offset++)
			if (!taken[p->offset])
				return base + (uint32_t)p->offset++;
		p->subnet = (p->subnet + 1) % p->count;
		p->offset = 0;
	}
	return 0;
}
