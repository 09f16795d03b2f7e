/* See measure.h. */
#include "measure.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "clients.h"
#include "counter.h"
#include "launch.h"
#include "case/record.h"
#include "units.h"

#define COMMAND_LIMIT_MS 60000

static void on_progress(uint64_t operations, void *arg)
{
	struct measurement *m = arg;

	if (m->on_progress)
		m->on_progress(operations, m->arg);
}

static int caches_drop(struct measurement *m, struct err *e)
{
	cleanup_free char *text = NULL;
	uint64_t before = now_ns();
	int r = proc_capture(m->t->drop, COMMAND_LIMIT_MS, &text, e);

	*m->drop_ns = now_ns() - before;
	return r < 0 ? err_wrap(e, r, "empty the servers' caches") : 0;
}

/* What was written is read back from storage, not from the servers' memory,
 * where to empty that takes no longer than the case has taken so far. Ranks
 * that wait for the first of them do not wait for that. */
static void written_leave_caches(struct measurement *m)
{
	bool writes = m->c->op && m->c->op->kind == OP_WRITE && !m->c->op->cut;
	struct err e;

	if (writes && m->t->drop && !m->t->ranked &&
	    *m->drop_ns < now_ns() - m->began_ns)
		m->dropped = caches_drop(m, &e) == 0;
}

/* The servers' counter is read while all clients wait. */
static void on_stage(const char *stage, void *arg)
{
	struct measurement *m = arg;

	if (strcmp(stage, "ready") == 0) {
		counter_begin(m);
		return;
	}
	counter_end(m);
	written_leave_caches(m);
}

static bool record_is(const json_t *record, const char *status)
{
	const char *s = json_string_value(json_object_get(record, "status"));

	return s && strcmp(s, status) == 0;
}

static bool record_failed(const json_t *record)
{
	return !record_is(record, "ok") && !record_is(record, "invalid");
}

/* The moment the sync has returned, all files still open. */
static int on_record(const json_t *record, void *arg, struct err *e)
{
	struct measurement *m = arg;

	return record_failed(record) ? 0 : power_cut(&m->power, m->t, e);
}

/* Runs some phases (a JSON array, stolen) of the case. 0 with m->record set.
 * What the clients share is created and removed by the first of them. */
static int workers_run(struct measurement *m, json_t *phases, struct err *e)
{
	const char *first = json_string_value(json_array_get(phases, 0));
	bool measures = strcmp(first, "measure") == 0;
	const struct clients all = {
		.t = m->t,
		.c = m->c,
		.on_progress = on_progress,
		.on_stage = on_stage,
		.on_record = m->c->op && m->c->op->cut && measures ? on_record
								   : NULL,
		.arg = m,
	};
	bool one =
		(case_shared(m->c) && !measures && strcmp(first, "prepare")) ||
		strcmp(first, "describe") == 0;

	json_decref(steal_pointer(&m->record));
	return clients_run(&all, phases, one ? 1 : m->c->clients, &m->record,
			   e);
}

/* A phase in workers of its own. 1 when its record says that it failed. */
static int phase(struct measurement *m, const char *name, struct err *e)
{
	int r = workers_run(m, json_pack("[s]", name), e);

	return r == 0 && record_failed(m->record) ? 1 : r;
}

int case_describe(struct measurement *m, struct err *e)
{
	const char *reason;
	int r = workers_run(m, json_pack("[s]", "describe"), e);

	if (r < 0 || !record_failed(m->record))
		return r;
	reason = json_string_value(
		json_array_get(json_object_get(m->record, "reasons"), 0));
	return err_set(e, -EIO, "%s", reason ? reason : "no reason given");
}

/* In another worker than the one that measured, whose record stays. */
static int remove_after(struct measurement *m, struct err *e)
{
	json_t *measured = steal_pointer(&m->record);
	int r = phase(m, "remove", e);

	if (r == 0) {
		json_decref(m->record);
		m->record = steal_pointer(&measured);
	}
	json_decref(measured);
	return r;
}

