/* A limit on calls into Ceph's libraries that have none of their own. See
 * ceph.h. */
#include "storage/ceph/ceph.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "cleanup.h"

struct call {
	int (*fn)(void *);
	void *arg;
	int result;
	bool done, left; /* left: nobody waits any more */
	pthread_mutex_t lock;
	pthread_cond_t ended;
};

static struct call *call_new(int (*fn)(void *), void *arg)
{
	struct call *call = calloc(1, sizeof(*call));
	pthread_condattr_t attr;

	if (!call)
		return NULL;
	call->fn = fn;
	call->arg = arg;
	pthread_mutex_init(&call->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&call->ended, &attr);
	pthread_condattr_destroy(&attr);
	return call;
}

static void call_free(struct call *call)
{
	pthread_cond_destroy(&call->ended);
	pthread_mutex_destroy(&call->lock);
	free(call);
}

static void *call_thread(void *arg)
{
	struct call *call = arg;
	int r = call->fn(call->arg);
	bool left;

	pthread_mutex_lock(&call->lock);
	call->result = r;
	call->done = true;
	left = call->left;
	pthread_cond_signal(&call->ended);
	pthread_mutex_unlock(&call->lock);
	if (left)
		call_free(call);
	return NULL;
}

/* True when the call has ended; otherwise its thread is left behind. */
static bool call_wait(struct call *call, unsigned timeout_s)
{
	struct timespec end;
	bool done;
	int r = 0;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += timeout_s;
	pthread_mutex_lock(&call->lock);
	while (!call->done && r == 0)
		r = pthread_cond_timedwait(&call->ended, &call->lock, &end);
	done = call->done;
	call->left = !done;
	pthread_mutex_unlock(&call->lock);
	return done;
}

int cluster_call(struct cluster *c, int (*fn)(void *), void *arg)
{
	struct call *call = call_new(fn, arg);
	pthread_t thread;
	int r;

	if (!call)
		return -ENOMEM;
	r = pthread_create(&thread, NULL, call_thread, call);
	if (r != 0) {
		call_free(call);
		return -r;
	}
	if (!call_wait(call, c->timeout_s)) {
		c->lost = true;
		pthread_detach(thread);
		return -ETIMEDOUT;
	}
	pthread_join(thread, NULL);
	r = call->result;
	call_free(call);
	return r;
}
