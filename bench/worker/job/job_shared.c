/* See job_shared.h. */
#include "job_shared.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "job_plain.h"
#include "rng.h"
#include "units.h"

#define TURN_POLL_US 100

static uint64_t blocks(const struct job *j)
{
	return case_ops(j->c);
}

/* A handoff's block and what readers check are the first client's. */
static struct pattern data_of(const struct job *j, unsigned client)
{
	struct pattern p = {rng_mix(j->c->seed, 1000000u + client), false};

	return p;
}

static struct pattern own_data(const struct job *j)
{
	return data_of(j, j->c->op->play == PLAY_APPEND ? j->c->client : 0);
}

/* --- folders --- */

static void folder_name(struct job *j, unsigned client)
{
	if (j->c->one_folder)
		snprintf(j->object, sizeof(j->object), "%s.all", j->c->object);
	else
		snprintf(j->object, sizeof(j->object), "%s.c%u", j->c->object,
			 client);
}

static void file_name(struct job *j, unsigned client, uint64_t i)
{
	size_t n;

	folder_name(j, client);
	n = strlen(j->object);
	snprintf(j->object + n, sizeof(j->object) - n, "/%u.%llu", client,
		 (unsigned long long)i);
}

static unsigned folders(const struct job *j)
{
	return j->c->one_folder ? 1 : j->c->clients;
}

static int folders_make(struct job *j)
{
	for (unsigned k = 0; k < folders(j); k++) {
		struct storage_params p = job_params(j, STORAGE_CREATE);
		int r;

		folder_name(j, k);
		r = j->ops->folder(&p, true, &j->err);
		j->created = j->created || r == 0;
		j->foreign = j->foreign || r == -EEXIST;
		if (r < 0)
			return r;
	}
	return 0;
}

static int folders_remove(struct job *j)
{
	struct storage_params p = job_params(j, STORAGE_UPDATE);
	int r = 0;

	for (unsigned k = 0; k < j->c->clients; k++)
		for (uint64_t i = 0; r == 0 && i < blocks(j); i++) {
			file_name(j, k, i);
			r = j->ops->remove(&p, &j->err);
		}
	for (unsigned k = 0; r == 0 && k < folders(j); k++) {
		folder_name(j, k);
		r = j->ops->folder(&p, false, &j->err);
	}
	return r;
}

/* Opens the i-th file on the stream that is there. */
static int file_open_next(struct job *j, uint64_t i, enum storage_mode mode)
{
	struct storage_params p = job_params(j, mode);
	int r;

	file_name(j, j->c->client, i);
	p.size_bytes = j->c->block_bytes;
	r = j->ops->open(&j->target, &p, &j->err);
	j->stream.target = j->target;
	return r;
}

static void file_close_last(struct job *j)
{
	j->ops->close(j->target);
	j->target = j->stream.target = NULL;
}

/* --- one operation of each kind --- */

static int turn_take(struct job *j, uint64_t i)
{
	uint64_t turn = i * j->c->clients + j->c->client;
	uint64_t end = now_ns() + j->c->timeout_s * UINT64_C(1000000000);
	const uint64_t block = j->c->block_bytes;
	struct pattern data = own_data(j);
	bool mine;
	int r;

	for (;;) {
		r = stream_step(&j->stream, OP_READ, 0, j->c->block_bytes,
				&data, turn * block, &mine, &j->err);
		if (r < 0 || mine)
			break;
		if (now_ns() > end)
			return err_set(&j->err, -ETIMEDOUT,
				       "%s: turn %llu did not come in %u s",
				       j->label, (unsigned long long)turn,
				       j->c->timeout_s);
		usleep(TURN_POLL_US);
	}
	return r < 0 ? r
		     : stream_step(&j->stream, OP_WRITE, 0, j->c->block_bytes,
				   &data, (turn + 1) * block, NULL, &j->err);
}

static int file_create(struct job *j, uint64_t i)
{
	struct pattern data = own_data(j);
	int r = file_open_next(j, i, STORAGE_CREATE);

	if (r < 0)
		return r;
	r = stream_step(&j->stream, OP_WRITE, 0, j->c->block_bytes, &data,
			i * j->c->block_bytes, NULL, &j->err);
	if (r == 0)
		r = stream_flush(&j->stream, &j->err);
	if (!j->stream.inflight)
		file_close_last(j);
	return r;
}

static int one(struct job *j, uint64_t i)
{
	enum op_kind kind = OP_WRITE;
	struct pattern data = own_data(j);
	uint64_t at = i * j->c->block_bytes;

	switch (j->c->op->play) {
	case PLAY_HANDOFF:
		return turn_take(j, i);
	case PLAY_CREATE:
		return file_create(j, i);
	case PLAY_READWRITE:
		kind = j->c->client == 0 ? OP_WRITE : OP_READ;
		break;
	default: /* where an append goes is not ours to say */
		break;
	}
	return stream_step(&j->stream, kind, at, j->c->block_bytes, &data, at,
			   NULL, &j->err);
}

