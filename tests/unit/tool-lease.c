/* Address leases: who gets which address, and what a store survives. The rules
 * one by one; tool-lease-crowd.c has the crowd that is killed at random,
 * tool-lease-many.c the large store. */
#include "lease.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "scratch.h"
#include "tap.h"

#define A(last) (0x0a010000u + (last)) /* 10.1.0.x */

static char dir[PATH_MAX];
static struct pool pool;
static struct lease_rules rules = {&pool, 0, 0};
static struct err e;

/* A store of its own for each group of tests: 10.1.0.2 to 10.1.0.6. */
static void begin(const char *name)
{
	snprintf(dir, sizeof(dir), "%s", scratch_path(name));
	if (mkdir(dir, 0700) < 0)
		exit(1);
	pool_free(&pool);
	if (pool_add(&pool, "ie0", "10.1.0.0/29", NULL, NULL, &e) < 0)
		exit(1);
	rules = (struct lease_rules){&pool, 0, 0};
}

static uint64_t seq(void)
{
	struct lease_store *s;
	uint64_t n;

	if (lease_open(&s, dir, false, &e) < 0)
		return UINT64_MAX;
	n = lease_seq(s);
	lease_close(s);
	return n;
}

/* Reserves for a process; the address, or a negative error. */
static int64_t take_for(uint32_t uid, uint32_t want, pid_t pid)
{
	struct lease_store *s = NULL;
	const struct pool_net *net;
	uint32_t address = 0;
	int ret = lease_open(&s, dir, true, &e);

	if (ret == 0)
		ret = lease_reserve(s, &rules, uid, want, pid, &net, &address,
				    &e);
	if (ret == 0)
		ret = lease_commit(s, &e);
	lease_close(s);
	return ret < 0 ? ret : (int64_t)address;
}

static int64_t take(uint32_t uid, uint32_t want)
{
	return take_for(uid, want, getpid());
}

/* Reserves for a process that dies then. */
static int64_t take_dying(uint32_t uid)
{
	pid_t pid = fork();
	int64_t got;

	if (pid == 0)
		for (;;)
			pause();
	got = take_for(uid, 0, pid);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return got;
}

static int settle_at(uint32_t uid, const struct container *list, size_t count,
		     uint64_t at)
{
	struct lease_store *s = NULL;
	int ret = lease_open(&s, dir, true, &e);

	if (ret == 0)
		ret = lease_reconcile(s, uid, list, count, at, &e);
	if (ret == 0)
		ret = lease_commit(s, &e);
	lease_close(s);
	return ret;
}

static int settle(uint32_t uid, const struct container *list, size_t count)
{
	return settle_at(uid, list, count, seq());
}

/* "reserved", ..., or "none". */
static const char *state(uint32_t address)
{
	const char *name = "none";
	const struct lease *all;
	struct lease_store *s;
	size_t count;

	if (lease_open(&s, dir, false, &e) < 0)
		return e.msg;
	all = lease_all(s, &count);
	for (size_t i = 0; i < count; i++)
		if (all[i].address == address && all[i].state != LEASE_FREE)
			name = lease_state_name(all[i].state);
	lease_close(s);
	return name;
}

static void order(void)
{
	begin("order");
	is_int(take(1, 0), A(2),
	       "the first address is the one behind the "
	       "gateway");
	is_int(take(2, 0), A(3), "the next one follows");
	settle(1, NULL, 0);
	is_str(state(A(2)), "reserved",
	       "a reservation lives as long as its process");
	is_int(take(1, A(5)), A(5), "an address that is asked for is given");
	is_int(take(1, A(5)), -EADDRNOTAVAIL, "but not twice");
	is_str(e.msg, "10.1.0.5: not free", "and the refusal names no owner");
	is_int(take(3, A(1)), -EADDRNOTAVAIL, "the gateway is never given");
	is_int(take(3, 0x0a090909), -EADDRNOTAVAIL,
	       "nor is an address of another network");
	is_int(take(3, 0), A(6), "counting goes on behind the last one given");
	is_int(take(3, 0), A(4), "and begins anew at the end");
	is_int(take(3, 0), -ENOSPC, "when all are given, there is none");
	is_str(e.msg, "all 5 addresses are in use or rest",
	       "and the message says how many there are");
	pool_add(&pool, "ie1", "10.2.0.0/30", NULL, NULL, &e);
	is_int(take(3, 0), 0x0a020002, "a network that is added is used");
	is_int(take(3, 0), -ENOSPC, "until it is full, too");
}

