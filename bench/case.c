/* See case.h. */
#include "case.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "pattern.h"
#include "units.h"

#define BUFFERS_MAX (UINT64_C(4) << 30)
#define OBJECT_MAX_CHARS 150u

const struct bench_op bench_ops[] = {
	{"write", OP_WRITE, ORDER_SEQUENTIAL, false, PLAY_NONE},
	{"read", OP_READ, ORDER_SEQUENTIAL, true, PLAY_NONE},
	{"randwrite", OP_WRITE, ORDER_RANDOM, true, PLAY_NONE},
	{"randread", OP_READ, ORDER_RANDOM, true, PLAY_NONE},
	{"handoff", OP_WRITE, ORDER_SEQUENTIAL, true, PLAY_HANDOFF},
	{"append", OP_WRITE, ORDER_SEQUENTIAL, true, PLAY_APPEND},
	{"readwrite", OP_WRITE, ORDER_SEQUENTIAL, true, PLAY_READWRITE},
	{"create", OP_WRITE, ORDER_SEQUENTIAL, true, PLAY_CREATE},
	{.name = NULL},
};

static const char *const cache_words[] = {
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

int case_name(struct bench_case *c, struct err *e)
{
	char size[SIZE_TEXT_MAX], block[SIZE_TEXT_MAX], ops[40] = "";
	char clients[40] = "";
	const char *cache = cache_words[c->cache];

	if (c->ops)
		snprintf(ops, sizeof(ops), "/n%llu",
			 (unsigned long long)c->ops);
	if (c->clients > 1)
		snprintf(clients, sizeof(clients), "/c%un%u", c->clients,
			 c->nodes);
	free(c->name);
	if (asprintf(&c->name, "%s/%s%s%s/%s/b%s/d%u/j%u%s%s%s%s%s", c->target,
		     c->op->name, cache ? "-" : "", cache ? cache : "",
		     size_format(c->size_bytes, size),
		     size_format(c->block_bytes, block), c->depth, c->jobs, ops,
		     clients, c->one_folder ? "/shared" : "",
		     c->flock ? "/flock" : "", c->zero ? "/zero" : "") < 0) {
		c->name = NULL;
		return err_sys(e, -ENOMEM, "name a case");
	}
	return 0;
}

int case_check(const struct bench_case *c, struct err *e)
{
	if (c->block_bytes % PATTERN_PAGE != 0)
		return err_set(e, -EINVAL, "block is not a multiple of 4k");
	if (c->size_bytes % c->block_bytes != 0)
		return err_set(e, -EINVAL,
			       "size is not a multiple of the block size");
	if (c->depth < 1 || c->depth > CASE_DEPTH_MAX)
		return err_set(e, -EINVAL, "depth is not in 1..%u",
			       CASE_DEPTH_MAX);
	if (c->jobs < 1 || c->jobs > CASE_JOBS_MAX)
		return err_set(e, -EINVAL, "jobs is not in 1..%u",
			       CASE_JOBS_MAX);
	if (c->block_bytes > BUFFERS_MAX / c->depth / c->jobs)
		return err_set(e, -EINVAL,
			       "block x depth x jobs is more than 4G");
	if (c->size_bytes > INT64_MAX / c->jobs)
		return err_set(e, -EINVAL, "size x jobs does not fit 63 bits");
	if (c->clients < 1 || c->clients > CASE_CLIENTS_MAX)
		return err_set(e, -EINVAL, "clients is not in 1..%u",
			       CASE_CLIENTS_MAX);
	if (c->nodes < 1 || c->nodes > c->clients)
		return err_set(e, -EINVAL, "nodes is not in 1..clients");
	if (c->op->play && (c->depth > 1 || c->jobs > 1 || c->zero))
		return err_set(e, -EINVAL,
			       "op %s has depth 1, one job and random data",
			       c->op->name);
	if (c->one_folder && c->op->play != PLAY_CREATE)
		return err_set(e, -EINVAL, "folder is for op create only");
	if (c->flock && c->op->play != PLAY_APPEND)
		return err_set(e, -EINVAL, "lock is for op append only");
	if (c->op->kind == OP_READ && c->cache == CACHE_NONE)
		return err_set(e, -EINVAL, "a read needs cache = cold or warm");
	if (c->op->kind != OP_READ && c->cache != CACHE_NONE)
		return err_set(e, -EINVAL, "cache is for reads only");
	if (c->series && (c->clients > 1 || c->op->play))
		return err_set(e, -EINVAL,
			       "series is for reads and writes of one client");
	return 0;
}

static json_t *cache_to_json(enum cache_state cache)
{
	const char *word = cache_words[cache];

	return word ? json_string(word) : json_null();
}

json_t *case_to_json(const struct bench_case *c)
{
	json_t *j = json_pack(
		"{ss ss ss ss so sI sI sI sI sI ss ss sI sI sI sI sI sO}",
		"case", c->name, "target", c->target, "driver", c->driver, "op",
		c->op->name, "cache", cache_to_json(c->cache), "size_bytes",
		(json_int_t)c->size_bytes, "block_bytes",
		(json_int_t)c->block_bytes, "ops", (json_int_t)case_ops(c),
		"depth", (json_int_t)c->depth, "jobs", (json_int_t)c->jobs,
		"data", c->zero ? "zero" : "random", "verify",
		c->verify_all ? "all" : "sample", "timeout_s",
		(json_int_t)c->timeout_s, "seed", (json_int_t)c->seed,
		"session", (json_int_t)c->session, "block",
		(json_int_t)c->block, "position", (json_int_t)c->position,
		"options", c->options);

	if (c->object)
		json_object_set_new(j, "object", json_string(c->object));
	if (c->series)
		json_object_set_new(j, "over_time", json_true());
	if (c->clients > 1)
		json_object_update_new(
			j, json_pack("{sI sI sI}", "clients",
				     (json_int_t)c->clients, "nodes",
				     (json_int_t)c->nodes, "client",
				     (json_int_t)c->client));
	if (c->op->play == PLAY_APPEND)
		json_object_set_new(j, "lock",
				    json_string(c->flock ? "flock" : "none"));
	if (c->op->play == PLAY_CREATE)
		json_object_set_new(
			j, "folder",
			json_string(c->one_folder ? "shared" : "own"));
	return j;
}

static int get_text(const json_t *j, const char *key, char **out, struct err *e)
{
	const char *v = json_string_value(json_object_get(j, key));

	if (!v)
		return err_set(e, -EINVAL, "case: %s is not a string", key);
	*out = strdup(v);
	if (*out)
		return 0;
	err_sys(e, -ENOMEM, "case: %s", key);
	return -ENOMEM;
}

static int get_count(const json_t *j, const char *key, json_int_t min,
		     json_int_t max, uint64_t *out, struct err *e)
{
	const json_t *v = json_object_get(j, key);
	json_int_t n = json_integer_value(v);

	if (!json_is_integer(v) || n < min || n > max)
		return err_set(e, -EINVAL,
			       "case: %s is not a whole number in %lld..%lld",
			       key, (long long)min, (long long)max);
	*out = (uint64_t)n;
	return 0;
}

static int get_unsigned(const json_t *j, const char *key, json_int_t max,
			unsigned *out, struct err *e)
{
	uint64_t v;
	int r = get_count(j, key, 0, max, &v, e);

	if (r == 0)
		*out = (unsigned)v;
	return r;
}

/* One of two words; -EINVAL otherwise. */
static int get_flag(const json_t *j, const char *key, const char *no,
		    const char *yes, bool *out, struct err *e)
{
	const char *v = json_string_value(json_object_get(j, key));

	if (!v || (strcmp(v, no) != 0 && strcmp(v, yes) != 0))
		return err_set(e, -EINVAL, "case: %s is neither %s nor %s", key,
			       no, yes);
	*out = strcmp(v, yes) == 0;
	return 0;
}

static int get_cache(const json_t *j, enum cache_state *out, struct err *e)
{
	const json_t *v = json_object_get(j, "cache");
	bool warm = false;
	int r;

	*out = CACHE_NONE;
	if (!v || json_is_null(v))
		return 0;
	r = get_flag(j, "cache", "cold", "warm", &warm, e);
	*out = warm ? CACHE_WARM : CACHE_COLD;
	return r;
}

/* Drivers make paths and names of it. */
static int object_check(const char *object, struct err *e)
{
	static const char ok[] = "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

	if (*object && *object != '.' && strlen(object) <= OBJECT_MAX_CHARS &&
	    strspn(object, ok) == strlen(object))
		return 0;
	return err_set(e, -EINVAL,
		       "case: object is not of letters, digits, - _ and ., "
		       "at most %u",
		       OBJECT_MAX_CHARS);
}

static int get_op(const json_t *j, const struct bench_op **out, struct err *e)
{
	const char *v = json_string_value(json_object_get(j, "op"));

	*out = v ? bench_op_find(v) : NULL;
	if (!*out)
		return err_set(e, -EINVAL, "case: unknown op %s",
			       v ? v : "(none)");
	return 0;
}

static int get_numbers(struct bench_case *c, const json_t *j, struct err *e)
{
	const json_int_t big = INT64_MAX;
	const json_int_t many = INT32_MAX;
	int r;

	if ((r = get_count(j, "size_bytes", 1, big, &c->size_bytes, e)) < 0 ||
	    (r = get_count(j, "block_bytes", 1, big, &c->block_bytes, e)) < 0 ||
	    (r = get_count(j, "ops", 0, big, &c->ops, e)) < 0 ||
	    (r = get_count(j, "seed", 0, big, &c->seed, e)) < 0 ||
	    (r = get_unsigned(j, "depth", many, &c->depth, e)) < 0 ||
	    (r = get_unsigned(j, "jobs", many, &c->jobs, e)) < 0 ||
	    (r = get_unsigned(j, "timeout_s", many, &c->timeout_s, e)) < 0 ||
	    (r = get_unsigned(j, "session", many, &c->session, e)) < 0 ||
	    (r = get_unsigned(j, "block", many, &c->block, e)) < 0)
		return r;
	return get_unsigned(j, "position", many, &c->position, e);
}

/* Only a case of several clients has these. */
static int get_clients(struct bench_case *c, const json_t *j, struct err *e)
{
	const json_int_t many = INT32_MAX;
	int r;

	c->clients = c->nodes = 1;
	if (!json_object_get(j, "clients"))
		return 0;
	if ((r = get_unsigned(j, "clients", many, &c->clients, e)) < 0 ||
	    (r = get_unsigned(j, "nodes", many, &c->nodes, e)) < 0 ||
	    (r = get_unsigned(j, "client", many, &c->client, e)) < 0)
		return r;
	if (c->client >= c->clients)
		return err_set(e, -EINVAL, "case: client is not below clients");
	return 0;
}

static int case_read(struct bench_case *c, const json_t *j, struct err *e)
{
	int r;

	if ((r = get_text(j, "case", &c->name, e)) < 0 ||
	    (r = get_text(j, "target", &c->target, e)) < 0 ||
	    (r = get_text(j, "driver", &c->driver, e)) < 0 ||
	    (r = get_text(j, "object", &c->object, e)) < 0 ||
	    (r = object_check(c->object, e)) < 0 ||
	    (r = get_op(j, &c->op, e)) < 0 ||
	    (r = get_cache(j, &c->cache, e)) < 0 ||
	    (r = get_flag(j, "data", "random", "zero", &c->zero, e)) < 0 ||
	    (r = get_flag(j, "verify", "sample", "all", &c->verify_all, e)) < 0)
		return r;
	c->series = json_is_true(json_object_get(j, "over_time"));
	c->options = json_incref(json_object_get(j, "options"));
	if (!json_is_object(c->options))
		return err_set(e, -EINVAL, "case: options is not an object");
	r = get_numbers(c, j, e);
	if (r == 0)
		r = get_clients(c, j, e);
	if (r == 0 && c->op->play == PLAY_CREATE)
		r = get_flag(j, "folder", "own", "shared", &c->one_folder, e);
	if (r == 0 && c->op->play == PLAY_APPEND)
		r = get_flag(j, "lock", "none", "flock", &c->flock, e);
	if (r < 0)
		return r;
	r = case_check(c, e);
	return r < 0 ? err_wrap(e, r, "case") : 0;
}

int case_from_json(struct bench_case **out, const json_t *j, struct err *e)
{
	struct bench_case *c = calloc(1, sizeof(*c));
	int r;

	if (!c)
		return err_sys(e, -ENOMEM, "read a case");
	r = case_read(c, j, e);
	if (r < 0) {
		case_free(c);
		return r;
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
	json_decref(c->options);
	free(c);
}
