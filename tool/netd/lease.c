/* See lease.h. */
#include "netd/lease.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"

_Static_assert(sizeof(struct lease) == 128, "must divide a sector");

/* Of the file's first record, in place of a container's ID */
static const char magic[NETD_CONTAINER] = "ie-netd leases, version 1";

/* FNV-1a, 32 bits (Fowler, Noll, Vo): finds damage, and proves nothing of who
 * wrote it. */
static uint32_t checksum(const struct lease *x)
{
	struct lease copy = *x;
	const unsigned char *s = (const unsigned char *)&copy;
	uint32_t h = 2166136261u;

	copy.check = copy.ifindex = 0;
	for (size_t i = 0; i < sizeof(copy); i++)
		h = (h ^ s[i]) * 16777619u;
	return h;
}

static int record_write(int file, size_t at, struct lease *x)
{
	struct lease out = *x;
	ssize_t n;

	out.ifindex = 0;
	out.check = x->check = checksum(x);
	n = pwrite(file, &out, sizeof(out), (off_t)(at * sizeof(out)));
	if (n >= 0 && n != sizeof(out))
		return -ENOSPC;
	return n < 0 || fdatasync(file) ? -errno : 0;
}

int lease_save(const struct leases *l, struct lease *x, struct err *e)
{
	int rc = record_write(l->file, (size_t)(x - l->list) + 1, x);

	return rc ? err_sys(e, rc, "write the leases") : 0;
}

static bool record_valid(const struct lease *x)
{
	return x->check == checksum(x) && !x->link[LINK_NAME - 1] &&
	       !memchr(x->container, '\0', NETD_CONTAINER);
}

static int records_read(struct leases *l, size_t size, struct err *e)
{
	struct lease head = {.container = ""};
	size_t bytes, damaged = 0;

	memcpy(head.container, magic, sizeof(magic));
	if (size < sizeof(head)) { /* new, or cut off when it was */
		int rc = record_write(l->file, 0, &head);

		return rc ? err_sys(e, rc, "begin the leases") : 0;
	}
	if (pread(l->file, &head, sizeof(head), 0) != sizeof(head) ||
	    memcmp(head.container, magic, sizeof(magic)) != 0)
		return err_set(e, -EBADMSG,
			       "these are not leases of this "
			       "version of ie-netd");
	l->count = size / sizeof(head) - 1;
	bytes = l->count * sizeof(head);
	l->list = calloc(l->count + 1, sizeof(head));
	if (!l->list ||
	    pread(l->file, l->list, bytes, sizeof(head)) != (ssize_t)bytes)
		return err_sys(e, -errno, "read the leases");
	for (size_t i = 0; i < l->count; i++) {
		struct lease *x = &l->list[i];

		if (!x->address ||
		    (record_valid(x) && lease_at(l, x->address) == x))
			continue;
		*x = (struct lease){0};
		damaged++;
	}
	if (damaged)
		fprintf(stderr, "ie-netd: %zu damaged leases are lost\n",
			damaged);
	return 0;
}

int leases_open(struct leases *l, const char *folder, struct err *e)
{
	cleanup_fd int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;
	int rc;

	*l = (struct leases){.file = -1};
	l->file = dir < 0 ? -1
			  : openat(dir, "leases", O_RDWR | O_CREAT | O_CLOEXEC,
				   0600);
	if (l->file < 0 || fstat(l->file, &st) || fsync(dir))
		return err_sys(e, -errno, "open %s/leases", folder);
	if (flock(l->file, LOCK_EX | LOCK_NB))
		return err_set(e, -EBUSY, "%s: another ie-netd uses it",
			       folder);
	rc = records_read(l, (size_t)st.st_size, e);
	return rc ? err_wrap(e, rc, "%s/leases", folder) : 0;
}

void leases_close(struct leases *l)
{
	free(l->list);
	if (l->file >= 0)
		close(l->file);
	*l = (struct leases){.file = -1};
}

