/* See times.h. */
#include "times.h"

#include <sys/param.h>

#include "case/record.h"

static uint64_t timeval_ns(struct timeval tv)
{
	return (uint64_t)tv.tv_sec * 1000000000u + (uint64_t)tv.tv_usec * 1000u;
}

void record_cpu(json_t *record, const struct rusage *a, const struct rusage *b)
{
	record_set_count(record, "cpu_user_ns",
			 timeval_ns(b->ru_utime) - timeval_ns(a->ru_utime));
	record_set_count(record, "cpu_sys_ns",
			 timeval_ns(b->ru_stime) - timeval_ns(a->ru_stime));
	record_set_count(record, "rss_peak_bytes",
			 (uint64_t)b->ru_maxrss * 1024u);
}

void record_times(json_t *record, const struct job_group *w)
{
	uint64_t last_start = 0, bytes = 0;
	uint64_t start = UINT64_MAX, io_end = 0, sync_end = 0, open_ns = 0;
	struct latency *all = w->jobs[0].latency;
	struct series *series = w->jobs[0].series;

	for (unsigned i = 0; i < w->c->jobs; i++) {
		const struct job *j = &w->jobs[i];

		start = j->start_at_ns < start ? j->start_at_ns : start;
		bytes += job_bytes(j);
		last_start = MAX(last_start, j->start_at_ns);
		io_end = j->io_end_at_ns > io_end ? j->io_end_at_ns : io_end;
		sync_end = j->sync_end_at_ns > sync_end ? j->sync_end_at_ns
							: sync_end;
		open_ns = j->open_ns > open_ns ? j->open_ns : open_ns;
		if (i > 0)
			latency_merge(all, j->latency);
		if (i > 0 && series)
			series_merge(series, j->series);
	}
	/* of several clients: until their clocks are known */
	if (w->c->clients > 1)
		record_set_count(record, "start_at_ns", start);
	record_set_count(record, "bytes", bytes);
	record_set_count(record, "open_ns", open_ns);
	if (w->c->jobs > 1)
		record_set_count(record, "job_skew_ns", last_start - start);
	record_set_count(record, "io_ns", io_end - start);
	record_set_count(record, "sync_ns",
			 w->c->op->kind == OP_WRITE ? sync_end - io_end : 0);
	record_latency(record, all);
	if (series)
		record_series(record, series);
}
