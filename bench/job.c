/* See job.h. */
#include "job.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rng.h"
#include "shared.h"
#include "survive.h"
#include "units.h"

#define PREPARE_BLOCK (1u << 20)
#define PREPARE_DEPTH 4u
#define VERIFY_BLOCKS 16u

int job_init(struct job *j, struct err *e)
{
	char client[16] = "", job[16] = "";

	if (j->c->clients > 1 && !j->c->op->play)
		snprintf(client, sizeof(client), ".c%u", j->c->client);
	if (j->c->jobs > 1)
		snprintf(job, sizeof(job), ".j%u", j->index);
	snprintf(j->object, sizeof(j->object), "%s%s%s", j->c->object, client,
		 job);
	snprintf(j->label, sizeof(j->label), "%s %s", j->c->target, j->object);
	j->latency = calloc(1, sizeof(*j->latency));
	if (j->c->series)
		j->series = calloc(1, sizeof(*j->series));
	if (!j->latency || (j->c->series && !j->series))
		return err_sys(e, -ENOMEM, "%s: start", j->label);
	return 0;
}

void job_free(struct job *j)
{
	free(j->latency);
	free(j->series);
}

struct pattern job_old_data(const struct job *j)
{
	uint64_t who = (uint64_t)j->c->client * CASE_JOBS_MAX + j->index;

	return (struct pattern){rng_mix(j->c->seed, who), j->c->zero};
}

struct pattern job_new_data(const struct job *j)
{
	struct pattern p = job_old_data(j);

	if (j->c->op->kind == OP_WRITE && j->c->op->prepared)
		p.seed = rng_mix(p.seed, 1);
	return p;
}

struct storage_params job_params(const struct job *j, enum storage_mode mode)
{
	return (struct storage_params){
		.target = j->c->target,
		.object = j->object,
		.options = j->c->options,
		.size_bytes = j->c->size_bytes,
		.block_bytes = j->c->block_bytes,
		.depth = 1,
		.timeout_s = j->c->timeout_s,
		.mode = mode,
		.flock = j->c->flock,
	};
}

int job_stream_open(struct job *j, uint64_t block, unsigned depth)
{
	j->stream = (struct stream){
		.ops = j->ops,
		.target = j->target,
		.label = j->label,
		.progress = j->progress,
		.block_bytes = block,
		.depth = depth,
		.timeout_s = j->c->timeout_s,
	};
	return stream_open(&j->stream, &j->err);
}

int job_target_open(struct job *j, enum storage_mode mode, uint64_t block,
		    unsigned depth)
{
	struct storage_params p = job_params(j, mode);
	int r;

	p.block_bytes = block;
	p.depth = depth;
	r = j->ops->open(&j->target, &p, &j->err);
	j->created = j->created || (mode == STORAGE_CREATE && r == 0);
	j->foreign = j->foreign || (mode == STORAGE_CREATE && r == -EEXIST);
	return r < 0 ? r : job_stream_open(j, block, depth);
}

void job_target_close(struct job *j)
{
	stream_close(&j->stream);
	if (j->target)
		j->ops->close(j->target);
	j->target = NULL;
}

/* All jobs' files must fit; the first job asks for all of them. */
static int space_check(struct job *j)
{
	uint64_t need = j->c->size_bytes * j->c->jobs;
	uint64_t avail;
	int r;

	if (!j->ops->space || j->index != 0)
		return 0;
	r = j->ops->space(j->target, &avail, &j->err);
	if (r < 0 || avail >= need)
		return r;
	return err_set(&j->err, -ENOSPC,
		       "%s: too little space: %llu bytes needed, %llu free",
		       j->label, (unsigned long long)need,
		       (unsigned long long)avail);
}

int job_write_all(struct job *j, const struct pattern *data)
{
	struct pass pass = {
		.kind = OP_WRITE,
		.order = {.kind = ORDER_SEQUENTIAL},
		.count = j->c->size_bytes / j->stream.block_bytes,
		.pattern = data,
	};
	int r;

	stream_fill(&j->stream, data);
	r = stream_run(&j->stream, &pass, &j->err);
	return r < 0 ? r : stream_flush(&j->stream, &j->err);
}

static int drop_caches(struct job *j)
{
	if (j->ops->drop_caches)
		return j->ops->drop_caches(j->target, &j->err);
	if (j->ops->caps & STORAGE_FRESH_IS_COLD)
		return 0;
	return err_sys(&j->err, -ENOTSUP, "%s: drop this client's cache",
		       j->label);
}

