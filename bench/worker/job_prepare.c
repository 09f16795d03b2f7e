/* What is there before a measurement: the data that it reads, the file that
 * clients share. See job.h. */
#include <errno.h>
#include <sys/param.h>

#include "job.h"
#include "job_shared.h"

#define PREPARE_BLOCK (1u << 20)
#define PREPARE_DEPTH 4u

/* All jobs' files must fit; the first job asks for all of them. */
int job_space_check(struct job *j)
{
	uint64_t need = j->c->one_file ? job_object_bytes(j)
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
static int file_create(struct job *j)
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

int job_create(struct job *j)
{
	if (j->c->op->play == PLAY_READWRITE)
		return job_prepare(j);
	return j->c->op->play ? shared_create(j) : file_create(j);
}

int job_create_own(struct job *j)
{
	return job_target_open(j, STORAGE_CREATE, j->c->block_bytes, 1);
}

int job_prepare(struct job *j)
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