static void life(void)
{
	struct container c = {.id = "c", .name = "u-web", .address = A(2)};

	begin("life");
	rules.rest_s = 3600;
	take_dying(1);
	settle(1, &c, 1);
	is_str(state(A(2)), "running", "a container makes a lease running");
	c.stopped = true;
	c.finished = 1000;
	settle(1, &c, 1);
	is_str(state(A(2)), "stopped", "a stopped one keeps its address");
	is_int(take(2, A(2)), -EADDRNOTAVAIL, "which nobody else gets");
	settle(2, NULL, 0);
	is_str(state(A(2)), "stopped",
	       "another user's list says nothing of it");
	c.stopped = false;
	settle(1, &c, 1);
	is_str(state(A(2)), "running", "a restarted one runs again");
	settle(1, NULL, 0);
	is_str(state(A(2)), "quarantined",
	       "when it is gone, its address rests");
	is_int(take(2, A(2)), -EADDRNOTAVAIL, "others must wait for it");
	is_int(take(1, A(2)), A(2), "but its user may have it again");
}

static void half_steps(void)
{
	struct container c = {.id = "c", .name = "u-web", .address = A(2)};
	uint64_t before;

	begin("half");
	rules.rest_s = 3600;
	before = seq();
	take_dying(1);
	settle_at(1, NULL, 0, before);
	is_str(state(A(2)), "reserved",
	       "a killed process's reservation is first only marked");
	settle_at(1, NULL, 0, before);
	is_str(state(A(2)), "reserved", "an old list does not free it");
	settle(1, &c, 1);
	is_str(state(A(2)), "running",
	       "it may have made the container before it was killed");
	settle_at(1, NULL, 0, before);
	is_str(state(A(2)), "running",
	       "a list from before the container does not free its address");
	take_dying(1);
	settle(1, &c, 1);
	settle(1, &c, 1);
	is_str(state(A(3)), "quarantined",
	       "a second list frees what has no container");
	c.address = A(5);
	settle(2, &c, 1);
	is_str(state(A(5)), "running",
	       "a container without a lease, as after a loss, gets it back");
	c.address = A(2);
	is_int(settle(2, &c, 1), -EADDRINUSE,
	       "a container with an address of another user's is an error");
	is_str(e.msg,
	       "u-web: its address 10.1.0.2 is leased to somebody else: remove "
	       "this container",
	       "that says what to do");
}

static void caps(void)
{
	begin("caps");
	rules.per_user = 2;
	rules.rest_s = 3600;
	take_dying(1);
	take(1, 0);
	is_int(take(1, 0), -EDQUOT, "a user gets as many as he may have");
	is_str(e.msg,
	       "you have 2 addresses, as many as one user may have: remove a "
	       "container",
	       "and is told how to get another one");
	settle(1, NULL, 0);
	settle(1, NULL, 0);
	is_int(take(1, 0), A(2),
	       "one who took and left many gets his own back, so that he "
	       "cannot make the whole pool rest");
	is_int(take(2, 0), A(4), "others get others");
}

static void release(void)
{
	struct lease_store *s;

	begin("release");
	take(1, 0);
	lease_open(&s, dir, true, &e);
	lease_release(s, 2, A(2));
	lease_commit(s, &e);
	lease_close(s);
	is_str(state(A(2)), "reserved", "nobody gives back another's lease");
	lease_open(&s, dir, true, &e);
	lease_release(s, 1, A(2));
	lease_close(s);
	is_str(state(A(2)), "reserved", "nothing counts without a commit");
	lease_open(&s, dir, true, &e);
	lease_release(s, 1, A(2));
	lease_commit(s, &e);
	lease_close(s);
	is_str(state(A(2)), "quarantined", "what is given back rests");
}

