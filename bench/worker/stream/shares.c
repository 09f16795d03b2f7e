/* See shares.h. */
#include "shares.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/param.h>

#include "units.h"

#define TAKE_BYTES                                                             \
	(64u << 10)  /* small operations are taken several at once             \
		      */
#define TELL_OPS 64u /* progress is told so often, or */
#define TELL_NS UINT64_C(10000000)

struct share {
	struct shares *all;
	pthread_t thread; /* not of the first: that is the caller's */
	unsigned char *buf;
	struct op op;
	uint64_t ended_ns, told_ns;
	unsigned untold; /* operations */
	struct latency latency;
	struct series series;
	int status;
	struct err err;
};

struct shares {
	struct stream *s;
	const struct pass *pass;
	uint64_t ready, take;
	_Atomic uint64_t next;
	_Atomic bool failed;

	pthread_mutex_t lock;
	pthread_cond_t begin, ended;
	unsigned pass_number, running, started;
	bool stop;
	struct share list[]; /* s->depth of them */
};

static void tell(struct share *h, bool now)
{
	if (++h->untold < TELL_OPS && !now &&
	    h->op.end_ns - h->told_ns < TELL_NS)
		return;
	atomic_fetch_add_explicit(h->all->s->progress, h->untold,
				  memory_order_relaxed);
	h->untold = 0;
	h->told_ns = h->op.end_ns;
}

static int one(struct share *h, uint64_t i)
{
	struct shares *all = h->all;
	struct stream *s = all->s;
	const struct pass *p = all->pass;
	struct op *op = &h->op;

	stream_op_set(s, p, all->ready, op, i, h->buf);
	op->start_ns = s->chained && h->ended_ns ? h->ended_ns : now_ns();
	s->ops->submit(s->target, op);
	h->ended_ns = op->end_ns;
	if (p->latency)
		latency_add(&h->latency, op->end_ns - op->start_ns);
	if (p->series)
		series_add(&h->series, op->end_ns, op->len);
	tell(h, false);
	return stream_op_judge(s, op, p, &h->err);
}

static void share_run(struct share *h)
{
	struct shares *all = h->all;
	const struct pass *p = all->pass;
	uint64_t end = p->first + p->count;
	uint64_t i, until;

	while (h->status == 0 &&
	       !atomic_load_explicit(&all->failed, memory_order_relaxed)) {
		i = atomic_fetch_add_explicit(&all->next, all->take,
					      memory_order_relaxed);
		until = MIN(i + all->take, end);
		if (i >= end)
			break;
		while (h->status == 0 && i < until)
			h->status = one(h, i++);
	}
	if (h->status < 0)
		atomic_store(&all->failed, true);
	h->untold--; /* tell() counts one */
	tell(h, true);
}

static void *share_thread(void *arg)
{
	struct share *h = arg;
	struct shares *all = h->all;
	unsigned seen = 0;

	pthread_mutex_lock(&all->lock);
	for (;;) {
		while (!all->stop && all->pass_number == seen)
			pthread_cond_wait(&all->begin, &all->lock);
		if (all->stop)
			break;
		seen = all->pass_number;
		pthread_mutex_unlock(&all->lock);
		share_run(h);
		pthread_mutex_lock(&all->lock);
		if (--all->running == 0)
			pthread_cond_signal(&all->ended);
	}
	pthread_mutex_unlock(&all->lock);
	return NULL;
}

int shares_open(struct shares **out, struct stream *s, struct err *e)
{
	struct shares *all =
		calloc(1, sizeof(*all) + s->depth * sizeof(all->list[0]));

	if (!all)
		return err_sys(e, -ENOMEM, "start %u threads", s->depth);
	all->s = s;
	pthread_mutex_init(&all->lock, NULL);
	pthread_cond_init(&all->begin, NULL);
	pthread_cond_init(&all->ended, NULL);
	for (unsigned i = 0; i < s->depth; i++) {
		struct share *h = &all->list[i];
		int r = 0;

		h->all = all;
		h->buf = s->arena.pieces[i].buf;
		if (i > 0)
			r = pthread_create(&h->thread, NULL, share_thread, h);
		if (r != 0) {
			shares_close(all);
			return err_sys(e, -r, "start %u threads", s->depth);
		}
		all->started++;
	}
	*out = all;
	return 0;
}

static void shares_prepare(struct shares *all, const struct pass *p)
{
	all->pass = p;
	all->ready = stream_ready_count(all->s, p);
	all->take = MAX(TAKE_BYTES / all->s->block_bytes, 1);
	all->take = MIN(all->take, MAX(p->count / all->s->depth, 1));
	atomic_store(&all->next, p->first);
	atomic_store(&all->failed, false);
	for (unsigned i = 0; i < all->s->depth; i++) {
		struct share *h = &all->list[i];

		h->status = 0;
		h->ended_ns = h->told_ns = 0;
		h->untold = 0;
		if (p->latency)
			h->latency = (struct latency){.total = 0};
		if (p->series)
			series_start(&h->series, p->series->start_ns);
	}
}

/* The first failure, in the order of the shares. */
static int shares_gather(struct shares *all, struct err *e)
{
	const struct pass *p = all->pass;
	int r = 0;

	for (unsigned i = 0; i < all->s->depth; i++) {
		struct share *h = &all->list[i];

		if (p->latency)
			latency_merge(p->latency, &h->latency);
		if (p->series)
			series_merge(p->series, &h->series);
		if (r == 0 && h->status < 0) {
			r = h->status;
			*e = h->err;
		}
	}
	return r;
}

int shares_run(struct shares *all, const struct pass *p, struct err *e)
{
	shares_prepare(all, p);
	all->s->inflight = 1; /* nothing is freed below their hands */
	if (all->s->depth > 1) {
		pthread_mutex_lock(&all->lock);
		all->running = all->s->depth - 1;
		all->pass_number++;
		pthread_cond_broadcast(&all->begin);
		pthread_mutex_unlock(&all->lock);
	}
	share_run(&all->list[0]);
	pthread_mutex_lock(&all->lock);
	while (all->running)
		pthread_cond_wait(&all->ended, &all->lock);
	pthread_mutex_unlock(&all->lock);
	all->s->inflight = 0;
	return shares_gather(all, e);
}

void shares_close(struct shares *all)
{
	if (!all)
		return;
	pthread_mutex_lock(&all->lock);
	all->stop = true;
	pthread_cond_broadcast(&all->begin);
	pthread_mutex_unlock(&all->lock);
	for (unsigned i = 1; i < all->started; i++)
		pthread_join(all->list[i].thread, NULL);
	pthread_cond_destroy(&all->begin);
	pthread_cond_destroy(&all->ended);
	pthread_mutex_destroy(&all->lock);
	free(all);
}
