/* Reading back: how much of it, and that what is wrong there is found. On a
 * driver whose storage is memory of this test. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cleanup.h"
#include "worker/job/job_kinds.h"
#include "tap.h"
#include "units.h"

#define SIZE (48u << 20)

static unsigned char *memory;
static unsigned read_ms;     /* each read takes so long */
static uint64_t reads, held; /* bytes that the page cache has */

struct target {
	int unused;
};

static int fake_open(struct target **out, const struct storage_params *p,
		     struct err *e)
{
	(void)p;
	(void)e;
	*out = calloc(1, sizeof(**out));
	return *out ? 0 : -ENOMEM;
}

static void fake_submit(struct target *t, struct op *op)
{
	const struct timespec wait = {.tv_nsec = read_ms * 1000000L};

	(void)t;
	if (op->kind == OP_WRITE) {
		memcpy(memory + op->offset, op->buf, op->len);
	} else if (op->kind == OP_READ) {
		memcpy(op->buf, memory + op->offset, op->len);
		nanosleep(&wait, NULL);
		reads++;
	}
	op_done(op, (int64_t)op->len);
}

static int fake_resident(struct target *t, uint64_t offset, uint64_t bytes,
			 uint64_t *found)
{
	(void)t;
	(void)offset;
	(void)bytes;
	*found = held;
	return 0;
}

static void fake_close(struct target *t)
{
	free(t);
}

static const struct storage_ops fake = {
	.name = "fake",
	.open = fake_open,
	.submit = fake_submit,
	.resident = fake_resident,
	.close = fake_close,
};

static struct bench_case c;
static struct job job;
static struct err err;

/* Writes SIZE bytes in blocks; the job is open after that. */
static void write_case(uint64_t block, const char *op)
{
	static _Atomic uint64_t progress;
	static struct start_line start;
	static uint64_t begin_ns;

	c = (struct bench_case){
		.target = (char *)"t",
		.object = (char *)"o",
		.driver = (char *)"fake",
		.op = bench_op_find(op),
		.size_bytes = SIZE,
		.block_bytes = block,
		.depth = 1,
		.jobs = 1,
		.clients = 1,
		.nodes = 1,
		.timeout_s = 10,
		.seed = 42,
	};
	start_line_init(&start, 1);
	job = (struct job){.c = &c,
			   .kind = job_kind_of(c.op),
			   .ops = &fake,
			   .start = &start,
			   .begin_ns = &begin_ns,
			   .progress = &progress,
			   .case_at_ns = now_ns()};
	read_ms = 0;
	held = 0;
	if (job_init(&job, &err) < 0 || job.kind->open(&job) < 0 ||
	    job_timed(&job) < 0)
		printf("# %s %s\n", err.msg, job.err.msg);
	reads = 0;
}

static int verify(void)
{
	int r = job.kind->verify(&job);

	job_close(&job);
	job_free(&job);
	return r;
}

static void test_all(uint64_t block, const char *op)
{
	int r;

	write_case(block, op);
	job.case_at_ns = now_ns() - UINT64_C(100000000000); /* time enough */
	r = verify();
	ok(r == 0 && job.verified, "%s in blocks of %llu is verified", op,
	   (unsigned long long)block);
	is_u64(job.verified_bytes, SIZE, "all of it");
	is_u64(reads, SIZE / block, "and nothing twice");
	is_str(job.verified_from, "servers", "not from this host's cache");
}

/* One wrong byte, anywhere, is found each time. */
static void test_flips(void)
{
	unsigned found = 0;

	for (unsigned i = 0; i < 20; i++) {
		size_t at = (SIZE / 20) * i + 4097 * i % 65521;

		write_case(64 << 10, "write");
		job.case_at_ns = now_ns() - UINT64_C(100000000000);
		memory[at] ^= 1;
		found += verify() == -EILSEQ && !job.verified;
	}
	is_u64(found, 20, "one wrong byte in 48 MiB is found, 20 times of 20");
}

/* Where reading is slow it takes as long as the case, and says how much. */
static void test_share(void)
{
	uint64_t before;
	int r;

	write_case(64 << 10, "write");
	read_ms = 2; /* 1.5 s for all of it */
	before = now_ns();
	job.case_at_ns = before - UINT64_C(200000000);
	r = verify();
	ok(r == 0 && job.verified && job.verified_bytes < SIZE &&
		   job.verified_bytes >= 16 * (64u << 10),
	   "of a file that is slow to read it checks a part (%llu bytes)",
	   (unsigned long long)job.verified_bytes);
	is_u64(job.verified_bytes, reads * (64 << 10), "and says how much");

	write_case(64 << 10, "write");
	read_ms = 1;
	job.case_at_ns = now_ns() + UINT64_C(1000000000); /* no time at all */
	verify();
	is_u64(job.verified_bytes, 16 * (64 << 10), "16 blocks at the least");

	write_case(1 << 20, "write");
	job.case_at_ns = now_ns() + UINT64_C(1000000000);
	c.verify_all = true;
	verify();
	is_u64(job.verified_bytes, SIZE, "with verify = all it is all");
}

static void test_cached(void)
{
	write_case(1 << 20, "write");
	held = SIZE;
	verify();
	is_str(job.verified_from, "cache",
	       "what the page cache still holds is said to come from there");
}

int main(void)
{
	memory = malloc(SIZE);
	if (!memory)
		return 1;
	test_all(64 << 10, "write");
	test_all(4 << 10, "randwrite");
	test_all(3 << 20, "write");
	test_flips();
	test_share();
	test_cached();
	free(memory);
	return done_testing();
}
