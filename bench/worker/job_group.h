/* The jobs of a case, taken through their steps side by side and watched: a
 * step in which nothing completes for the time limit ends, even when a
 * library never returns. */
#pragma once

#include "job/job_kinds.h"
#include "team.h"

struct job_group_step {
	struct job_group *group;
	struct job *job;
	int (*fn)(struct job *);
	pthread_t thread;
};

struct job_group {
	const struct bench_case *c;
	struct job *jobs;	      /* c->jobs of them */
	struct job_group_step *steps; /* the running step of each */
	struct team *team;	      /* is told how far it is */

	struct start_line start;
	uint64_t begin_ns; /* not before: when other clients begin, too */
	_Atomic uint64_t progress;
	uint64_t progress_seen, progress_at_ns;
	pthread_mutex_t lock;
	pthread_cond_t finished;
	unsigned running;
};

int job_group_open(struct job_group *w, const struct bench_case *c,
		   const struct storage_ops *ops, struct team *team,
		   struct err *e);

/* Runs one step of all jobs. The first job's failure is returned. After
 * -ETIMEDOUT threads may be left behind: only _exit() may follow a failure. */
int job_group_run(struct job_group *w, const char *what,
		  int (*fn)(struct job *), struct err *e);

void job_group_close(struct job_group *w);
