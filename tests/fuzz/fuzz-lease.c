/* Fuzzer for the lease store (libFuzzer). An input that begins with 'f' is a
 * store's file: it is refused in one line that names it, or can be worked with.
 * Any other one is a story of reservations, containers and deaths, in which no
 * address may be given twice. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "fuzz.h"
#include "lease.h"

#define FIRST 0x0a010002u
#define ADDRESSES 13 /* of 10.1.0.0/28 */
#define USERS 4

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[] = "/dev/shm/fuzz-lease.XXXXXX";
static struct pool pool;
static uint32_t owner[ADDRESSES]; /* of the containers that there are */

static void clean(void)
{
	static const char *const names[] = {"leases", "leases.new", "lock"};
	char path[64];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
}

static void end(void)
{
	clean();
	rmdir(dir);
	pool_free(&pool);
}

static void begin(void)
{
	struct err e;

	if (pool.count)
		return;
	if (!mkdtemp(dir) ||
	    pool_add(&pool, "n", "10.1.0.0/28", NULL, NULL, &e) < 0)
		abort();
	atexit(end);
}

static void file(const uint8_t *data, size_t size)
{
	struct lease_store *s;
	char path[64];
	struct err e;
	size_t count;
	FILE *f;

	snprintf(path, sizeof(path), "%s/leases", dir);
	f = fopen(path, "we");
	if (!f || fwrite(data, 1, size, f) != size || fclose(f) != 0)
		abort();
	if (lease_open(&s, dir, true, &e) < 0) {
		expect(strncmp(e.msg, path, strlen(path)) == 0,
		       "a message names the file", e.msg);
		expect(!strchr(e.msg, '\n'), "a message is one line", e.msg);
		return;
	}
	lease_all(s, &count);
	expect(size == 32 + count * 24, "all of the file is leases", path);
	lease_reconcile(s, 1, NULL, 0, lease_seq(s), &e);
	lease_commit(s, &e);
	lease_close(s);
}

static size_t list_of(uint32_t uid, struct container *list)
{
	size_t n = 0;

	for (uint32_t i = 0; i < ADDRESSES; i++)
		if (owner[i] == uid)
			list[n++] = (struct container){.name = "c",
						       .address = FIRST + i};
	return n;
}

static void reserve(struct lease_store *s, uint32_t uid, uint8_t how)
{
	const struct lease_rules rules = {&pool, how & 4 ? 3 : 0,
					  how & 8 ? 100 : 0};
	uint32_t want = how & 16 ? FIRST + how % ADDRESSES : 0;
	const struct pool_net *net;
	uint32_t address;
	struct err e;

	if (lease_reserve(s, &rules, uid, want, how & 32 ? getpid() : 0, &net,
			  &address, &e) < 0)
		return;
	expect(address >= FIRST && address < FIRST + ADDRESSES,
	       "an address is of the pool", "");
	expect(!owner[address - FIRST], "no address is given twice", "");
	if (how & 64)
		owner[address - FIRST] = uid;
	else if (how & 128)
		lease_release(s, uid, address);
}

/* One step: two bytes. */
static void step(uint8_t what, uint8_t how)
{
	uint32_t uid = 1 + what / 4 % USERS;
	struct container list[ADDRESSES];
	struct lease_store *s;
	struct err e;

	if (lease_open(&s, dir, true, &e) < 0)
		abort();
	if (what % 4 == 0)
		owner[how % ADDRESSES] = 0;
	else if (what % 4 == 1)
		reserve(s, uid, how);
	else
		expect(lease_reconcile(s, uid, list, list_of(uid, list),
				       lease_seq(s), &e) == 0,
		       "what Podman has can be settled", e.msg);
	if (lease_commit(s, &e) < 0)
		abort();
	lease_close(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	begin();
	if (size && *data == 'f') {
		file(data + 1, size - 1);
	} else {
		memset(owner, 0, sizeof(owner));
		for (size_t i = 0; i + 1 < size && i < 200; i += 2)
			step(data[i], data[i + 1]);
	}
	clean();
	return 0;
}
