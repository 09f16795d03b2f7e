/* One test for every storage driver:
 *   conformance [MODE] DRIVER KEY=VALUE...
 * with a target's keys; gone.KEY=VALUE is that key for a server that cannot
 * be reached. Instead, a mode does one thing for a caller who breaks servers:
 *   --until-error  writes until an operation fails, which it must do in time
 *   --until FILE   writes until FILE is there; then all the data must be
 *   --gone         the keys as they are lead to no server */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "../unit/tap.h"
#include "cleanup.h"
#include "session.h"
#include "units.h"

static int create(uint64_t size, size_t block)
{
	return run_once(STORAGE_CREATE, OP_WRITE, ORDER_SEQUENTIAL, 1, size,
			block, 4);
}

static int verify(uint64_t seed, uint64_t size, size_t block)
{
	return run_once(STORAGE_READ, OP_READ, ORDER_SEQUENTIAL, seed, size,
			block, 4);
}

static int discard(uint64_t size)
{
	struct storage_params p = params(STORAGE_READ, size, 4096, 1);
	struct err e = {""};
	int r = ops->remove(&p, &e);

	if (r < 0)
		printf("# %s\n", e.msg);
	return r;
}

static void test_description(void)
{
	bool keys = ops->keys != NULL;

	for (const struct storage_key *k = ops->keys; k && k->name; k++)
		keys = keys && k->help && *k->help &&
		       (k->kind != KEY_REQUIRED ||
			json_object_get(options, k->name));
	ok(ops->summary && *ops->summary, "%s says what it is", ops->name);
	ok(ops->durability && *ops->durability, "%s says what a flush promises",
	   ops->name);
	ok(keys, "%s documents its keys", ops->name);
	ok(ops->drop_caches || ops->caps & STORAGE_FRESH_IS_COLD,
	   "%s can be made cold", ops->name);
}

static const struct {
	const char *text;
	size_t block;
	uint64_t size;
} blocks[] = {{"4k", 4096, 1 << 20},
	      {"64k", 65536, 8 << 20},
	      {"1M", 1 << 20, 16 << 20},
	      {"8M", 8 << 20, 32 << 20}};

/* Every block size and depth, forwards and at random. */
static void test_data(size_t i, unsigned depth)
{
	uint64_t size = blocks[i].size;
	size_t block = blocks[i].block;
	struct session *s = NULL;
	int r = run_once(STORAGE_CREATE, OP_WRITE, ORDER_SEQUENTIAL, 1, size,
			 block, depth);

	ok(r == 0, "%s writes and flushes blocks of %s at depth %u", ops->name,
	   blocks[i].text, depth);
	r = session_open(&s, STORAGE_READ, size, block, depth);
	if (r == 0)
		r = session_run(s, OP_READ, ORDER_SEQUENTIAL, 1);
	if (r == 0)
		r = session_run(s, OP_READ, ORDER_RANDOM, 1);
	if (r < 0 && s)
		printf("# %s\n", s->err.msg);
	session_close(s);
	ok(r == 0, "%s reads them back, in order and at random", ops->name);
	is_int(discard(size), 0, "%s removes them", ops->name);
}

static void test_protection(void)
{
	uint64_t size = 4 << 20;
	size_t block = 1 << 20;

	is_int(verify(1, size, block), -ENOENT,
	       "%s reports an absent object as absent", ops->name);
	is_int(run_once(STORAGE_UPDATE, OP_WRITE, ORDER_RANDOM, 2, size, block,
			4),
	       -ENOENT, "%s does not update an absent object", ops->name);
	create(size, block);
	is_int(create(size, block), -EEXIST, "%s does not create what is there",
	       ops->name);
	is_int(verify(1, size, block), 0, "%s has left its data alone",
	       ops->name);
	is_int(verify(9, size, block), -EILSEQ,
	       "%s: data that was not written is noticed", ops->name);
	is_int(run_once(STORAGE_UPDATE, OP_WRITE, ORDER_RANDOM, 2, size, 65536,
			16),
	       0, "%s overwrites in place", ops->name);
	is_int(verify(2, size, block), 0, "%s has all of the new data",
	       ops->name);
}

