/* See job_group.h. */
#include "job_group.h"

#include <errno.h>
#include <stdlib.h>

#include "units.h"

#define TICK_MS 200
#define GRACE_NS UINT64_C(2000000000) /* the drivers' own limits come first */

static void *step_thread(void *arg)
{
	struct job_group_step *s = arg;

	s->job->status = s->fn(s->job);
	pthread_mutex_lock(&s->group->lock);
	s->group->running--;
	pthread_cond_signal(&s->group->finished);
	pthread_mutex_unlock(&s->group->lock);
	return NULL;
}

/* Says how far it is; -ETIMEDOUT when nothing has completed for too long. */
static int tick(struct job_group *w)
{
	uint64_t limit = w->c->timeout_s * UINT64_C(1000000000) + GRACE_NS;
	uint64_t done = atomic_load(&w->progress);
	uint64_t now = now_ns();

	if (done != w->progress_seen) {
		w->progress_seen = done;
		w->progress_at_ns = now;
	}
	team_tick(w->team, done);
	return now - w->progress_at_ns > limit ? -ETIMEDOUT : 0;
}

static int steps_wait(struct job_group *w)
{
	struct timespec until;
	int r = 0;

	pthread_mutex_lock(&w->lock);
	while (w->running && r == 0) {
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_nsec += TICK_MS * 1000000L;
		if (until.tv_nsec >= 1000000000L) {
			until.tv_nsec -= 1000000000L;
			until.tv_sec++;
		}
		if (pthread_cond_timedwait(&w->finished, &w->lock, &until) ==
		    ETIMEDOUT)
			r = tick(w);
	}
	pthread_mutex_unlock(&w->lock);
	return r;
}

int job_group_run(struct job_group *w, const char *what,
		  int (*fn)(struct job *), struct err *e)
{
	unsigned n = w->c->jobs;

	w->progress_at_ns = now_ns();
	w->running = n;
	for (unsigned i = 0; i < n; i++) {
		struct job_group_step *s = &w->steps[i];

		s->group = w;
		s->job = &w->jobs[i];
		s->fn = fn;
		if (pthread_create(&s->thread, NULL, step_thread, s))
			return err_set(e, -EAGAIN, "%s: start %u threads", what,
				       n);
	}
	if (steps_wait(w) < 0)
		return err_set(e, -ETIMEDOUT,
			       "%s: %s: no progress within the time limit of "
			       "%u s",
			       w->c->target, what, w->c->timeout_s);
	for (unsigned i = 0; i < n; i++)
		pthread_join(w->steps[i].thread, NULL);
	for (unsigned i = 0; i < n; i++)
		if (w->jobs[i].status < 0) {
			*e = w->jobs[i].err;
			return w->jobs[i].status;
		}
	return 0;
}

int job_group_open(struct job_group *w, const struct bench_case *c,
		   const struct storage_ops *ops, struct team *team,
		   struct err *e)
{
	pthread_condattr_t attr;
	int r = 0;

	w->c = c;
	w->team = team;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&w->finished, &attr);
	pthread_condattr_destroy(&attr);
	pthread_mutex_init(&w->lock, NULL);
	start_line_init(&w->start, c->jobs);
	w->jobs = calloc(c->jobs, sizeof(*w->jobs));
	w->steps = calloc(c->jobs, sizeof(*w->steps));
	if (!w->jobs || !w->steps)
		return err_sys(e, -ENOMEM, "start %u jobs", c->jobs);
	for (unsigned i = 0; r == 0 && i < c->jobs; i++) {
		w->jobs[i].c = c;
		w->jobs[i].kind = job_kind_of(c->op);
		w->jobs[i].ops = ops;
		w->jobs[i].start = &w->start;
		w->jobs[i].begin_ns = &w->begin_ns;
		w->jobs[i].progress = &w->progress;
		w->jobs[i].case_at_ns = now_ns();
		w->jobs[i].index = i;
		r = job_init(&w->jobs[i], e);
	}
	return r;
}

void job_group_close(struct job_group *w)
{
	for (unsigned i = 0; w->jobs && i < w->c->jobs; i++)
		job_free(&w->jobs[i]);
	free(w->jobs);
	free(w->steps);
}