static size_t slurp(const char *path, char *bytes, size_t size)
{
	cleanup_file FILE *f = fopen(path, "re");

	return f ? fread(bytes, 1, size, f) : 0;
}

/* Opening a store of these bytes is refused, and leaves them there. */
static bool refused(const char *bytes, size_t len)
{
	char path[PATH_MAX + 8], after[4096];
	struct lease_store *s = NULL;
	int ret;

	snprintf(path, sizeof(path), "%s/leases", dir);
	scratch_write("damage/leases", bytes, len);
	ret = lease_open(&s, dir, true, &e);
	lease_close(ret < 0 ? NULL : s);
	return ret == -EBADMSG && strstr(e.msg, path) == e.msg &&
	       slurp(path, after, sizeof(after)) == len &&
	       memcmp(after, bytes, len) == 0;
}

static void damage(void)
{
	char good[4096], bytes[4096];
	bool cut = true, flipped = true;
	size_t len;

	begin("damage");
	take(1, 0);
	take(2, 0);
	take(3, 0);
	scratch_write("damage/leases.new", "half", 4);
	is_int(take(4, 0), A(5), "what a killed commit left does not disturb");
	len = slurp(scratch_path("damage/leases"), good, sizeof(good));
	is_u64(len, 32 + 4 * 24, "the file is as long as it should be");
	for (size_t n = 0; n < len; n++)
		cut &= refused(good, n);
	ok(cut, "a store that is cut off anywhere is refused, and left as is");
	for (size_t bit = 0; bit < len * 8; bit++) {
		memcpy(bytes, good, len);
		bytes[bit / 8] ^= (char)(1 << bit % 8);
		flipped &= refused(bytes, len);
	}
	ok(flipped, "so is one with any single bit changed");
	memset(bytes, 0, sizeof(bytes));
	memcpy(bytes, good, len);
	ok(refused(bytes, len + 24), "and one that has grown");
	scratch_write("damage/leases", good, len);
	is_str(state(A(5)), "reserved", "the good one is read again");
}

static void networks(void)
{
	static const struct {
		const char *subnet, *gateway, *range, *why;
	} bad[] = {
		{"10.1.0.0", NULL, NULL, "subnet"},
		{"10.1.0.1/24", NULL, NULL, "subnet"},
		{"10.1.0.0/31", NULL, NULL, "subnet"},
		{"10.1.0.0/24x", NULL, NULL, "subnet"},
		{"fd00::/64", NULL, NULL, "subnet"},
		{"10.1.0.0/24", "10.2.0.1", NULL, "gateway"},
		{"10.1.0.0/24", "10.1.0.255", NULL, "gateway"},
		{"10.1.0.0/24", NULL, "10.1.0.9-10.1.0.8", "range"},
		{"10.1.0.0/24", NULL, "10.1.0.9-10.1.1.8", "range"},
		{"10.1.0.0/24", NULL, "10.1.0.9", "range"},
		{"10.7.0.0/16", NULL, NULL, "overlaps with one"},
	};
	struct pool p = {0};
	uint64_t at;

	is_int(pool_add(&p, "one", "10.7.1.0/24", "10.7.1.20",
			"10.7.1.10-10.7.1.29", &e),
	       0, "a network may have a gateway and a range of its own");
	is_u64(pool_size(&p), 19, "a gateway inside the range is not given");
	ok(!pool_find(&p, 0x0a070114), "nor found");
	ok(pool_position(&p, 0x0a070114, &at) && at == 10 &&
		   pool_address(&p, at) == 0x0a070114,
	   "but has its place in the row");
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		ok(pool_add(&p, "two", bad[i].subnet, bad[i].gateway,
			    bad[i].range, &e) == -EINVAL &&
			   strstr(e.msg, "two: ") == e.msg &&
			   strstr(e.msg, bad[i].why),
		   "%s with range %s is refused for its %s", bad[i].subnet,
		   bad[i].range ? bad[i].range : "none", bad[i].why);
	pool_free(&p);
}

int main(void)
{
	networks();
	order();
	life();
	half_steps();
	caps();
	release();
	damage();
	pool_free(&pool);
	return done_testing();
}
