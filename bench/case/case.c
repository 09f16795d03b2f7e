/* See case.h. */
#include "case.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "units.h"

#define BUFFERS_MAX (UINT64_C(4) << 30)

const struct bench_op bench_ops[] = {
	{"write", OP_WRITE, ORDER_SEQUENTIAL, false, PLAY_NONE, false},
	{"read", OP_READ, ORDER_SEQUENTIAL, true, PLAY_NONE, false},
	{"randwrite", OP_WRITE, ORDER_RANDOM, true, PLAY_NONE, false},
	{"randread", OP_READ, ORDER_RANDOM, true, PLAY_NONE, false},
	{"handoff", OP_WRITE, ORDER_SEQUENTIAL, true, PLAY_HANDOFF, false},
	{"append", OP_WRITE, ORDER_SEQUENTIAL, true, PLAY_APPEND, false},
	{"readwrite", OP_WRITE, ORDER_SEQUENTIAL, true, PLAY_READWRITE, false},
	{"create", OP_WRITE, ORDER_SEQUENTIAL, true, PLAY_CREATE, false},
	{"powercut", OP_WRITE, ORDER_SEQUENTIAL, false, PLAY_NONE, true},
	{.name = NULL},
};

const char *const case_cache_words[] = {
	[CACHE_NONE] = NULL,
	[CACHE_COLD] = "cold",
	[CACHE_WARM] = "warm",
};

const struct bench_op *bench_op_find(const char *name)
{
	for (const struct bench_op *op = bench_ops; op->name; op++)
		if (strcmp(op->name, name) == 0)
			return op;
	return NULL;
}

static int image_name(struct bench_case *c, struct err *e)
{
	const char *slash = strrchr(c->build, '/');
	char jobs[16] = "";

	if (c->jobs > 1)
		snprintf(jobs, sizeof(jobs), "-j%u", c->jobs);
	free(c->name);
	if (asprintf(&c->name, "%s/build%s/%s%s/%s", c->target,
		     c->cache == CACHE_WARM ? "-warm" : "",
		     slash ? slash + 1 : c->build, jobs, c->home) >= 0)
		return 0;
	c->name = NULL;
	return err_sys(e, -ENOMEM, "name a case");
}

int case_name(struct bench_case *c, struct err *e)
{
	char size[SIZE_TEXT_MAX], block[SIZE_TEXT_MAX], ops[40] = "";
	char clients[40] = "";
	const char *cache = case_cache_words[c->cache];

	if (c->engine)
		return image_name(c, e);
	if (c->ops)
		snprintf(ops, sizeof(ops), "/n%llu",
			 (unsigned long long)c->ops);
	if (c->clients > 1)
		snprintf(clients, sizeof(clients), "/c%un%u", c->clients,
			 c->nodes);
	free(c->name);
	if (asprintf(&c->name, "%s/%s%s%s/%s/b%s/d%u/j%u%s%s%s%s%s%s",
		     c->target, c->op->name, cache ? "-" : "",
		     cache ? cache : "", size_format(c->size_bytes, size),
		     size_format(c->block_bytes, block), c->depth, c->jobs, ops,
		     clients, c->one_folder || c->one_file ? "/shared" : "",
		     c->next ? "/next" : "", c->flock ? "/flock" : "",
		     c->zero ? "/zero" : "") < 0) {
		c->name = NULL;
		return err_sys(e, -ENOMEM, "name a case");
	}
	return 0;
}

int case_check(const struct bench_case *c, struct err *e)
{
	if (c->size_bytes % c->block_bytes != 0 && c->op->play)
		return err_set(e, -EINVAL,
			       "op %s does a whole block each time: its size "
			       "must be a multiple of the block",
			       c->op->name);
	if (c->depth < 1 || c->depth > CASE_DEPTH_MAX)
		return err_set(e, -EINVAL, "depth is not in 1..%u",
			       CASE_DEPTH_MAX);
	if (c->jobs < 1 || c->jobs > CASE_JOBS_MAX)
		return err_set(e, -EINVAL, "jobs is not in 1..%u",
			       CASE_JOBS_MAX);
	if (c->block_bytes > BUFFERS_MAX / c->depth / c->jobs)
		return err_set(e, -EINVAL,
			       "block x depth x jobs is more than 4G");
	if (c->clients < 1 || c->clients > CASE_CLIENTS_MAX)
		return err_set(e, -EINVAL, "clients is not in 1..%u",
			       CASE_CLIENTS_MAX);
	if (c->size_bytes > INT64_MAX / c->jobs / c->clients)
		return err_set(e, -EINVAL,
			       "size x jobs x clients does not fit 63 bits");
	if (c->nodes < 1 || c->nodes > c->clients)
		return err_set(e, -EINVAL, "nodes is not in 1..clients");
	if (c->op->play && (c->depth > 1 || c->jobs > 1 || c->zero))
		return err_set(e, -EINVAL,
			       "op %s has depth 1, one job and random data",
			       c->op->name);
	if (c->op->cut && (c->jobs > 1 || c->clients > 1 || c->zero))
		return err_set(e, -EINVAL,
			       "op %s has one client, one job and random data",
			       c->op->name);
	if (c->one_folder && c->op->play != PLAY_CREATE)
		return err_set(e, -EINVAL, "folder is for op create only");
	if (c->one_file && (c->op->play || c->op->cut))
		return err_set(e, -EINVAL, "file is for reads and writes only");
	if (c->flock && !case_lockable(c))
		return err_set(e, -EINVAL,
			       "lock is for op handoff, append and readwrite");
	if (c->op->kind == OP_READ && c->cache == CACHE_NONE)
		return err_set(e, -EINVAL, "a read needs cache = cold or warm");
	if (c->op->kind != OP_READ && c->cache != CACHE_NONE)
		return err_set(e, -EINVAL, "cache is for reads only");
	if (c->next && (c->op->kind != OP_READ || c->op->play))
		return err_set(e, -EINVAL, "reads is for reads only");
	if (c->series && (c->clients > 1 || c->op->play))
		return err_set(e, -EINVAL,
			       "series is for reads and writes of one client");
	return 0;
}

static bool text_copy(char **to, const char *from)
{
	*to = from ? strdup(from) : NULL;
	return !from || *to;
}

int case_copy(struct bench_case **out, const struct bench_case *from,
	      struct err *e)
{
	struct bench_case *c = calloc(1, sizeof(*c));
	bool whole;

	if (!c)
		return err_sys(e, -ENOMEM, "copy a case");
	*c = *from;
	c->options = json_incref(from->options);
	c->object = NULL;
	whole = text_copy(&c->name, from->name);
	whole = text_copy(&c->target, from->target) && whole;
	whole = text_copy(&c->driver, from->driver) && whole;
	whole = text_copy(&c->build, from->build) && whole;
	whole = text_copy(&c->base, from->base) && whole;
	whole = text_copy(&c->home, from->home) && whole;
	whole = text_copy(&c->home_path, from->home_path) && whole;
	whole = text_copy(&c->home_fstype, from->home_fstype) && whole;
	if (!whole) {
		case_free(c);
		return err_sys(e, -ENOMEM, "copy a case");
	}
	*out = c;
	return 0;
}

void case_free(struct bench_case *c)
{
	if (!c)
		return;
	free(c->name);
	free(c->target);
	free(c->driver);
	free(c->object);
	free(c->build);
	free(c->base);
	free(c->home);
	free(c->home_path);
	free(c->home_fstype);
	json_decref(c->options);
	free(c);
}
