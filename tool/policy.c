/* See policy.h. */
#include "policy.h"

#include <errno.h>
#include <string.h>

#include "number.h"
#include "valid.h"

uint64_t policy_memory(const struct op *op, const struct conf *c)
{
	const char *s = op_value(op, O_MEMORY, NULL);
	uint64_t bytes;

	return s && number_size(s, &bytes) ? bytes : c->memory;
}

uint64_t policy_cpus(const struct op *op, const struct conf *c)
{
	const char *s = op_value(op, O_CPUS, NULL);
	uint64_t n;

	return s && number_thousandths(s, &n) ? n : c->cpus;
}

static bool listed(const struct strs *list, const char *s, size_t n)
{
	for (size_t i = 0; i < list->count; i++)
		if (strlen(list->list[i]) == n &&
		    strncmp(list->list[i], s, n) == 0)
			return true;
	return false;
}

/* A folder of the host: exactly as the site has it, so that no part of the path
 * is the caller's, and read-only. */
static int bind(const char *mount, const struct conf *c, struct err *e)
{
	size_t n = strcspn(mount, ":");
	const char *mode = strrchr(mount, ':');

	if (mount[0] != '/')
		return 0;
	if (!listed(&c->binds, mount, n))
		return err_set(e, -EPERM,
			       "run: --volume: %.*s: the site does not share "
			       "this folder",
			       (int)n, mount);
	if (strcmp(mode, ":ro") != 0)
		return err_set(e, -EPERM,
			       "run: --volume: %.*s: is shared read-only (:ro)",
			       (int)n, mount);
	return 0;
}

static int run_limits(const struct op *op, const struct conf *c, struct err *e)
{
	if (policy_memory(op, c) > c->memory_max)
		return err_set(e, -EPERM,
			       "run: --memory: the site permits %llu bytes",
			       (unsigned long long)c->memory_max);
	if (policy_cpus(op, c) > c->cpus_max)
		return err_set(e, -EPERM, "run: --cpus: the site permits %g",
			       (double)c->cpus_max / 1000);
	return 0;
}

static int run(const struct op *op, const struct conf *c, struct err *e)
{
	const char *ip = op_value(op, O_IP, NULL);
	int rc = run_limits(op, c, e);

	for (size_t i = 0; i < op->option_count && !rc; i++)
		if (op->options[i].spec->option == O_VOLUME)
			rc = bind(op->options[i].text, c, e);
	if (rc)
		return rc;
	if (op_has(op, O_IP) && !c->pool.count)
		return err_set(e, -EPERM,
			       "run: --ip: the site gives no addresses");
	if (ip && !pool_find(&c->pool, address_parse(ip)))
		return err_set(e, -EPERM,
			       "run: --ip: %s is none of the site's addresses",
			       ip);
	if (op_has(op, O_GPU) && !c->gpu)
		return err_set(e, -EPERM, "run: --gpu: the site gives no GPUs");
	return 0;
}

static int pull(const struct op *op, const struct conf *c, struct err *e)
{
	const char *image = op->args[0];
	size_t n = strcspn(image, "/");

	if (valid_id(image) || !image_is_full(image))
		return err_set(e, -EPERM,
			       "pull: %s: name the registry: REGISTRY/IMAGE",
			       image);
	if (!listed(&c->registries, image, n))
		return err_set(e, -EPERM,
			       "pull: %.*s: the site does not permit this "
			       "registry",
			       (int)n, image);
	return 0;
}

/* One side is in a container, the other is the caller's. */
static int cp(const struct op *op, struct err *e)
{
	int inside = 0;

	for (size_t i = 0; i < 2; i++) {
		const char *s = op->args[i];

		inside += s[strcspn(s, ":/")] == ':';
	}
	if (inside != 1)
		return err_set(e, -EPERM,
			       "cp: one of the two must be "
			       "NAME:PATH, and only one");
	return 0;
}

static int at_least_one(const struct op *op, struct err *e)
{
	if (!op->arg_count == !op_has(op, O_ALL))
		return err_set(e, -EPERM, "%s: name some, or --all",
			       op->verb->name);
	return 0;
}

int policy(const struct op *op, const struct conf *c, const struct user *u,
	   struct err *e)
{
	switch (op->verb->verb) {
	case V_RUN:
		return run(op, c, e);
	case V_PULL:
		return pull(op, c, e);
	case V_CP:
		return cp(op, e);
	case V_STOP:
	case V_RESTART:
	case V_RM:
	case V_RMI:
		return at_least_one(op, e);
	case V_REAP:
	case V_WHITEOUTS:
		return u->uid == 0
			       ? 0
			       : err_set(e, -EPERM, "%s: only root may do this",
					 op->verb->name);
	default:
		return 0;
	}
}
