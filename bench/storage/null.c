/* The harness itself: every operation is done at once and nothing is kept.
 * What it measures is the cost of this program, the limit of every cell. */
#include "storage/storage.h"

#include <errno.h>
#include <stdlib.h>

#include "cleanup.h"

struct target {
	bool threads;
};

static int null_open(struct target **out, const struct storage_params *p,
		     struct err *e)
{
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return err_sys(e, -ENOMEM, "%s: open", p->target);
	(*out)->threads = storage_flag(p, "threads");
	return 0;
}

static void null_submit(struct target *t, struct op *op)
{
	(void)t;
	op_done(op, (int64_t)op->len);
}

static bool null_blocks(struct target *t)
{
	return t->threads;
}

static void null_close(struct target *t)
{
	free(t);
}

static int null_remove(const struct storage_params *p, struct err *e)
{
	(void)p;
	(void)e;
	return 0;
}

static const struct storage_key null_keys[] = {
	{"threads", KEY_FLAG,
	 "yes: a thread for each operation in flight, as posix and cephfs go; "
	 "otherwise one thread for all, as the others do"},
	{.name = NULL}};

const struct storage_ops storage_null = {
	.name = "null",
	.summary = "nothing behind it: the cost of the harness",
	.durability = "none: nothing is stored",
	.caps = STORAGE_ASYNC | STORAGE_NO_DATA | STORAGE_FRESH_IS_COLD |
		STORAGE_PARTS,
	.keys = null_keys,
	.open = null_open,
	.submit = null_submit,
	.blocks = null_blocks,
	.close = null_close,
	.remove = null_remove,
};
