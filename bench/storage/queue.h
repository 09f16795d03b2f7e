/* Completed operations on their way back to the engine, from any thread. */
#pragma once

#include <pthread.h>

#include "storage.h"

struct op_queue {
	pthread_mutex_t lock;
	pthread_cond_t filled;
	bool waiting;
	struct op *head, *tail;
};

void queue_init(struct op_queue *q);
void queue_destroy(struct op_queue *q);

/* All completed operations in the order of their completion, linked by
 * ->next; NULL when there are none after timeout_ms (0: do not wait). */
struct op *queue_take(struct op_queue *q, int timeout_ms);
