/* Address leases: a store of 60,000, and how long one more takes. It says that;
 * no time decides anything. */
#include "lease.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "scratch.h"
#include "tap.h"

static char dir[PATH_MAX];
static struct pool pool;
static const struct lease_rules rules = {&pool, 0, 0};
static struct err e;

static double ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

#define ROUNDS 31

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The median and its 95 % interval: the 10th and the 22nd of 31. */
static void say_times(const char *what, double times[ROUNDS])
{
	qsort(times, ROUNDS, sizeof(*times), by_size);
	fprintf(stderr, "# among 60,000: %s %.2f ms [%.2f-%.2f]\n", what,
		times[15], times[9], times[21]);
}

static bool take_one(double chosen[1], double kept[1])
{
	struct lease_store *s;
	const struct pool_net *net;
	uint32_t address;
	double begun = ms();
	int failed = lease_open(&s, dir, true, &e);

	failed |=
		lease_reserve(s, &rules, 5000, 0, getpid(), &net, &address, &e);
	*chosen = ms() - begun;
	failed |= lease_commit(s, &e);
	*kept = ms() - begun - *chosen;
	lease_close(s);
	return !failed;
}

int main(void)
{
	struct lease_store *s;
	const struct pool_net *net;
	double chosen[ROUNDS], kept[ROUNDS];
	uint32_t address;
	size_t count;
	int failed = 0;
	bool taken = true;

	snprintf(dir, sizeof(dir), "%s", scratch_path("many"));
	is_int(mkdir(dir, 0700), 0, "a store");
	is_int(pool_add(&pool, "big", "10.2.0.0/16", NULL, NULL, &e), 0,
	       "of a large network");
	lease_open(&s, dir, true, &e);
	for (uint32_t i = 0; i < 60000; i++)
		failed |= lease_reserve(s, &rules, i % 1000, 0, 1, &net,
					&address, &e);
	is_int(failed, 0, "60,000 addresses are given");
	is_int(lease_commit(s, &e), 0, "and kept");
	lease_close(s);
	for (int i = 0; i < ROUNDS; i++)
		taken = take_one(&chosen[i], &kept[i]) && taken;
	ok(taken, "more are given, one at a time");
	lease_open(&s, dir, false, &e);
	lease_all(s, &count);
	is_u64(count, 60000 + ROUNDS, "none has got lost");
	lease_close(s);
	say_times("load, check and choose", chosen);
	say_times("write and sync (the disk)", kept);
	pool_free(&pool);
	return done_testing();
}
