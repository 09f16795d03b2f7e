/* Reading back what a case wrote or read, and checking it: the pieces of the
 * file in random order, every byte of each, until all are done or it has taken
 * as long as the case itself. A write is read back past this host's caches.
 * See job_plain.h. */
#include <sys/param.h>

#include "job_plain.h"
#include "rng.h"
#include "units.h"

#define PIECE_BYTES (UINT64_C(1) << 20)
#define LEAST_BLOCKS 16u /* whatever that costs */

/* What answers a read after a flush and with this host's caches dropped. */
static const char *source_of(struct job *j)
{
	bool local = j->ops->reads_disk && j->ops->reads_disk(j->target);
	uint64_t base = job_base_bytes(j), held;

	if (j->ops->resident &&
	    (j->ops->resident(j->target, base, j->c->size_bytes, &held) < 0 ||
	     held > j->c->size_bytes / 20))
		return "cache";
	return local ? "storage" : "servers";
}

/* A driver that cannot empty its cache forgets it with its connection. */
static int cache_leave(struct job *j)
{
	uint64_t before = now_ns();
	int r;

	if (j->ops->drop_caches)
		return j->ops->drop_caches(j->target, &j->err);
	job_target_close(j);
	j->close_ns = now_ns() - before;
	r = job_target_open(j, STORAGE_READ, j->c->block_bytes, j->c->depth);
	return r < 0 ? err_wrap(&j->err, r, "open again") : 0;
}

static int piece_check(struct job *j, const struct pass *all, uint64_t ops,
		       uint64_t i)
{
	struct pass pass = *all;
	int r;

	pass.first = i * ops;
	pass.count = MIN(ops, all->count - pass.first);
	r = stream_run(&j->stream, &pass, &j->err);
	for (uint64_t k = 0; r == 0 && k < pass.count; k++)
		j->verified_bytes +=
			stream_op_bytes(&j->stream, &pass, pass.first + k);
	return r;
}

static int pieces_check(struct job *j, const struct pass *all)
{
	uint64_t ops = MAX(PIECE_BYTES / j->c->block_bytes, 1);
	uint64_t pieces = howmany(all->count, ops);
	uint64_t least = howmany(LEAST_BLOCKS, ops);
	const struct order order = {ORDER_SAMPLE, pieces,
				    rng_mix(j->c->seed, 5000)};
	uint64_t now = now_ns(), end = now + (now - j->case_at_ns);
	int r = 0;

	for (uint64_t i = 0; r == 0 && i < pieces; i++) {
		if (i >= least && !j->c->verify_all && now_ns() > end)
			break;
		r = piece_check(j, all, ops, order_block(&order, i));
	}
	return r;
}

int plain_verify(struct job *j)
{
	struct pattern data = job_new_data(j);
	struct pass pass = job_timed_pass(j, &data);
	bool wrote = pass.kind == OP_WRITE;
	int r = 0;

	if (j->ops->caps & STORAGE_NO_DATA)
		return 0;
	pass.kind = OP_READ;
	pass.check = CHECK_ALL;
	pass.latency = NULL;
	if (pass.count == pass.order.blocks) /* all of it, in any order */
		pass.order.kind = ORDER_SEQUENTIAL;
	if (wrote)
		r = cache_leave(j);
	if (r == 0 && wrote)
		j->verified_from = source_of(j);
	if (r == 0)
		r = pieces_check(j, &pass);
	j->verified = r == 0;
	return r < 0 ? err_wrap(&j->err, r, "verify") : 0;
}
