/* See job.h. */
#include "job.h"

#include <errno.h>
#include <stdlib.h>

#include "rng.h"

int job_init(struct job *j, struct err *e)
{
	char client[16] = "", job[16] = "";

	if (j->c->clients > 1 && !case_shared(j->c))
		snprintf(client, sizeof(client), ".c%u", j->c->client);
	if (j->c->jobs > 1 && !j->c->one_file)
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

static uint64_t object_bytes(const struct job *j)
{
	uint64_t parts = j->c->one_file ? j->c->clients * j->c->jobs : 1;

	return j->c->size_bytes * parts;
}

uint64_t job_base_bytes(const struct job *j)
{
	uint64_t part = (uint64_t)j->c->client * j->c->jobs + j->index;

	return j->c->one_file ? part * j->c->size_bytes : 0;
}

struct storage_params job_params(const struct job *j, enum storage_mode mode)
{
	return (struct storage_params){
		.target = j->c->target,
		.object = j->object,
		.options = j->c->options,
		.size_bytes = object_bytes(j),
		.block_bytes = j->c->block_bytes,
		.depth = 1,
		.timeout_s = j->c->timeout_s,
		.mode = mode,
		.flock = j->c->flock,
	};
}

/* Clients of one launch may be on one host. */
uint64_t job_ready_bytes(const struct job *j)
{
	unsigned beside = (j->c->clients + j->c->nodes - 1) / j->c->nodes;

	return arena_budget(beside) / j->c->jobs;
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

int job_drop_caches(struct job *j)
{
	if (j->ops->drop_caches)
		return j->ops->drop_caches(j->target, &j->err);
	if (j->ops->caps & STORAGE_FRESH_IS_COLD)
		return 0;
	return err_sys(&j->err, -ENOTSUP, "%s: drop this client's cache",
		       j->label);
}

struct pass job_timed_pass(const struct job *j, const struct pattern *data)
{
	const struct bench_op *op = j->c->op;

	return (struct pass){
		.kind = op->kind,
		.order = {.kind = op->order,
			  .blocks = case_blocks(j->c),
			  .seed = rng_mix(j->c->seed, 1000 + j->index)},
		.base = job_base_bytes(j),
		.bytes = j->c->size_bytes,
		.count = case_ops(j->c),
		.pattern = data,
		.check = j->ops->caps & STORAGE_NO_DATA ? CHECK_NONE
							: CHECK_STAMPS,
		.latency = j->latency,
	};
}

uint64_t job_bytes(const struct job *j)
{
	struct pattern data = job_new_data(j);
	struct pass pass = job_timed_pass(j, &data);
	uint64_t bytes = 0;

	if (j->c->size_bytes % j->c->block_bytes == 0)
		return pass.count * j->c->block_bytes;
	for (uint64_t i = 0; i < pass.count; i++)
		bytes += stream_op_bytes(&j->stream, &pass, i);
	return bytes;
}

int job_space_check(struct job *j)
{
	uint64_t need = j->c->one_file ? object_bytes(j)
				       : j->c->size_bytes * j->c->jobs;
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