static void test_caches(void)
{
	uint64_t size = 4 << 20, avail = 0;
	size_t block = 1 << 20;
	struct session *s = NULL;
	int r = session_open(&s, STORAGE_READ, size, block, 4);
	json_t *described = json_object();

	if (r == 0 && ops->drop_caches)
		r = ops->drop_caches(s->target, &s->err);
	if (r == 0)
		r = session_run(s, OP_READ, ORDER_SEQUENTIAL, 2);
	ok(r == 0, "%s reads with its caches dropped: %s", ops->name,
	   r < 0 && s ? s->err.msg : "the data is there");
	if (ops->describe && s->target)
		ops->describe(s->target, described);
	ok(!ops->describe || json_object_size(described) > 0,
	   "%s describes what it found", ops->name);
	if (ops->space && s->target)
		r = ops->space(s->target, &avail, &s->err);
	ok(!ops->space || (r == 0 && avail > 0),
	   "%s knows the free space (%llu bytes)", ops->name,
	   (unsigned long long)avail);
	json_decref(described);
	session_close(s);
}

static int64_t read_one(struct session *s, uint64_t offset)
{
	uint64_t end = now_ns() + TIMEOUT_S * 1000000000ull;
	size_t len = s->stream.block_bytes;
	struct op *op = calloc(1, sizeof(*op) + len), *ended = NULL;
	int64_t result = -ETIMEDOUT;

	*op = (struct op){.kind = OP_READ,
			  .offset = offset,
			  .len = len,
			  .buf = (unsigned char *)(op + 1),
			  .queue = &s->stream.queue};
	ops->submit(s->target, op);
	while (!ended && now_ns() < end) {
		if (ops->poll)
			ops->poll(s->target, 100);
		ended = queue_take(&s->stream.queue, ops->poll ? 0 : 100);
	}
	if (ended)
		result = ended->result;
	free(ended); /* what has not ended may still be written to */
	return result;
}

/* 96k hold one and a half blocks of 64k. */
static void test_end(void)
{
	uint64_t size = 96 << 10;
	struct session *s = NULL;
	int64_t half = 0, none = 0;

	create(size, 32 << 10);
	if (session_open(&s, STORAGE_READ, size, 64 << 10, 1) == 0) {
		half = read_one(s, 64 << 10);
		none = read_one(s, 128 << 10);
	}
	session_close(s);
	is_int(half, 32 << 10,
	       "%s: a read over the end is short (%lld bytes of 65536)",
	       ops->name, (long long)half);
	ok(none <= 0, "%s: a read past the end returns nothing (%lld)",
	   ops->name, (long long)none);
}

static void test_remove(void)
{
	is_int(discard(4 << 20), 0, "%s removes the object", ops->name);
	is_int(verify(2, 4 << 20, 1 << 20), -ENOENT, "%s: and it is gone",
	       ops->name);
	is_int(discard(4 << 20), 0, "%s: removing nothing is no error",
	       ops->name);
}

static unsigned entries(const char *path)
{
	DIR *dir = opendir(path);
	unsigned n = 0;

	while (dir && readdir(dir))
		n++;
	if (dir)
		closedir(dir);
	return n;
}

/* The kernel takes some threads away a little later. */
static unsigned entries_left(const char *path, unsigned expected)
{
	unsigned n = entries(path);

	for (int i = 0; n > expected && i < 100; i++) {
		usleep(20000);
		n = entries(path);
	}
	return n;
}

static void open_and_close(enum storage_mode mode)
{
	run_once(mode, OP_WRITE, ORDER_SEQUENTIAL, 1, 1 << 20, 65536, 4);
}

/* Libraries keep some on first use: the third round must add nothing. */
static void test_leaks(void)
{
	unsigned fds, tasks;

	open_and_close(STORAGE_CREATE);
	open_and_close(STORAGE_UPDATE);
	fds = entries("/proc/self/fd");
	tasks = entries("/proc/self/task");
	open_and_close(STORAGE_UPDATE);
	ok(entries_left("/proc/self/fd", fds) <= fds, "%s leaks no descriptors",
	   ops->name);
	ok(entries_left("/proc/self/task", tasks) <= tasks,
	   "%s leaves no threads", ops->name);
	discard(1 << 20);
}

