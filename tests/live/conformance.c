/* One test for every storage driver:
 *   conformance [--until-error | --until FILE] DRIVER KEY=VALUE...
 * with a target's keys; gone.KEY=VALUE is that key for a server that cannot
 * be reached. The two modes keep writing while the caller breaks something:
 * until an operation fails, which it must do within its time limit, or until
 * FILE is there, after which all the data must be. */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "../unit/tap.h"
#include "cleanup.h"
#include "stream.h"
#include "units.h"

#define TIMEOUT_S 8

static const struct storage_ops *ops;
static json_t *options, *gone; /* gone: NULL when none were given */
static char object[64];
static bool no_data;

static struct storage_params params(enum storage_mode mode, uint64_t size,
				    size_t block, unsigned depth)
{
	return (struct storage_params){
		.target = ops->name,
		.object = object,
		.options = options,
		.size_bytes = size,
		.block_bytes = block,
		.depth = depth,
		.timeout_s = TIMEOUT_S,
		.mode = mode,
	};
}

/* An open object with a stream on it. */
struct session {
	struct target *target;
	struct stream stream;
	_Atomic uint64_t progress;
	uint64_t size;
	struct err err;
};

static int session_open(struct session *s, enum storage_mode mode,
			uint64_t size, size_t block, unsigned depth)
{
	struct storage_params p = params(mode, size, block, depth);
	int r;

	memset(s, 0, sizeof(*s));
	s->size = size;
	r = ops->open(&s->target, &p, &s->err);
	if (r < 0)
		return r;
	s->stream = (struct stream){
		.ops = ops,
		.target = s->target,
		.label = ops->name,
		.progress = &s->progress,
		.block_bytes = block,
		.depth = depth,
		.timeout_s = TIMEOUT_S,
	};
	return stream_open(&s->stream, &s->err);
}

static void session_close(struct session *s)
{
	if (s->target)
		ops->close(s->target);
	stream_close(&s->stream);
}

/* One pass over the object. */
static int session_run(struct session *s, enum op_kind kind,
		       enum order_kind order, uint64_t seed)
{
	struct pattern pattern = {.seed = seed};
	struct pass pass = {
		.kind = kind,
		.order = {order, s->size / s->stream.block_bytes, seed},
		.count = s->size / s->stream.block_bytes,
		.pattern = &pattern,
		.check = no_data ? CHECK_NONE : CHECK_ALL,
	};
	int r;

	if (kind == OP_WRITE)
		stream_fill(&s->stream, &pattern);
	r = stream_run(&s->stream, &pass, &s->err);
	if (r == 0 && kind == OP_WRITE)
		r = stream_flush(&s->stream, &s->err);
	return r;
}

/* Opens, runs one pass, closes. */
static int run_once(enum storage_mode mode, enum op_kind kind,
		    enum order_kind order, uint64_t seed, uint64_t size,
		    size_t block, unsigned depth)
{
	struct session s;
	int r = session_open(&s, mode, size, block, depth);

	if (r == 0)
		r = session_run(&s, kind, order, seed);
	if (r < 0 && r != -EEXIST && r != -ENOENT && r != -EILSEQ)
		printf("# %s\n", s.err.msg);
	session_close(&s);
	return r;
}

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
	struct err e;

	for (const struct storage_key *k = ops->keys; k && k->name; k++)
		keys = keys && k->help && *k->help &&
		       (!k->required || json_object_get(options, k->name));
	ok(ops->summary && *ops->summary, "%s says what it is", ops->name);
	ok(ops->durability && *ops->durability,
	   "%s says what a flush promises", ops->name);
	ok(keys, "%s documents its keys", ops->name);
	ok(ops->drop_caches || ops->caps & STORAGE_FRESH_IS_COLD,
	   "%s can be made cold", ops->name);
	(void)e;
}
