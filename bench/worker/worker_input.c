/* See worker_input.h. */
#include "worker_input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "case/suite.h"
#include "worker.h"

#define CASE_LINE_MAX (64u << 10)

static const char *const phase_words[] = {"create", "prepare", "measure",
					  "remove", "survey",  "describe"};

static int phases_parse(const json_t *j, unsigned *phases, struct err *e)
{
	const json_t *list = json_object_get(j, "phases");
	const json_t *item;
	size_t i;

	if (list && !json_is_array(list))
		return err_set(e, -EINVAL, "case: phases is not an array");
	*phases = list ? 0
		       : PHASE_CREATE | PHASE_PREPARE | PHASE_MEASURE |
				  PHASE_REMOVE;
	json_array_foreach (list, i, item) {
		const char *word = json_string_value(item);
		unsigned k = 0;

		while (k < ARRAY_SIZE(phase_words) &&
		       (!word || strcmp(phase_words[k], word) != 0))
			k++;
		if (k == ARRAY_SIZE(phase_words))
			return err_set(e, -EINVAL,
				       "case: unknown phase; expected create, "
				       "prepare, measure, remove, survey, "
				       "describe");
		*phases |= 1u << k;
	}
	return 0;
}

/* Whoever sent the case may be of another build, and so may other ranks. */
static void build_check(struct worker_input *in, const json_t *j)
{
	const char *theirs = json_string_value(json_object_get(j, "suite"));

	if (theirs && strcmp(theirs, suite_build()) != 0)
		err_set(&in->refused, -EPROTO,
			"this worker is ie-bench %s, the case is from %s: "
			"install the same build everywhere",
			suite_build(), theirs);
}

/* As many as the case has clients, if the launch was told how many. */
static void size_check(struct worker_input *in, const json_t *j,
		       const struct team *t)
{
	json_int_t ranks = json_integer_value(json_object_get(j, "ranks"));

	if (ranks == 0 && in->c->clients > 1 && t->size > 1)
		ranks = in->c->clients;
	if (ranks == (json_int_t)t->size || ranks == 0)
		return;
	if (t->size == 1)
		err_set(&in->refused, -EPROTO,
			"one process was started alone for a case of %lld "
			"clients: the launch needs MPI (srun --mpi=pmix, "
			"mpirun), and a worker that is ie-bench-mpi",
			(long long)ranks);
	else
		err_set(&in->refused, -EPROTO,
			"the launch started %u ranks for %lld: write "
			"-n {clients} in it",
			t->size, (long long)ranks);
}

static int case_read(struct worker_input *in, const json_t *j, struct team *t,
		     struct err *e)
{
	int r = case_from_json(&in->c, j, e);

	if (r == 0)
		r = phases_parse(j, &in->phases, e);
	if (r < 0)
		return r;
	size_check(in, j, t);
	t->supervised = json_is_true(json_object_get(j, "supervised"));
	t->timeout_s = in->c->timeout_s;
	if (t->size > 1) {
		in->c->clients = t->size;
		in->c->client = t->rank;
	}
	if (t->size > 1 && (in->c->engine || in->c->op->cut))
		return err_set(e, -EINVAL, "case: it is for one client");
	if (in->c->engine)
		return 0;
	in->ops = storage_find(in->c->driver);
	if (in->ops)
		return 0;
	r = err_set(e, -EINVAL, "case: driver %s is not part of this build",
		    in->c->driver);
	if (!t->supervised)
		return r;
	in->refused = *e;
	return 0;
}

static int line_read(char *line, struct err *e)
{
	if (!fgets(line, CASE_LINE_MAX, stdin))
		return err_set(e, -EINVAL, "no case on standard input");
	if (strlen(line) == CASE_LINE_MAX - 1)
		return err_set(e, -EINVAL, "case: longer than %u bytes",
			       CASE_LINE_MAX - 2);
	return 0;
}

int worker_input(struct worker_input *in, struct team *t, struct err *e)
{
	cleanup_free char *line = calloc(1, CASE_LINE_MAX);
	json_error_t why;
	json_t *j;
	int r;

	if (!line)
		return err_sys(e, -ENOMEM, "read a case");
	r = t->rank == 0 ? line_read(line, e) : 0;
	r = team_line(t, line, CASE_LINE_MAX, r, e);
	if (r < 0)
		return r;
	j = json_loads(line, JSON_REJECT_DUPLICATES, &why);
	if (!j)
		return err_set(e, -EINVAL, "case: %s", why.text);
	build_check(in, j);
	r = case_read(in, j, t, e);
	json_decref(j);
	if (r < 0 && in->refused.msg[0])
		*e = in->refused; /* another build has other cases */
	return r;
}
