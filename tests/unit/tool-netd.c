/* ie-netd without a network: leases on disk, the pool, the configuration, and
 * what is answered before anything is done. */
#include "netd/netd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "scratch.h"
#include "tap.h"

static struct err e;
static char dir[PATH_MAX];

static uint32_t quad(unsigned a, unsigned b, unsigned c, unsigned d)
{
	return a << 24 | b << 16 | c << 8 | d;
}

static void id(char out[NETD_CONTAINER], unsigned n)
{
	char text[NETD_CONTAINER + 1];

	snprintf(text, sizeof(text), "%064x", n);
	memcpy(out, text, NETD_CONTAINER);
}

static struct lease *given(struct leases *l, uint32_t address, uid_t uid,
			   unsigned container)
{
	struct lease *x = lease_new(l), to = {.address = address, .uid = uid};

	id(to.container, container);
	if (lease_save(l, x, &to, &e))
		abort();
	return x;
}

static size_t leases_of(const struct leases *l, uid_t uid)
{
	const struct lease *x = NULL;
	size_t n = 0;

	while ((x = lease_next(l, uid, x)))
		n++;
	return n;
}

static struct leases opened(void)
{
	struct leases l;

	if (leases_open(&l, dir, &e)) {
		fprintf(stderr, "# %s\n", e.msg);
		exit(1);
	}
	return l;
}

static void file_write(off_t at, const char *what, size_t n)
{
	char path[PATH_MAX + 8];
	int fd;

	snprintf(path, sizeof(path), "%s/leases", dir);
	fd = open(path, O_WRONLY);
	if (pwrite(fd, what, n, at) != (ssize_t)n)
		abort();
	close(fd);
}

static void store(void)
{
	struct leases l = opened(), other;
	char container[NETD_CONTAINER];
	int status;
	struct lease *x;

	is_u64(l.count, 0, "a new store has no leases");
	if (fork() == 0)
		_exit(leases_open(&other, dir, &e) == -EBUSY);
	wait(&status);
	ok(WEXITSTATUS(status) == 1, "it is one process's");
	for (unsigned i = 1; i <= 3; i++)
		given(&l, quad(10, 0, 0, i), 1000, i);
	x = lease_at(&l, quad(10, 0, 0, 2));
	strcpy(x->link, "iexyz");
	lease_save(&l, x, x, &e);
	leases_close(&l);
	l = opened();
	is_u64(leases_of(&l, 1000), 3, "leases outlive the process");
	id(container, 2);
	x = lease_of(&l, 1000, container);
	ok(x && x->address == quad(10, 0, 0, 2) && !strcmp(x->link, "iexyz"),
	   "they are what they were");
	ok(!lease_of(&l, 1001, container), "another user's are not found");
	lease_save(&l, x, &(struct lease){0}, &e);
	ok(!lease_at(&l, quad(10, 0, 0, 2)), "one that is given back is gone");
	given(&l, quad(10, 0, 0, 9), 1001, 9);
	is_u64(l.count, 3, "its record is used again");
	leases_close(&l);
	file_write(2 * 128 + 40, "?", 1);
	l = opened();
	ok(!lease_at(&l, quad(10, 0, 0, 3)) && lease_at(&l, quad(10, 0, 0, 1)),
	   "a damaged lease is lost, and no other");
	leases_close(&l);
	file_write(3 * 128, "half a record", 13);
	l = opened();
	is_u64(l.count, 3, "what a crash cut off never was");
	given(&l, quad(10, 0, 0, 4), 1002, 4);
	given(&l, quad(10, 0, 0, 5), 1002, 5);
	leases_close(&l);
	l = opened();
	is_u64(leases_of(&l, 1002), 2, "and is written over");
	leases_close(&l);
}

/* A process that is killed while it writes. */
static void killed(void)
{
	size_t whole = 0;

	for (int i = 0; i < 50; i++) {
		pid_t pid = fork();
		struct leases l;

		if (pid == 0) {
			l = opened();
			for (unsigned n = 0;; n++)
				given(&l, quad(10, 7, n >> 8 & 255, n & 255),
				      7000, n);
		}
		usleep(2000 + (useconds_t)i * 100);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		l = opened();
		whole += leases_of(&l, 7000);
		for (size_t k = 0; k < l.count; k++)
			if (l.list[k].uid == 7000)
				lease_save(&l, &l.list[k], &(struct lease){0},
					   &e);
		leases_close(&l);
	}
	ok(whole > 0, "fifty kills amid writes leave only whole leases");
}

