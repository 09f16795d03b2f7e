/* See start_line.h. */
#include "start_line.h"

#include <errno.h>
#include <sched.h>
#include <time.h>

#include "units.h"

/* Until each has woken from the barrier and sleeps again. */
#define SOON_NS UINT64_C(1000000)
#define SOON_EACH_NS UINT64_C(50000)

void start_line_init(struct start_line *l, unsigned jobs)
{
	l->jobs = jobs;
	pthread_barrier_init(&l->here, NULL, jobs);
	pthread_barrier_init(&l->told, NULL, jobs);
}

static void sleep_until(uint64_t at_ns)
{
	const struct timespec at = {.tv_sec = (time_t)(at_ns / 1000000000u),
				    .tv_nsec = (long)(at_ns % 1000000000u)};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) ==
	       EINTR)
		;
}

/* With more jobs or clients than processors some would begin only when the time
 * slice of others is over: where that is allowed, whoever wakes goes before
 * those who work already; then it lets others begin. */
uint64_t start_line_wait(struct start_line *l, uint64_t at_ns)
{
	const struct sched_param ahead = {.sched_priority = 1};
	struct sched_param own = {.sched_priority = 0};
	int policy = -1;
	uint64_t began;

	if (l->jobs == 1 && at_ns == 0)
		return now_ns();
	if (sched_getparam(0, &own) == 0)
		policy = sched_getscheduler(0);
	if (policy >= 0 && sched_setscheduler(0, SCHED_FIFO, &ahead) < 0)
		policy = -1;
	if (pthread_barrier_wait(&l->here) == PTHREAD_BARRIER_SERIAL_THREAD)
		l->at_ns = at_ns ? at_ns
				 : now_ns() + SOON_NS + l->jobs * SOON_EACH_NS;
	pthread_barrier_wait(&l->told);
	sleep_until(l->at_ns);
	began = now_ns();
	if (policy >= 0)
		sched_setscheduler(0, policy, &own);
	sched_yield();
	return began;
}
