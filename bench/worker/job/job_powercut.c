/* See job_powercut.h. */
#include "job_powercut.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/param.h>

#include "case/record.h"
#include "job_plain.h"
#include "rng.h"

#define CONTROL_BYTES (1u << 20)
#define CONTROL_SEED 2000000u /* no client's or job's */

/* It is small, so that the cut still follows the sync at once. */
static uint64_t control_blocks(const struct bench_case *c)
{
	uint64_t blocks = CONTROL_BYTES / c->block_bytes;

	blocks = blocks ? blocks : 1;
	return blocks < case_ops(c) ? blocks : case_ops(c);
}

/* What the write moves: its last block may be a short one. */
static uint64_t file_bytes(const struct bench_case *c)
{
	return MIN(case_ops(c) * c->block_bytes, c->size_bytes);
}

/* A job on the control, in *k, as this one is on its own file. */
static void control_of(const struct job *j, struct job *k)
{
	*k = (struct job){
		.c = j->c,
		.ops = j->ops,
		.progress = j->progress,
	};
	snprintf(k->object, sizeof(k->object), "%s.control", j->c->object);
	snprintf(k->label, sizeof(k->label), "%s %s", j->c->target, k->object);
}

static struct pattern control_data(const struct job *j)
{
	return (struct pattern){rng_mix(j->c->seed, CONTROL_SEED), false};
}

static struct pass control_pass(const struct job *j, const struct pattern *data)
{
	uint64_t count = control_blocks(j->c);

	return (struct pass){
		.kind = OP_WRITE,
		.order = {.kind = ORDER_SEQUENTIAL},
		.bytes = count * j->c->block_bytes,
		.count = count,
		.pattern = data,
	};
}

static int control_open(struct job *j)
{
	struct pattern data = control_data(j);
	struct pass pass = control_pass(j, &data);
	struct job *k = malloc(sizeof(*k));
	int r;

	if (!k)
		return err_sys(&j->err, -ENOMEM, "%s: make its control",
			       j->label);
	control_of(j, k);
	j->control = k;
	r = job_target_open(k, STORAGE_CREATE, j->c->block_bytes, 1);
	j->created = j->created || k->created;
	j->foreign = j->foreign || k->foreign;
	if (r < 0)
		j->err = k->err;
	else
		stream_make_ready(&k->stream, &pass, pass.bytes);
	return r;
}

int powercut_open(struct job *j)
{
	int r = plain_open_uncached(j);

	return r < 0 ? r : control_open(j);
}

int powercut_after_sync(struct job *j)
{
	struct pattern data = control_data(j);
	struct pass pass = control_pass(j, &data);

	return stream_run(&j->control->stream, &pass, &j->err);
}

void powercut_close(struct job *j)
{
	if (j->control)
		job_target_close(j->control);
	free(j->control);
	j->control = NULL;
}

/* Not to be read any more, unlike a server that does not answer. */
static bool gone(int r)
{
	return r == -ENOENT || r == -ENODATA || r == -EIO || r == -EUCLEAN ||
	       r == -ESTALE;
}

static int count_intact(struct job *k, const struct pattern *data, uint64_t all,
			uint64_t *bytes)
{
	const uint64_t block = k->c->block_bytes;
	int r = job_target_open(k, STORAGE_READ, block, 1);

	for (uint64_t at = 0; r == 0 && at < all; at += block) {
		size_t len = MIN(block, all - at);
		bool good = false;

		r = stream_step(&k->stream, OP_READ, at, len, data, at, &good,
				&k->err);
		*bytes += good ? len : 0;
		if (gone(r) && r != -ENODATA)
			r = 0; /* what lies behind it may still be there */
		atomic_fetch_add_explicit(k->progress, 1, memory_order_relaxed);
	}
	if (!k->stream.inflight)
		job_target_close(k);
	return gone(r) ? 0 : r;
}

int powercut_survey(struct job *j)
{
	struct pattern mine = job_new_data(j), control = control_data(j);
	struct job k;
	int r;

	control_of(j, &k);
	r = count_intact(j, &mine, file_bytes(j->c), &j->intact_bytes);
	if (r < 0)
		return err_wrap(&j->err, r, "after a power cut");
	r = count_intact(&k, &control, control_blocks(j->c) * j->c->block_bytes,
			 &j->control_intact_bytes);
	if (r < 0) {
		j->err = k.err;
		return err_wrap(&j->err, r, "after a power cut");
	}
	return 0;
}

void powercut_record(const struct job *j, json_t *record)
{
	json_t *o = json_object();

	json_object_set_new(record, "power_cut", o);
	record_set_count(o, "acknowledged_bytes", file_bytes(j->c));
	record_set_count(o, "intact_bytes", j->intact_bytes);
	record_set_count(o, "control_bytes",
			 control_blocks(j->c) * j->c->block_bytes);
	record_set_count(o, "control_intact_bytes", j->control_intact_bytes);
}

int powercut_remove(struct job *j)
{
	struct storage_params p = job_params(j, STORAGE_UPDATE);
	struct job k;
	int r = plain_remove(j);

	if (r < 0)
		return r;
	control_of(j, &k);
	p.object = k.object;
	return j->ops->remove(&p, &j->err);
}
