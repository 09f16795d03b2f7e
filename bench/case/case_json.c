/* Cases as JSON, in both directions. See case.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "case.h"
#include "cleanup.h"

#define OBJECT_MAX_CHARS 150u

static json_t *cache_to_json(enum cache_state cache)
{
	const char *word = case_cache_words[cache];

	return word ? json_string(word) : json_null();
}

static json_t *storage_to_json(const struct bench_case *c)
{
	json_t *j = json_pack("{ss so sI sI sI sI sI ss ss}", "op", c->op->name,
			      "cache", cache_to_json(c->cache), "size_bytes",
			      (json_int_t)c->size_bytes, "block_bytes",
			      (json_int_t)c->block_bytes, "ops",
			      (json_int_t)case_ops(c), "depth",
			      (json_int_t)c->depth, "jobs", (json_int_t)c->jobs,
			      "data", c->zero ? "zero" : "random", "verify",
			      c->verify_all ? "all" : "sample");

	if (c->series)
		json_object_set_new(j, "over_time", json_true());
	if (c->clients > 1)
		json_object_update_new(
			j, json_pack("{sI sI sI}", "clients",
				     (json_int_t)c->clients, "nodes",
				     (json_int_t)c->nodes, "client",
				     (json_int_t)c->client));
	if (case_lockable(c))
		json_object_set_new(j, "lock",
				    json_string(c->flock ? "flock" : "none"));
	if (c->op->play == PLAY_CREATE)
		json_object_set_new(
			j, "folder",
			json_string(c->one_folder ? "shared" : "own"));
	if (c->one_file)
		json_object_set_new(j, "file", json_string("shared"));
	if (c->next)
		json_object_set_new(j, "reads", json_string("next"));
	return j;
}

static json_t *image_to_json(const struct bench_case *c)
{
	json_t *j = json_pack("{ss ss so ss ss* ss ss* ss*}", "engine",
			      c->engine->name, "op", "build", "cache",
			      cache_to_json(c->cache), "build", c->build,
			      "base", c->base, "home", c->home, "home_path",
			      c->home_path, "home_fstype", c->home_fstype);

	if (c->jobs > 1)
		json_object_set_new(j, "build_jobs", json_integer(c->jobs));
	if (c->syscalls)
		json_object_set_new(j, "count_syscalls", json_true());
	return j;
}

json_t *case_to_json(const struct bench_case *c)
{
	json_t *j = json_pack("{ss ss ss ss}", "case", c->name, "kind",
			      c->engine ? "image" : "storage", "target",
			      c->target, "driver", c->driver);
	json_t *own = c->engine ? image_to_json(c) : storage_to_json(c);
	json_t *place = json_pack(
		"{sI sI sI sI sI sO}", "timeout_s", (json_int_t)c->timeout_s,
		"seed", (json_int_t)c->seed, "session", (json_int_t)c->session,
		"block", (json_int_t)c->block, "position",
		(json_int_t)c->position, "options", c->options);

	json_object_update(j, own);
	json_object_update(j, place);
	json_decref(own);
	json_decref(place);
	if (c->object)
		json_object_set_new(j, "object", json_string(c->object));
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

/* Storage, unless it says otherwise. */
static int get_kind(const json_t *j, bool *image, struct err *e)
{
	*image = false;
	return json_object_get(j, "kind")
		       ? get_flag(j, "kind", "storage", "image", image, e)
		       : 0;
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

static int get_place(struct bench_case *c, const json_t *j, struct err *e)
{
	const json_int_t many = INT32_MAX;
	int r;

	if ((r = get_count(j, "seed", 0, INT64_MAX, &c->seed, e)) < 0 ||
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

static int storage_read(struct bench_case *c, const json_t *j, struct err *e)
{
	const json_int_t big = INT64_MAX;
	const json_int_t many = INT32_MAX;
	int r;

	if ((r = get_op(j, &c->op, e)) < 0 ||
	    (r = get_flag(j, "data", "random", "zero", &c->zero, e)) < 0 ||
	    (r = get_flag(j, "verify", "sample", "all", &c->verify_all, e)) <
		    0 ||
	    (r = get_count(j, "size_bytes", 1, big, &c->size_bytes, e)) < 0 ||
	    (r = get_count(j, "block_bytes", 1, big, &c->block_bytes, e)) < 0 ||
	    (r = get_count(j, "ops", 0, big, &c->ops, e)) < 0 ||
	    (r = get_unsigned(j, "depth", many, &c->depth, e)) < 0 ||
	    (r = get_unsigned(j, "jobs", many, &c->jobs, e)) < 0 ||
	    (r = get_clients(c, j, e)) < 0)
		return r;
	if (c->op->play == PLAY_CREATE)
		r = get_flag(j, "folder", "own", "shared", &c->one_folder, e);
	if (case_lockable(c))
		r = get_flag(j, "lock", "none", "flock", &c->flock, e);
	if (r == 0 && json_object_get(j, "file"))
		r = get_flag(j, "file", "own", "shared", &c->one_file, e);
	if (r == 0 && json_object_get(j, "reads"))
		r = get_flag(j, "reads", "own", "next", &c->next, e);
	if (r < 0)
		return r;
	r = case_check(c, e);
	return r < 0 ? err_wrap(e, r, "case") : 0;
}

/* An absent one stays NULL. */
static int get_optional(const json_t *j, const char *key, char **out,
			struct err *e)
{
	return json_object_get(j, key) ? get_text(j, key, out, e) : 0;
}

static int image_read(struct bench_case *c, const json_t *j, struct err *e)
{
	int r;

	if ((r = get_text(j, "build", &c->build, e)) < 0 ||
	    (r = get_text(j, "home", &c->home, e)) < 0 ||
	    (r = get_optional(j, "base", &c->base, e)) < 0 ||
	    (r = get_optional(j, "home_path", &c->home_path, e)) < 0 ||
	    (r = get_optional(j, "home_fstype", &c->home_fstype, e)) < 0)
		return r;
	c->clients = c->nodes = c->jobs = 1;
	c->syscalls = json_is_true(json_object_get(j, "count_syscalls"));
	if (json_object_get(j, "build_jobs") &&
	    (r = get_unsigned(j, "build_jobs", CASE_JOBS_MAX, &c->jobs, e)) < 0)
		return r;
	c->engine = engine_find(c->driver);
	if (!c->engine)
		return err_set(e, -EINVAL, "case: unknown engine %s",
			       c->driver);
	return 0;
}

static int case_read(struct bench_case *c, const json_t *j, struct err *e)
{
	bool image = false;
	int r;

	if ((r = get_text(j, "case", &c->name, e)) < 0 ||
	    (r = get_text(j, "target", &c->target, e)) < 0 ||
	    (r = get_text(j, "driver", &c->driver, e)) < 0 ||
	    (r = get_text(j, "object", &c->object, e)) < 0 ||
	    (r = object_check(c->object, e)) < 0 ||
	    (r = get_kind(j, &image, e)) < 0 ||
	    (r = get_cache(j, &c->cache, e)) < 0)
		return r;
	c->series = json_is_true(json_object_get(j, "over_time"));
	c->options = json_incref(json_object_get(j, "options"));
	if (!json_is_object(c->options))
		return err_set(e, -EINVAL, "case: options is not an object");
	r = get_place(c, j, e);
	if (r < 0)
		return r;
	return image ? image_read(c, j, e) : storage_read(c, j, e);
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
