/* See counter.h. */
#include "counter.h"

#include <errno.h>
#include <string.h>
#include <sys/param.h>
#include <time.h>

#include "cleanup.h"
#include "proc.h"
#include "case/record.h"
#include "units.h"

#define COMMAND_LIMIT_MS 60000
#define IDLE_MS 100 /* what others read is counted for so long */

static bool counts(const struct measurement *m)
{
	return m->c->op && m->c->op->kind == OP_READ && m->t->disk_reads;
}

/* What the site's command says the servers have read from disk so far. */
static bool counter_read(struct measurement *m, uint64_t *bytes)
{
	cleanup_free char *text = NULL;

	if (proc_capture(m->t->disk_reads, COMMAND_LIMIT_MS, &text,
			 &m->counter) < 0)
		return false;
	text[strcspn(text, "\n")] = '\0';
	if (count_parse(text, 0, UINT64_MAX >> 1, bytes) == 0)
		return true;
	err_set(&m->counter, -EINVAL, "%s: printed no number",
		m->t->disk_reads);
	return false;
}

/* It does not when servers were started anew in the middle. */
static bool counter_grows(struct measurement *m, uint64_t from, uint64_t to)
{
	if (to >= from)
		return true;
	err_set(&m->counter, -EINVAL, "%s: went back from %llu to %llu",
		m->t->disk_reads, (unsigned long long)from,
		(unsigned long long)to);
	return false;
}

/* Nothing of ours reads: from *from on, until *to is asked for. */
static bool others_count(struct measurement *m, uint64_t from, uint64_t from_ns,
			 uint64_t *to)
{
	const struct timespec idle = {.tv_nsec = IDLE_MS * 1000000L};
	double took_ns;

	nanosleep(&idle, NULL);
	took_ns = (double)(now_ns() - from_ns);
	if (!counter_read(m, to) || !counter_grows(m, from, *to))
		return false;
	m->others_Bps =
		MAX(m->others_Bps, (double)(*to - from) * 1e9 / took_ns);
	return true;
}

void counter_begin(struct measurement *m)
{
	uint64_t first = 0, first_ns = now_ns();

	m->others_Bps = 0;
	m->counted = counts(m) && counter_read(m, &first);
	m->read_before = first;
	if (m->counted && m->c->cache == CACHE_COLD)
		m->counted = others_count(m, first, first_ns, &m->read_before);
	m->read_at_ns = now_ns();
}

/* Servers read ahead for a while after the last answer. */
void counter_end(struct measurement *m)
{
	const struct timespec settle = {.tv_nsec = IDLE_MS * 1000000L};
	uint64_t from, from_ns, to;

	m->counted = m->counted && counter_read(m, &m->read_after) &&
		     counter_grows(m, m->read_before, m->read_after);
	m->read_until_ns = now_ns();
	if (!m->counted || m->c->cache != CACHE_COLD)
		return;
	nanosleep(&settle, NULL);
	from_ns = now_ns();
	m->counted =
		counter_read(m, &from) && others_count(m, from, from_ns, &to);
}

void counter_record(struct measurement *m)
{
	double window_ns = (double)(m->read_until_ns - m->read_at_ns);

	if (m->counted) {
		record_cold(m->record, "command",
			    m->read_after - m->read_before);
		if (m->c->cache == CACHE_COLD)
			record_cold_more(
				m->record, "others_bytes",
				(uint64_t)(m->others_Bps * window_ns / 1e9));
	} else if (counts(m) && m->counter.msg[0]) {
		record_fail(m->record, "invalid", m->counter.msg);
	}
}