static void test_gone(void)
{
	struct storage_params p = params(STORAGE_CREATE, 1 << 20, 65536, 4);
	struct target *t = NULL;
	struct err e = {""};
	uint64_t start = now_ns();
	double s;
	int r;

	p.options = gone;
	p.timeout_s = GONE_TIMEOUT_S;
	r = ops->open(&t, &p, &e);
	s = (double)(now_ns() - start) / 1e9;
	ok(r < 0 && s < 10, "%s: an unreachable server ends in %.1f s",
	   ops->name, s);
	ok(r < 0 && *e.msg && !strchr(e.msg, '\n'), "%s: with a reason: %s",
	   ops->name, e.msg);
	if (r == 0)
		ops->close(t);
	e.msg[0] = '\0';
	start = now_ns();
	r = ops->remove(&p, &e);
	s = (double)(now_ns() - start) / 1e9;
	ok(r < 0 && *e.msg && s < 10, "%s: nor is anything removed there: %s",
	   ops->name, e.msg);
}

static int test_all(void)
{
	test_description();
	for (size_t i = 0; i < ARRAY_SIZE(blocks); i++) {
		test_data(i, 1);
		test_data(i, 16);
	}
	if (no_data) {
		skip("what was written is there", "this driver stores nothing");
	} else {
		test_protection();
		test_caches();
		test_remove();
		test_end();
		discard(96 << 10);
	}
	test_leaks();
	if (has_gone)
		test_gone();
	else
		skip("an unreachable server", "none given: gone.KEY=VALUE");
	return done_testing();
}

/* Keeps writing 64 MiB until `file` is there, or an operation fails. */
static int write_until(struct session *s, const char *file)
{
	int r = session_run(s, OP_WRITE, ORDER_SEQUENTIAL, 1);

	printf("# writing\n");
	while (r == 0 && !(file && access(file, F_OK) == 0))
		r = session_run(s, OP_WRITE, ORDER_SEQUENTIAL, 1);
	return r;
}

static int test_until_error(void)
{
	struct session *s;
	uint64_t start;
	int r = session_open(&s, STORAGE_CREATE, 64 << 20, 1 << 20, 16);

	if (r == 0)
		r = write_until(s, NULL);
	ok(r < 0, "%s: the write ends with an error: %s", ops->name,
	   r < 0 ? s->err.msg : "none");
	start = now_ns();
	session_close(s);
	ok(now_ns() - start < 10000000000u, "%s: closing ends as well",
	   ops->name);
	return done_testing();
}

static int test_until(const char *file)
{
	struct session *s;
	uint64_t size = 64 << 20;
	int r = session_open(&s, STORAGE_CREATE, size, 1 << 20, 16);

	if (r == 0)
		r = write_until(s, file);
	ok(r == 0, "%s: no write fails: %s", ops->name,
	   r < 0 ? s->err.msg : "none");
	session_close(s);
	is_int(verify(1, size, 1 << 20), 0, "%s: all data is there", ops->name);
	is_int(discard(size), 0, "%s: and it can be removed", ops->name);
	return done_testing();
}

__attribute__((noreturn)) static void usage(void)
{
	fputs("usage: conformance [--until-error | --until FILE | --gone] "
	      "DRIVER [gone.]KEY=VALUE...\n",
	      stderr);
	exit(2);
}

static void option_parse(const char *word)
{
	bool to_gone = strncmp(word, "gone.", 5) == 0;
	const char *key = word + (to_gone ? 5 : 0);
	size_t len = strcspn(key, "=");
	cleanup_free char *name = NULL;

	if (key[len] != '=')
		usage();
	name = strndup(key, len);
	json_object_set_new(to_gone ? gone : options, name,
			    json_string(key + len + 1));
}

int main(int argc, char **argv)
{
	const char *mode = NULL, *file = NULL;
	int i = 1;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (i < argc && argv[i][0] == '-')
		mode = argv[i++];
	if (mode && strcmp(mode, "--until") == 0 && i < argc)
		file = argv[i++];
	ops = i < argc ? storage_find(argv[i++]) : NULL;
	if (!ops)
		usage();
	no_data = ops->caps & STORAGE_NO_DATA;
	options = json_object();
	gone = json_object();
	for (; i < argc; i++)
		option_parse(argv[i]);
	has_gone = json_object_size(gone) > 0;
	json_object_update_missing(gone, options);
	snprintf(object, sizeof(object), "ie-bench-conformance.%d",
		 (int)getpid());
	if (!mode)
		return test_all();
	if (strcmp(mode, "--until-error") == 0)
		return test_until_error();
	if (file)
		return test_until(file);
	if (strcmp(mode, "--gone") != 0)
		usage();
	test_gone();
	return done_testing();
}
