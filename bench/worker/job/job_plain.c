/* See job_plain.h. Reading back is in job_verify.c. */
#include "job_plain.h"

#include <sys/param.h>

#include "units.h"

#define PREPARE_BLOCK (1u << 20)
#define PREPARE_DEPTH 4u

static int write_all(struct job *j, const struct pattern *data)
{
	struct pass pass = {
		.kind = OP_WRITE,
		.order = {.kind = ORDER_SEQUENTIAL},
		.base = job_base_bytes(j),
		.bytes = j->c->size_bytes,
		.count = howmany(j->c->size_bytes, j->stream.block_bytes),
		.pattern = data,
	};
	int r = stream_run(&j->stream, &pass, &j->err);

	return r < 0 ? r : stream_flush(&j->stream, &j->err);
}

/* Its parts are written later, each by its job. */
int plain_create(struct job *j)
{
	int r;

	if (j->index > 0)
		return 0;
	r = job_target_open(j, STORAGE_CREATE, j->c->block_bytes, 1);
	if (r == 0)
		r = job_space_check(j);
	if (r == 0)
		job_target_close(j);
	return r < 0 ? err_wrap(&j->err, r, "create") : 0;
}

int plain_create_own(struct job *j)
{
	return job_target_open(j, STORAGE_CREATE, j->c->block_bytes, 1);
}

int plain_prepare(struct job *j)
{
	enum storage_mode mode =
		j->c->one_file ? STORAGE_UPDATE : STORAGE_CREATE;
	uint64_t block = j->c->block_bytes;
	struct pattern data = job_old_data(j);
	unsigned depth = j->c->depth;
	int r;

	if (block < PREPARE_BLOCK)
		block = PREPARE_BLOCK;
	if (depth < PREPARE_DEPTH)
		depth = PREPARE_DEPTH;
	r = job_target_open(j, mode, block, depth);
	if (r == 0 && !j->c->one_file)
		r = job_space_check(j);
	if (r == 0)
		r = write_all(j, &data);
	if (r == 0 && j->c->cache == CACHE_COLD)
		r = job_drop_caches(j);
	if (r < 0)
		return err_wrap(&j->err, r, "prepare");
	job_target_close(j);
	return 0;
}

/* Reads everything once, so that every cache on the way may keep it. */
static int warm_up(struct job *j)
{
	struct pattern data = job_old_data(j);
	struct pass pass = job_timed_pass(j, &data);

	pass.order.kind = ORDER_SEQUENTIAL;
	pass.count = pass.order.blocks;
	pass.latency = NULL;
	return stream_run(&j->stream, &pass, &j->err);
}

int plain_open_uncached(struct job *j)
{
	const struct bench_op *op = j->c->op;
	bool there = op->prepared || j->c->one_file;
	enum storage_mode mode = !there		       ? STORAGE_CREATE
				 : op->kind == OP_READ ? STORAGE_READ
						       : STORAGE_UPDATE;
	struct pattern data = job_new_data(j);
	struct pass pass;
	uint64_t before = now_ns();
	int r = job_target_open(j, mode, j->c->block_bytes, j->c->depth);

	j->open_ns = now_ns() - before;
	if (r == 0 && mode == STORAGE_CREATE)
		r = job_space_check(j);
	if (r < 0)
		return r;
	pass = job_timed_pass(j, &data);
	if (pass.kind == OP_WRITE)
		stream_make_ready(&j->stream, &pass, job_ready_bytes(j));
	return 0;
}

int plain_open(struct job *j)
{
	int r = plain_open_uncached(j);

	if (r == 0 && j->c->cache == CACHE_WARM)
		return warm_up(j);
	return r == 0 && j->c->cache == CACHE_COLD ? job_drop_caches(j) : r;
}

int plain_run(struct job *j)
{
	struct pattern data = job_new_data(j);
	struct pass pass = job_timed_pass(j, &data);

	pass.series = j->series;
	return stream_run(&j->stream, &pass, &j->err);
}

int plain_remove(struct job *j)
{
	struct storage_params p = job_params(j, STORAGE_UPDATE);

	return j->ops->remove(&p, &j->err);
}