int job_prepare(struct job *j)
{
	uint64_t block = j->c->block_bytes;
	struct pattern data = job_old_data(j);
	unsigned depth = j->c->depth;
	int r;

	if (j->c->op->play && j->c->op->play != PLAY_READWRITE)
		return shared_prepare(j);
	if (block < PREPARE_BLOCK && j->c->size_bytes % PREPARE_BLOCK == 0)
		block = PREPARE_BLOCK;
	if (depth < PREPARE_DEPTH)
		depth = PREPARE_DEPTH;
	r = job_target_open(j, STORAGE_CREATE, block, depth);
	if (r == 0)
		r = space_check(j);
	if (r == 0)
		r = job_write_all(j, &data);
	if (r == 0 && j->c->cache == CACHE_COLD)
		r = drop_caches(j);
	if (r < 0)
		return err_wrap(&j->err, r, "prepare");
	job_target_close(j);
	return 0;
}

static struct pass timed_pass(const struct job *j, const struct pattern *data)
{
	const struct bench_op *op = j->c->op;

	return (struct pass){
		.kind = op->kind,
		.order = {.kind = op->order,
			  .blocks = j->c->size_bytes / j->c->block_bytes,
			  .seed = rng_mix(j->c->seed, 1000 + j->index)},
		.count = case_ops(j->c),
		.pattern = data,
		.check = j->ops->caps & STORAGE_NO_DATA ? CHECK_NONE
							: CHECK_STAMPS,
		.latency = j->latency,
	};
}

/* Reads everything once, so that every cache on the way may keep it. */
static int warm_up(struct job *j)
{
	struct pattern data = job_old_data(j);
	struct pass pass = timed_pass(j, &data);

	pass.order.kind = ORDER_SEQUENTIAL;
	pass.count = pass.order.blocks;
	pass.latency = NULL;
	return stream_run(&j->stream, &pass, &j->err);
}

int job_open(struct job *j)
{
	const struct bench_op *op = j->c->op;
	enum storage_mode mode = !op->prepared	       ? STORAGE_CREATE
				 : op->kind == OP_READ ? STORAGE_READ
						       : STORAGE_UPDATE;
	struct pattern data = job_new_data(j);
	uint64_t before = now_ns();
	int r;

	if (j->c->op->play)
		return shared_open(j);
	r = job_target_open(j, mode, j->c->block_bytes, j->c->depth);
	j->open_ns = now_ns() - before;
	if (r == 0 && mode == STORAGE_CREATE)
		r = space_check(j);
	if (r < 0)
		return r;
	stream_fill(&j->stream, &data);
	if (op->cut)
		return survive_control_open(j);
	if (j->c->cache == CACHE_WARM)
		return warm_up(j);
	return j->c->cache == CACHE_COLD ? drop_caches(j) : 0;
}

int job_timed(struct job *j)
{
	struct pattern data = job_new_data(j);
	struct pass pass = timed_pass(j, &data);
	int r;

	pthread_barrier_wait(j->start);
	j->start_at_ns = now_ns();
	pass.series = j->series;
	if (j->series)
		series_start(j->series, j->start_at_ns);
	r = j->c->op->play ? shared_run(j)
			   : stream_run(&j->stream, &pass, &j->err);
	j->io_end_at_ns = now_ns();
	/* Files that are closed already have been flushed. */
	if (r == 0 && pass.kind == OP_WRITE && j->target)
		r = stream_flush(&j->stream, &j->err);
	j->sync_end_at_ns = now_ns();
	return r == 0 && j->control ? survive_control_write(j) : r;
}

/* A sample of the blocks that were touched, or all of them: a random pass
 * read its own first blocks again, a sequential one the ends and between. */
int job_verify(struct job *j)
{
	struct pattern data = job_new_data(j);
	struct pass pass = timed_pass(j, &data);
	int r;

	if (j->c->op->play)
		return shared_verify(j);
	if (j->ops->caps & STORAGE_NO_DATA)
		return 0;
	pass.kind = OP_READ;
	pass.check = CHECK_ALL;
	pass.latency = NULL;
	if (!j->c->verify_all && pass.count > VERIFY_BLOCKS) {
		if (pass.count == pass.order.blocks)
			pass.order.kind = ORDER_SAMPLE;
		pass.count = VERIFY_BLOCKS;
	}
	r = stream_run(&j->stream, &pass, &j->err);
	j->verified = r == 0;
	return r < 0 ? err_wrap(&j->err, r, "verify") : 0;
}

int job_close(struct job *j)
{
	uint64_t before = now_ns();

	job_target_close(j);
	survive_control_close(j);
	j->close_ns = now_ns() - before;
	return 0;
}

int job_remove(struct job *j)
{
	struct storage_params p = job_params(j, STORAGE_UPDATE);

	if (j->c->op->play)
		return shared_remove(j);
	if (j->c->op->cut)
		return survive_remove(j);
	return j->ops->remove(&p, &j->err);
}
