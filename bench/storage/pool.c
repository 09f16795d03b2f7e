/* Threads that make a synchronous call asynchronous. At depth 1 there is no
 * thread: the call happens inside submit, as in any simple program. */
#include "storage/storage.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct sync_pool {
	int64_t (*fn)(struct target *, struct op *);
	struct target *target;
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct op *head, *tail;
	bool stop;
	unsigned count;
	pthread_t threads[];
};

static struct op *next_op(struct sync_pool *p)
{
	struct op *op;

	pthread_mutex_lock(&p->lock);
	while (!p->head && !p->stop)
		pthread_cond_wait(&p->work, &p->lock);
	op = p->head;
	if (op) {
		p->head = op->next;
		if (!p->head)
			p->tail = NULL;
	}
	pthread_mutex_unlock(&p->lock);
	return op;
}

static void *pool_thread(void *arg)
{
	struct sync_pool *p = arg;
	struct op *op;

	while ((op = next_op(p)))
		op_done(op, p->fn(p->target, op));
	return NULL;
}

int sync_pool_start(struct sync_pool **out, unsigned depth,
		    int64_t (*fn)(struct target *, struct op *),
		    struct target *target, struct err *e)
{
	unsigned wanted = depth > 1 ? depth : 0;
	struct sync_pool *p;
	int r;

	p = calloc(1, sizeof(*p) + wanted * sizeof(p->threads[0]));
	if (!p)
		return err_sys(e, -ENOMEM, "start %u threads", wanted);
	p->fn = fn;
	p->target = target;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->work, NULL);
	while (p->count < wanted) {
		r = pthread_create(&p->threads[p->count], NULL, pool_thread, p);
		if (r != 0) {
			sync_pool_stop(p);
			return err_sys(e, -r, "start %u threads", wanted);
		}
		p->count++;
	}
	*out = p;
	return 0;
}

void sync_pool_submit(struct sync_pool *p, struct op *op)
{
	if (p->count == 0) {
		op_done(op, p->fn(p->target, op));
		return;
	}
	op->next = NULL;
	pthread_mutex_lock(&p->lock);
	if (p->tail)
		p->tail->next = op;
	else
		p->head = op;
	p->tail = op;
	pthread_cond_signal(&p->work);
	pthread_mutex_unlock(&p->lock);
}

void sync_pool_stop(struct sync_pool *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->stop = true;
	pthread_cond_broadcast(&p->work);
	pthread_mutex_unlock(&p->lock);
	for (unsigned i = 0; i < p->count; i++)
		pthread_join(p->threads[i], NULL);
	pthread_cond_destroy(&p->work);
	pthread_mutex_destroy(&p->lock);
	free(p);
}