struct lease *lease_at(const struct leases *l, uint32_t address)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->list[i].address == address)
			return &l->list[i];
	return NULL;
}

struct lease *lease_of(const struct leases *l, uid_t uid,
		       const char container[NETD_CONTAINER])
{
	for (size_t i = 0; i < l->count; i++) {
		struct lease *x = &l->list[i];

		if (x->uid == uid && x->address &&
		    memcmp(x->container, container, NETD_CONTAINER) == 0)
			return x;
	}
	return NULL;
}

struct lease *lease_linked(const struct leases *l, uint32_t ifindex)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->list[i].ifindex == ifindex && l->list[i].address)
			return &l->list[i];
	return NULL;
}

size_t leases_of(const struct leases *l, uid_t uid)
{
	size_t n = 0;

	for (size_t i = 0; i < l->count; i++)
		n += l->list[i].uid == uid && l->list[i].address;
	return n;
}

struct lease *lease_new(struct leases *l)
{
	struct lease *grown, *x = lease_at(l, 0);

	if (!x) {
		grown = reallocarray(l->list, l->count + 1, sizeof(*x));
		if (!grown)
			return NULL;
		l->list = grown;
		x = &grown[l->count++];
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

	if (snprintf(text, sizeof(text), "%s", subnet) >= (int)sizeof(text) ||
	    !(slash = strchr(text, '/')) || p->count == SUBNETS_MAX)
		return -EINVAL;
	*slash = '\0';
	bits = strtoul(slash + 1, &end, 10);
	if (slash[1] < '0' || slash[1] > '9' || *end || bits < 8 || bits > 30 ||
	    inet_pton(AF_INET, text, &a) != 1)
		return -EINVAL;
	base = ntohl(a.s_addr);
	size = 1u << (32 - bits);
	/* Not this host, nor multicast, nor where the gateway is */
	if (base % size || base >> 24 == 0 || base >> 24 == 127 ||
	    base >> 24 >= 224 || (base ^ NETD_GATEWAY) >> 16 == 0)
		return -EINVAL;
	for (size_t i = 0; i < p->count; i++)
		if (base <= p->subnets[i].last &&
		    p->subnets[i].first <= base + (size - 1))
			return -EINVAL;
	p->subnets[p->count].first = base + 1;
	p->subnets[p->count++].last = base + size - 2;
	return 0;
}

bool pool_has(const struct pool *p, uint32_t address)
{
	for (size_t i = 0; i < p->count; i++)
		if (address >= p->subnets[i].first &&
		    address <= p->subnets[i].last)
			return true;
	return false;
}

/* The first address of a subnet above this one that nobody has, 0: none. */
static uint32_t subnet_free(uint32_t first, uint32_t last, uint32_t above,
			    const struct leases *l)
{
	cleanup_free char *taken = calloc(last - first + 1, 1);

	if (!taken)
		return 0;
	for (size_t i = 0; i < l->count; i++)
		if (l->list[i].address - first <= last - first)
			taken[l->list[i].address - first] = 1;
	for (uint32_t a = above >= first && above < last ? above + 1 : first;
	     a <= last; a++)
		if (!taken[a - first])
			return a;
	return 0;
}

uint32_t pool_free(struct pool *p, const struct leases *l)
{
	uint32_t found = 0;
	size_t start = 0;

	for (size_t i = 0; i < p->count; i++)
		if (p->last >= p->subnets[i].first &&
		    p->last <= p->subnets[i].last)
			start = i;
	/* The rest of the subnet that was last, the others, its beginning */
	for (size_t k = 0; !found && k <= p->count; k++) {
		size_t i = (start + k) % p->count;

		found = subnet_free(p->subnets[i].first, p->subnets[i].last,
				    k ? 0 : p->last, l);
	}
	if (found)
		p->last = found;
	return found;
}
