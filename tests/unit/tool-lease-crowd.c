/* The lease store under 64 processes that are killed at random: no address is
 * given twice, none is lost. Podman is played by a table in shared memory: a
 * container is an address that has an owner. */
#include "lease.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "scratch.h"
#include "tap.h"

#define CROWD 64
#define KILLS 400
#define ADDRESSES 61 /* of 10.1.0.0/26: fewer than the crowd wants */
#define FIRST 0x0a010002u

static struct shared {
	uint32_t owner[ADDRESSES]; /* of the container with this address */
	uint32_t twice, given, failed;
	struct err why;
} * podman;

static char dir[PATH_MAX];
static struct pool pool;
static const struct lease_rules rules = {&pool, 2, 0};

static size_t list_of(uint32_t uid, struct container *list)
{
	size_t n = 0;

	for (uint32_t i = 0; i < ADDRESSES; i++)
		if (__atomic_load_n(&podman->owner[i], __ATOMIC_SEQ_CST) == uid)
			list[n++] = (struct container){
				.id = "c", .name = "c", .address = FIRST + i};
	return n;
}

static int settled(struct lease_store **s, uint32_t uid, struct err *e)
{
	struct container list[ADDRESSES];
	uint64_t seq;
	size_t n;
	int ret = lease_open(s, dir, false, e);

	if (ret < 0)
		return ret;
	seq = lease_seq(*s);
	lease_close(*s);
	n = list_of(uid, list);
	ret = lease_open(s, dir, true, e);
	return ret < 0 ? ret : lease_reconcile(*s, uid, list, n, seq, e);
}

/* What one call of ie-podman run does; may be killed anywhere in it. */
static void run(uint32_t uid)
{
	struct lease_store *s;
	const struct pool_net *net;
	uint32_t address, nobody = 0;
	struct err e;
	int ret = settled(&s, uid, &e);

	if (ret == 0)
		ret = lease_reserve(s, &rules, uid, 0, getpid(), &net, &address,
				    &e);
	if (ret == 0 || ret == -ENOSPC || ret == -EDQUOT) {
		int kept = lease_commit(s, &e);

		ret = kept < 0 ? kept : ret;
	}
	lease_close(s);
	if (ret < 0) {
		if (ret != -ENOSPC && ret != -EDQUOT) {
			podman->why = e;
			podman->failed++;
		}
		return;
	}
	if (!__atomic_compare_exchange_n(&podman->owner[address - FIRST],
					 &nobody, uid, false, __ATOMIC_SEQ_CST,
					 __ATOMIC_SEQ_CST))
		podman->twice++;
	__atomic_fetch_add(&podman->given, 1, __ATOMIC_SEQ_CST);
}

static void remove_one(uint32_t uid)
{
	for (uint32_t i = 0; i < ADDRESSES; i++)
		if (podman->owner[i] == uid) {
			__atomic_store_n(&podman->owner[i], 0,
					 __ATOMIC_SEQ_CST);
			return;
		}
}

static pid_t start(uint32_t uid)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	srandom((unsigned)getpid());
	for (;;) {
		run(uid);
		if (random() % 2)
			remove_one(uid);
	}
}

static void crowd(void)
{
	pid_t pids[CROWD];

	for (uint32_t i = 0; i < CROWD; i++)
		pids[i] = start(i + 1);
	for (int k = 0; k < KILLS; k++) {
		uint32_t i = (uint32_t)random() % CROWD;

		usleep((useconds_t)random() % 10000);
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
		pids[i] = start(i + 1);
	}
	for (uint32_t i = 0; i < CROWD; i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
}

/* After it: everything that Podman has is leased, everything else is free. */
static void aftermath(void)
{
	struct err e;
	const struct lease *all;
	struct lease_store *s;
	uint32_t containers = 0, leases = 0, right = 0, free = 0, address;
	const struct lease_rules any = {&pool, 0, 0};
	const struct pool_net *net;
	size_t count;
	int unsettled = 0;

	for (uint32_t i = 0; i < 2 * CROWD; i++) {
		unsettled |= settled(&s, 1 + i % CROWD, &e);
		unsettled |= lease_commit(s, &e);
		lease_close(s);
	}
	is_int(unsettled, 0, "what was left half done is settled");
	for (uint32_t i = 0; i < ADDRESSES; i++)
		containers += podman->owner[i] != 0;
	lease_open(&s, dir, true, &e);
	all = lease_all(s, &count);
	for (size_t i = 0; i < count; i++) {
		leases += all[i].state == LEASE_RUNNING;
		right += all[i].state == LEASE_RUNNING &&
			 podman->owner[all[i].address - FIRST] == all[i].uid;
	}
	is_u64(leases, containers, "there is a lease for each container");
	is_u64(right, containers, "that belongs to its user");
	while (lease_reserve(s, &any, 99, 0, getpid(), &net, &address, &e) == 0)
		free++;
	is_u64(free + containers, ADDRESSES, "and no address is lost");
	lease_close(s);
}

int main(void)
{
	struct err e;

	snprintf(dir, sizeof(dir), "%s", scratch_path("leases"));
	podman = mmap(NULL, sizeof(*podman), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (mkdir(dir, 0700) < 0 || podman == MAP_FAILED ||
	    pool_add(&pool, "ie0", "10.1.0.0/26", NULL, NULL, &e) < 0)
		return 1;
	crowd();
	fprintf(stderr, "# %u addresses given, %d processes killed\n",
		podman->given, KILLS + CROWD);
	ok(podman->given > CROWD, "the crowd got addresses");
	is_u64(podman->twice, 0, "no address was given twice");
	is_u64(podman->failed, 0, "and nothing failed (%s)", podman->why.msg);
	aftermath();
	pool_free(&pool);
	return done_testing();
}
