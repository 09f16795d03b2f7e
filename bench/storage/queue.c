/* See queue.h. */
#include "queue.h"

#include <errno.h>
#include <time.h>

#include "units.h"

void queue_init(struct op_queue *q)
{
	pthread_condattr_t attr;

	*q = (struct op_queue){.head = NULL};
	pthread_mutex_init(&q->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&q->filled, &attr);
	pthread_condattr_destroy(&attr);
}

void queue_destroy(struct op_queue *q)
{
	pthread_cond_destroy(&q->filled);
	pthread_mutex_destroy(&q->lock);
}

void op_done(struct op *op, int64_t result)
{
	struct op_queue *q = op->queue;
	bool wake;

	op->result = result;
	op->end_ns = now_ns();
	if (!q)
		return; /* whoever submits waits for it */
	op->next = NULL;
	pthread_mutex_lock(&q->lock);
	if (q->tail)
		q->tail->next = op;
	else
		q->head = op;
	q->tail = op;
	wake = q->waiting;
	/* Under the lock: the queue may be gone once it is released. */
	if (wake)
		pthread_cond_signal(&q->filled);
	pthread_mutex_unlock(&q->lock);
}

static void wait_filled(struct op_queue *q, int timeout_ms)
{
	struct timespec end;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += timeout_ms / 1000;
	end.tv_nsec += (timeout_ms % 1000) * 1000000L;
	if (end.tv_nsec >= 1000000000L) {
		end.tv_nsec -= 1000000000L;
		end.tv_sec++;
	}
	q->waiting = true;
	while (!q->head)
		if (pthread_cond_timedwait(&q->filled, &q->lock, &end) ==
		    ETIMEDOUT)
			break;
	q->waiting = false;
}

struct op *queue_take(struct op_queue *q, int timeout_ms)
{
	struct op *all;

	pthread_mutex_lock(&q->lock);
	if (!q->head && timeout_ms > 0)
		wait_filled(q, timeout_ms);
	all = q->head;
	q->head = q->tail = NULL;
	pthread_mutex_unlock(&q->lock);
	return all;
}
