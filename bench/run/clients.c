/* See clients.h. */
#include "clients.h"

#include <errno.h>
#include <string.h>

#include "cleanup.h"
#include "case/clock.h"
#include "launch.h"
#include "case/record.h"

#define WORDS_MS 200

struct party {
	const struct clients *all;
	unsigned count, started; /* launches; one of them can be many clients */
	struct launch *launches;
	json_t **records;
	struct clock_offset *clocks;
};

static int client_error(const struct party *p, unsigned i, int r, struct err *e)
{
	return p->count > 1 && r != -EINTR ? err_wrap(e, r, "client %u", i) : r;
}

static int start(struct party *p, const json_t *phases, unsigned ranks,
		 struct err *e)
{
	for (unsigned i = 0; i < p->count; i++) {
		struct launch *l = &p->launches[i];
		int r;

		*l = (struct launch){
			.proc = PROC_NONE,
			.on_progress = p->all->on_progress,
			.arg = p->all->arg,
		};
		p->all->c->client = i;
		p->started++;
		r = launch_start(l, p->all->t, p->all->c, phases, ranks, e);
		if (r < 0)
			return client_error(p, i, r, e);
	}
	return 0;
}

/* What one says next: a stage, or its record, which is kept. */
static int hear(struct party *p, unsigned i, const char **stage, struct err *e)
{
	const char *words;
	char *line;
	int r = launch_line(&p->launches[i], &line, e);

	*stage = NULL;
	if (r < 0)
		return r;
	if (strcmp(line, "ready") == 0)
		*stage = "ready";
	if (strcmp(line, "timed") == 0)
		*stage = "timed";
	if (*stage)
		return 0;
	p->records[i] = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
	if (record_is_of(p->records[i], p->all->c))
		return 0;
	words = launch_words(&p->launches[i], WORDS_MS);
	return err_set(e, -EPROTO, "the worker said: %.100s%s%.500s", line,
		       *words ? ": " : "", words);
}

/* As late as can be: clocks drift. */
static int clocks_read(struct party *p, struct err *e)
{
	for (unsigned i = 0; p->count > 1 && i < p->count; i++) {
		int r = launch_clock(&p->launches[i], &p->clocks[i], e);

		if (r < 0)
			return client_error(p, i, r, e);
	}
	return 0;
}

static int go(struct party *p, const char *stage, struct err *e)
{
	int r;

	if (p->all->on_stage)
		p->all->on_stage(stage, p->all->arg);
	r = strcmp(stage, "ready") == 0 ? clocks_read(p, e) : 0;
	for (unsigned i = 0; r == 0 && i < p->count; i++) {
		r = launch_go(&p->launches[i], e);
		if (r < 0)
			return client_error(p, i, r, e);
	}
	return r;
}

/* From one stage to the next. 1: all are at it; 0: there are records. */
static int meet(struct party *p, struct err *e)
{
	const char *stage = NULL;
	bool together = true;
	int r;

	for (unsigned i = 0; i < p->count; i++) {
		const char *said;

		r = hear(p, i, &said, e);
		if (r < 0)
			return client_error(p, i, r, e);
		together = together && said &&
			   (!stage || strcmp(said, stage) == 0);
		stage = said;
	}
	if (!together || !stage)
		return 0;
	r = go(p, stage, e);
	return r < 0 ? r : 1;
}

static void party_end(struct party *p)
{
	for (unsigned i = 0; i < p->started; i++) {
		launch_close(&p->launches[i]);
		json_decref(p->records[i]);
	}
	free(p->launches);
	free(p->records);
	free(p->clocks);
}

int clients_run(const struct clients *all, json_t *phases, unsigned count,
		json_t **record, struct err *e)
{
	struct party p = {.all = all, .count = all->t->ranked ? 1 : count};
	int r = 0;

	p.launches = calloc(p.count, sizeof(*p.launches));
	p.records = calloc(p.count, sizeof(json_t *));
	p.clocks = calloc(p.count, sizeof(*p.clocks));
	if (!p.launches || !p.records || !p.clocks)
		r = err_sys(e, -ENOMEM, "start %u clients", count);
	if (r == 0)
		r = start(&p, phases, count, e);
	while (r == 0 || r == 1) {
		r = meet(&p, e);
		if (r == 0) {
			*record = record_gather(p.records, p.clocks, p.count);
			if (all->on_record)
				r = all->on_record(*record, all->arg, e);
			break;
		}
	}
	party_end(&p);
	json_decref(phases);
	all->c->client = 0;
	return r;
}