/* --- the steps --- */

int shared_create(struct job *j)
{
	struct pattern data = own_data(j);
	int r;

	if (j->c->op->play == PLAY_CREATE)
		return folders_make(j);
	if (j->c->op->play == PLAY_READWRITE)
		return plain_prepare(j);
	r = job_target_open(j, STORAGE_CREATE, j->c->block_bytes, 1);
	if (r < 0)
		return r;
	if (j->c->op->play == PLAY_HANDOFF)
		r = stream_step(&j->stream, OP_WRITE, 0, j->c->block_bytes,
				&data, 0, NULL, &j->err);
	if (r == 0)
		r = stream_flush(&j->stream, &j->err);
	if (r == 0)
		job_target_close(j);
	return r;
}

int shared_open(struct job *j)
{
	struct pattern data = own_data(j);
	const struct pass pass = {
		.kind = OP_WRITE,
		.order = {.kind = ORDER_SEQUENTIAL},
		.bytes = j->c->size_bytes,
		.count = blocks(j),
		.pattern = &data,
	};
	uint64_t before = now_ns();
	enum storage_mode mode = STORAGE_UPDATE;
	int r;

	if (j->c->op->play == PLAY_APPEND)
		mode = STORAGE_APPEND;
	if (j->c->op->play == PLAY_CREATE)
		r = job_stream_open(j, j->c->block_bytes, 1);
	else
		r = job_target_open(j, mode, j->c->block_bytes, 1);
	j->open_ns = now_ns() - before;
	if (r == 0 && j->c->op->play != PLAY_HANDOFF)
		stream_make_ready(&j->stream, &pass, job_ready_bytes(j));
	return r;
}

int shared_run(struct job *j)
{
	int r = 0;

	for (uint64_t i = 0; r == 0 && i < blocks(j); i++) {
		uint64_t before = now_ns();

		r = one(j, i);
		latency_add(j->latency, now_ns() - before);
		atomic_fetch_add_explicit(j->progress, 1, memory_order_relaxed);
	}
	return r;
}

static int block_expect(struct job *j, uint64_t at, uint64_t stamp, bool *good)
{
	struct pattern data = own_data(j);
	int r = stream_step(&j->stream, OP_READ, at, j->c->block_bytes, &data,
			    stamp, good, &j->err);

	atomic_fetch_add_explicit(j->progress, 1, memory_order_relaxed);
	return r;
}

/* Among all clients' appends, ours are there in their order. Where two can
 * take the same place the file is shorter than all of them. */
static int appends_find(struct job *j, uint64_t *found)
{
	const uint64_t block = j->c->block_bytes;
	int r = 0;

	for (uint64_t i = 0; r == 0 && i < blocks(j) * j->c->clients; i++) {
		bool ours = false;

		r = block_expect(j, i * block, *found * block, &ours);
		*found += ours;
	}
	return r == -ENODATA ? 0 : r;
}

static int blocks_find(struct job *j, uint64_t *found)
{
	const uint64_t block = j->c->block_bytes;
	bool files = j->c->op->play == PLAY_CREATE;
	int r = 0;

	for (uint64_t i = 0; r == 0 && i < blocks(j); i++) {
		bool good = false;

		if (files)
			r = file_open_next(j, i, STORAGE_READ);
		if (r == 0)
			r = block_expect(j, files ? 0 : i * block, i * block,
					 &good);
		if (files && j->target && !j->stream.inflight)
			file_close_last(j);
		*found += good;
	}
	return r;
}

int shared_verify(struct job *j)
{
	uint64_t wanted = blocks(j), found = 0;
	bool last = false;
	int r;

	switch (j->c->op->play) {
	case PLAY_HANDOFF:
		r = block_expect(j, 0,
				 wanted * j->c->clients * j->c->block_bytes,
				 &last);
		found = last ? wanted : 0;
		break;
	case PLAY_APPEND:
		r = appends_find(j, &found);
		break;
	default:
		r = blocks_find(j, &found);
	}
	if (r == 0 && found != wanted)
		r = err_set(&j->err, -EILSEQ,
			    "%s: only the first %llu of %llu blocks are what "
			    "was written",
			    j->label, (unsigned long long)found,
			    (unsigned long long)wanted);
	j->verified = r == 0;
	if (r == 0)
		j->verified_bytes =
			(j->c->op->play == PLAY_HANDOFF ? 1 : wanted) *
			j->c->block_bytes;
	return r < 0 ? err_wrap(&j->err, r, "verify") : 0;
}

int shared_remove(struct job *j)
{
	return j->c->op->play == PLAY_CREATE ? folders_remove(j)
					     : plain_remove(j);
}