/* Whatever came of the cut, what was cut comes back. */
static int measure_cut(struct measurement *m, struct err *e)
{
	json_t *measured;
	struct err why;
	int back;
	int r = workers_run(m, json_pack("[s]", "measure"), e);

	if (!m->power.off)
		return r;
	back = power_return(&m->power, m->t, r < 0 ? &why : e);
	if (r < 0 || back < 0)
		return r < 0 ? r : back;
	measured = steal_pointer(&m->record);
	r = workers_run(m, json_pack("[s]", "survey"), e);
	if (r == 0 && !record_failed(m->record)) {
		power_record(measured, m->record, &m->power, m->t);
		json_decref(m->record);
		m->record = steal_pointer(&measured);
	}
	json_decref(measured);
	if (r < 0 || record_failed(m->record))
		return r;
	if (record_is(m->record, "ok"))
		return m->t->keep ? 0 : remove_after(m, e);
	leftovers_remove(m); /* in a file system that may be damaged */
	return 0;
}

/* Data that was prepared may be in the cache of the worker that wrote it: a
 * cold read, and one of another client's data, has workers of its own. What
 * clients share is there before the first comes and after the last. */
static int measure(struct measurement *m, struct err *e)
{
	const struct bench_case *c = m->c;
	bool shared = case_shared(c), keep = m->t->keep;
	bool apart = shared || c->next || c->cache == CACHE_COLD;
	json_t *phases;
	int r;

	if (c->op && c->op->cut)
		return measure_cut(m, e);
	r = shared ? phase(m, "create", e) : 0;
	if (r == 0 && apart && case_prepares(c))
		r = phase(m, "prepare", e);
	if (r == 0 && c->cache == CACHE_COLD && m->t->drop)
		r = caches_drop(m, e);
	if (r != 0)
		return r;
	phases = apart ? json_pack("[s]", "measure")
		       : json_pack("[ss]", "prepare", "measure");
	if (!shared && !keep)
		json_array_append_new(phases, json_string("remove"));
	r = workers_run(m, phases, e);
	if (r < 0 || !shared || keep || record_failed(m->record))
		return r;
	return remove_after(m, e);
}

void leftovers_remove(struct measurement *m)
{
	json_t *kept = steal_pointer(&m->record);
	sig_atomic_t interrupted = launch_interrupted;
	char why[sizeof(((struct err *)0)->msg) + 64];
	const char *reason;
	struct err e;

	if (m->t->keep) {
		m->record = kept;
		return;
	}
	launch_interrupted = 0;
	if (workers_run(m, json_pack("[s]", "remove"), &e) == 0 &&
	    record_failed(m->record)) {
		reason = json_string_value(json_array_get(
			json_object_get(m->record, "reasons"), 0));
		err_set(&e, -EIO, "%s", reason ? reason : "no reason given");
	} else if (m->record) {
		e.msg[0] = '\0';
	}
	if (e.msg[0] && kept) {
		snprintf(why, sizeof(why), "may have left %s: %s", m->c->object,
			 e.msg);
		record_reason(kept, why);
	}
	if (interrupted)
		launch_interrupted = interrupted;
	json_decref(m->record);
	m->record = kept;
}

static void record_finish(struct measurement *m)
{
	json_t *record = m->record;
	const char *from =
		json_string_value(json_object_get(record, "verified_from"));

	json_object_set(record, "limits", m->t->limits);
	if (m->t->is_limit)
		json_object_set_new(record, "role", json_string("limit"));
	record_set_count(record, "case_ns", now_ns() - m->began_ns);
	if (from && m->dropped && strcmp(from, "servers") == 0)
		json_object_set_new(record, "verified_from",
				    json_string("storage"));
	if (!record_failed(record))
		counter_record(m);
	record_judge(record);
}

int case_measure(struct measurement *m)
{
	struct err e;
	int r;

	m->began_ns = now_ns();
	r = measure(m, &e);
	if (r < 0) {
		/* What the worker did not say, we say in its place. */
		json_decref(m->record);
		m->record = record_sample(m->c);
		record_fail(m->record, "failed", e.msg);
	}
	/* "foreign": an object of this name was there before the case. */
	if (record_failed(m->record) && !json_object_get(m->record, "foreign"))
		leftovers_remove(m);
	json_object_del(m->record, "foreign");
	if (launch_interrupted)
		return -EINTR;
	record_finish(m);
	return 0;
}
