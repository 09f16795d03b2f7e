/* See job_kinds.h. */
#include "job_kinds.h"

#include "job_plain.h"
#include "job_powercut.h"
#include "job_shared.h"
#include "units.h"

static const struct job_kind plain = {
	.create = plain_create,
	.open = plain_open,
	.run = plain_run,
	.verify = plain_verify,
	.remove = plain_remove,
};

static const struct job_kind shared = {
	.create = shared_create,
	.open = shared_open,
	.run = shared_run,
	.verify = shared_verify,
	.remove = shared_remove,
};

static const struct job_kind powercut = {
	.create = plain_create,
	.open = powercut_open,
	.run = plain_run,
	.after_sync = powercut_after_sync,
	.verify = plain_verify,
	.close = powercut_close,
	.remove = powercut_remove,
	.survey = powercut_survey,
	.survey_record = powercut_record,
};

const struct job_kind *job_kind_of(const struct bench_op *op)
{
	return op->play ? &shared : op->cut ? &powercut : &plain;
}

int job_timed(struct job *j)
{
	int r;

	j->start_at_ns = start_line_wait(j->start, *j->begin_ns);
	if (j->series)
		series_start(j->series, j->start_at_ns);
	r = j->kind->run(j);
	j->io_end_at_ns = now_ns();
	/* Files that are closed already have been flushed. */
	if (r == 0 && j->c->op->kind == OP_WRITE && j->target)
		r = stream_flush(&j->stream, &j->err);
	j->sync_end_at_ns = now_ns();
	return r == 0 && j->kind->after_sync ? j->kind->after_sync(j) : r;
}

int job_close(struct job *j)
{
	uint64_t before = now_ns();

	job_target_close(j);
	if (j->kind->close)
		j->kind->close(j);
	if (!j->close_ns) /* of what was measured: see job_verify.c */
		j->close_ns = now_ns() - before;
	return 0;
}
