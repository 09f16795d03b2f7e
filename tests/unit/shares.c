/* A driver that blocks: as many operations at once as the depth says, each
 * done, timed and checked by one thread, and none handed from one to another.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "cleanup.h"
#include "worker/stream/stream.h"
#include "tap.h"

#define BLOCK 4096u
#define BLOCKS 20000u

struct target {
	_Atomic unsigned now, most; /* calls at once */
	_Atomic unsigned seen[BLOCKS];
	unsigned sleep_us;
	uint64_t broken; /* this block fails; 0: none */
};

static struct target storage;

static void fake_submit(struct target *t, struct op *op)
{
	struct pattern data = {.seed = 9};
	unsigned now = ++t->now, most = t->most;

	while (now > most &&
	       !atomic_compare_exchange_weak(&t->most, &most, now))
		;
	if (t->sleep_us)
		usleep(t->sleep_us);
	t->seen[op->offset / BLOCK]++;
	if (op->kind == OP_READ)
		pattern_fill(&data, op->buf, op->len, op->offset);
	t->now--;
	op_done(op, t->broken && op->offset == t->broken * BLOCK
			    ? -EIO
			    : (int64_t)op->len);
}

static bool fake_blocks(struct target *t)
{
	(void)t;
	return true;
}

static const struct storage_ops fake = {
	.name = "fake",
	.submit = fake_submit,
	.blocks = fake_blocks,
};

static _Atomic uint64_t progress;
static struct latency latency;
static struct series series;
static struct err err;

/* One pass over so many blocks. */
static int run(unsigned depth, uint64_t count, enum order_kind order)
{
	const struct pattern data = {.seed = 9};
	const struct pass pass = {
		.kind = OP_READ,
		.order = {order, count, 3},
		.bytes = count * BLOCK,
		.count = count,
		.pattern = &data,
		.check = CHECK_ALL,
		.latency = &latency,
		.series = &series,
	};
	struct stream s = {
		.ops = &fake,
		.target = &storage,
		.label = "fake",
		.progress = &progress,
		.block_bytes = BLOCK,
		.depth = depth,
		.timeout_s = 5,
	};
	int r = stream_open(&s, &err);

	progress = 0;
	latency = (struct latency){.total = 0};
	series_start(&series, 0);
	memset(storage.seen, 0, sizeof(storage.seen));
	storage.most = 0;
	if (r == 0)
		r = stream_run(&s, &pass, &err);
	stream_close(&s);
	return r;
}

static uint64_t not_once(uint64_t count)
{
	uint64_t n = 0;

	for (uint64_t i = 0; i < count; i++)
		n += storage.seen[i] != 1;
	return n;
}

static void test_each(unsigned depth, enum order_kind order)
{
	uint64_t moved = 0;

	is_int(run(depth, BLOCKS, order), 0, "depth %u is run", depth);
	is_u64(not_once(BLOCKS), 0, "every block once");
	is_u64(progress, BLOCKS, "and each is progress");
	is_u64(latency.total, BLOCKS, "and has a latency");
	for (unsigned i = 0; i < series.used; i++)
		moved += series.bytes[i];
	is_u64(moved, (uint64_t)BLOCKS * BLOCK, "and is in the series");
}

static void test_depth(void)
{
	storage.sleep_us = 1000;
	for (unsigned depth = 1; depth <= 64; depth *= 8) {
		run(depth, 512, ORDER_SEQUENTIAL);
		ok(storage.most <= depth && storage.most > (depth > 1),
		   "up to %u are in flight at once (%u were)", depth,
		   storage.most);
	}
	storage.sleep_us = 0;
}

/* An operation that is handed on wakes somebody: two switches. */
static void test_switches(void)
{
	struct rusage a, b;

	getrusage(RUSAGE_SELF, &a);
	run(8, BLOCKS, ORDER_SEQUENTIAL);
	getrusage(RUSAGE_SELF, &b);
	ok(b.ru_nvcsw - a.ru_nvcsw < BLOCKS / 10,
	   "nobody waits for another (%ld waits in %u operations)",
	   b.ru_nvcsw - a.ru_nvcsw, BLOCKS);
}

static void test_failure(void)
{
	storage.broken = 777;
	is_int(run(4, BLOCKS, ORDER_SEQUENTIAL), -EIO, "a failure ends it");
	is_str(err.msg, "fake: read 4k at byte 3182592: Input/output error",
	       "with the operation that failed");
	ok(progress < BLOCKS, "and the rest is not done");
	storage.broken = 0;
}

int main(void)
{
	test_each(1, ORDER_SEQUENTIAL);
	test_each(3, ORDER_SEQUENTIAL);
	test_each(16, ORDER_RANDOM);
	test_depth();
	test_switches();
	test_failure();
	return done_testing();
}