/* In memory only. */
static struct lease *added(struct leases *l, uint32_t address, uid_t uid)
{
	struct lease *x = lease_new(l);

	x->address = address;
	x->uid = uid;
	return x;
}

static void pools(void)
{
	static const char *const bad[] = {"10.0.0.0",	  "10.0.0.1/24",
					  "10.0.0.0/31",  "10.0.0.0/7",
					  "10.0.0.0/24x", "10.0.0.0/",
					  "/24",	  "",
					  "300.0.0.0/24", "127.0.0.0/24",
					  "224.0.0.0/24", "169.254.0.0/24",
					  "0.0.0.0/24",	  "10.1.0.128/25",
					  "10.1.0.0/16",  "10.1.0.0/24"};
	struct pool p = {0};
	struct leases l = {.file = -1};
	unsigned taken = 0;

	ok(!pool_add(&p, "10.1.0.0/24") && !pool_add(&p, "10.2.0.0/30"),
	   "subnets make a pool");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ok(pool_add(&p, bad[i]) == -EINVAL, "not of %s", bad[i]);
	ok(!pool_has(&p, quad(10, 1, 0, 0)) &&
		   pool_has(&p, quad(10, 1, 0, 1)) &&
		   pool_has(&p, quad(10, 1, 0, 254)) &&
		   !pool_has(&p, quad(10, 1, 0, 255)),
	   "a subnet's first and last address are not given");
	is_u64(pool_free(&p, &l), quad(10, 1, 0, 1), "the first is first");
	is_u64(pool_free(&p, &l), quad(10, 1, 0, 2),
	       "one that was just given back comes again last");
	for (uint32_t a; (a = pool_free(&p, &l)); taken++)
		added(&l, a, 1);
	is_u64(taken, 256, "every address is given once");
	l.list[100].address = 0;
	ok(pool_free(&p, &l) != 0, "one that is free again is found");
	leases_close(&l);
}

static double ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* How long it takes is said, and decides nothing. */
static void many(void)
{
	struct pool p = {0};
	struct leases l = opened();
	char container[NETD_CONTAINER];
	double begun;
	uint32_t a = 0;
	size_t n = 0;

	pool_add(&p, "10.128.0.0/16");
	for (unsigned i = 0; i < 60000; i++) {
		struct lease *x =
			added(&l, quad(10, 128, 0, 1) + i, 1000 + i / 8);

		id(x->container, i);
	}
	begun = ms();
	for (int i = 0; i < 100; i++) {
		id(container, (unsigned)i * 599);
		n += leases_of(&l, 1000 + (uid_t)i);
		n += lease_of(&l, 1, container) != NULL;
		n += lease_at(&l, quad(10, 128, 200, 1)) != NULL;
		a = pool_free(&p, &l);
	}
	fprintf(stderr, "# among 60,000 leases one more is found in %.3f ms\n",
		(ms() - begun) / 100);
	ok(n && a, "there may be 60,000");
	leases_close(&l);
}

static int conf(const char *text, struct netd_conf *c)
{
	FILE *f = fopen(scratch_path("conf"), "w");

	fputs(text, f);
	fclose(f);
	return netd_conf_load(c, scratch_path("conf"), &e);
}

