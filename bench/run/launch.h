/* A worker process as the runner sees it, wherever it was launched: lines in,
 * lines out, a time limit on silence, and the last words of one that died. */
#pragma once

#include <jansson.h>
#include <signal.h>

#include "case/case.h"
#include "case/clock.h"
#include "proc.h"
#include "plan/site.h"

struct launch {
	struct proc proc;
	unsigned silence_s; /* longest time without a line */
	char *out;	    /* what has come but is no whole line yet */
	size_t out_len, out_cap;
	size_t cut;	     /* length of the line that was handed out last */
	char err_tail[2048]; /* the end of its standard error */
	void (*on_progress)(uint64_t operations, void *arg);
	void *arg;
};

/* Set by the program's signal handler: every wait ends with -EINTR. */
extern volatile sig_atomic_t launch_interrupted;

/* Starts `LAUNCH ie-bench worker` and hands it the case with these phases
 * (a JSON array). A case's client goes to the node that is its turn; where the
 * target's launch starts ranks, they are that many clients. The other members
 * of *l are the caller's. */
int launch_start(struct launch *l, const struct site_target *t,
		 const struct bench_case *c, const json_t *phases,
		 unsigned ranks, struct err *e);

/* The next line that is no progress (borrowed, until the next call). -EPIPE
 * when the worker ended, with how and its last words; -ETIMEDOUT after a
 * silence; -EINTR. */
int launch_line(struct launch *l, char **line, struct err *e);

/* What is to be told of its standard error, once it is not waited for any more
 * (borrowed); wait_ms: how long more may come. */
const char *launch_words(struct launch *l, int wait_ms);

/* How far the clock of a worker that is ready is from ours. */
int launch_clock(struct launch *l, struct clock_offset *o, struct err *e);

/* Lets it go on. */
int launch_go(struct launch *l, struct err *e);

/* Ends the worker with everything in its process group, within seconds. */
void launch_close(struct launch *l);