static void configuration(void)
{
	static const char *const bad[][2] = {
		{"uplink = eth0\n", "conf: needs pools = SUBNET..."},
		{"pools = 10.1.0.0/33\n", ":1: pools = 10.1.0.0/33: expected"},
		{"pools = 10.1.0.0/24\nper_user = 0\n", ":2: per_user = 0: "
							"expected a number"},
		{"pools = 10.1.0.0/24\nrest_days = x\n", ":2: rest_days = x"},
		{"pools = 10.1.0.0/24\nuplink = 0123456789abcdef\n", ":2: upl"},
		{"pools = 10.1.0.0/24\npoolz = 1\n", ":2: poolz: unknown; "
						     "expected pools, uplink"},
		{"[a]\npools = 10.1.0.0/24\n", ":2: a: unknown"},
		{"pools\n", ":1: expected key = value"},
		{"per_user = x\nrest_days = y\n", ":1: per_user = x"},
	};
	struct netd_conf c;

	ok(!conf("# a comment\npools = 10.1.0.0/24 10.2.0.0/24\n"
		 "uplink = eth0\nper_user = 3\nrest_days = 2\n",
		 &c) &&
		   c.pool.count == 2 && !strcmp(c.uplink, "eth0") &&
		   c.per_user == 3 && c.rest_days == 2,
	   "a configuration is read");
	ok(!conf("pools = 10.1.0.0/24\n", &c) && !*c.uplink &&
		   c.per_user == 8 && c.rest_days == 30,
	   "all but the pools may be left out");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		ok(conf(bad[i][0], &c) == -EINVAL && strstr(e.msg, bad[i][1]),
		   "a bad one is refused: %s", bad[i][1]);
		if (!strstr(e.msg, bad[i][1]))
			tap_diag("%s", e.msg);
	}
	ok(netd_conf_load(&c, "/nowhere", &e) == -ENOENT &&
		   strstr(e.msg, "/nowhere"),
	   "one that is not there is named");
}

static void none(struct leases *l)
{
	for (size_t i = 0; i < l->count; i++)
		lease_save(l, &l->list[i], &(struct lease){0}, &e);
}

static void expire(void)
{
	struct netd d = {.leases = opened(), .conf.rest_days = 2};
	uint64_t now = (uint64_t)time(NULL);

	none(&d.leases);
	given(&d.leases, 1, 1, 1)->since = now - 86400;
	given(&d.leases, 2, 1, 2)->since = now - 3 * 86400;
	strcpy(given(&d.leases, 3, 1, 3)->link, "ie");
	lease_at(&d.leases, 3)->since = now - 3 * 86400;
	netd_expire(&d);
	ok(lease_at(&d.leases, 1), "a lease rests as long as the site says");
	ok(!lease_at(&d.leases, 2), "then it is free");
	ok(lease_at(&d.leases, 3), "one in use is never");
	leases_close(&d.leases);
}

static void answers(void)
{
	struct netd d = {.leases = opened()};
	struct asker who = {1000, -1, 5};
	struct netd_request q = {NETD_VERSION, NETD_LIST, 0, ""};
	struct netd_reply a;
	size_t n = 0;

	none(&d.leases);
	for (unsigned i = 1; i <= 80; i++)
		given(&d.leases, i, i % 2 ? 1000 : 1001, i);
	do {
		netd_answer(&d, &who, &q, &a);
		for (uint32_t i = 0; i < a.count; i++)
			n += a.leases[i].uid == 1000;
		q.address = a.address;
	} while (a.address);
	is_u64(n, 40, "a user's leases are listed, in parts");
	q.address = UINT32_MAX;
	netd_answer(&d, &who, &q, &a);
	ok(!a.error && !a.count, "from anywhere");
	q = (struct netd_request){NETD_VERSION, NETD_RELEASE, 2, ""};
	netd_answer(&d, &who, &q, &a);
	ok(a.error == ENOENT && lease_at(&d.leases, 2),
	   "another's is not released");
	q.version++;
	netd_answer(&d, &who, &q, &a);
	ok(a.error == EPROTO && strstr(a.why, "not of one release"),
	   "another version's request is refused");
	q = (struct netd_request){NETD_VERSION, 77, 0, ""};
	netd_answer(&d, &who, &q, &a);
	ok(a.error == EPROTO, "so is an unknown one");
	q = (struct netd_request){NETD_VERSION, NETD_ATTACH, 0, ""};
	netd_answer(&d, &who, &q, &a);
	ok(a.error == EINVAL, "a container without an ID gets nothing");
	id(q.container, 1);
	netd_answer(&d, &who, &q, &a);
	ok(a.error == EBADF, "nor one without a network namespace");
	leases_close(&d.leases);
}

int main(void)
{
	snprintf(dir, sizeof(dir), "%s", scratch_path("state"));
	mkdir(dir, 0700);
	store();
	killed();
	pools();
	configuration();
	expire();
	answers();
	many();
	return done_testing();
}
