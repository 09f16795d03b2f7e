/* See builder.h. */
#include "builder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Room for twice as many whenever the count is a power of two. */
static bool schedule_grow(struct schedule *s)
{
	size_t room = s->count ? 2 * s->count : 1;
	void *cases, *targets;

	if (s->count & (s->count - 1))
		return true;
	cases = reallocarray(s->cases, room, sizeof(*s->cases));
	if (cases)
		s->cases = cases;
	targets = reallocarray(s->targets, room, sizeof(*s->targets));
	if (targets)
		s->targets = targets;
	return cases && targets;
}

int case_add(struct builder *b, struct bench_case *c,
	     const struct site_target *t, struct err *e)
{
	struct schedule *s = b->out;

	if (!schedule_grow(s)) {
		case_free(c);
		return err_sys(e, -ENOMEM, "make the schedule");
	}
	s->cases[s->count] = c;
	s->targets[s->count++] = t;
	return 0;
}

int cell_take(struct builder *b, struct plan *p, const struct conf_entry *at,
	      struct bench_case *c, const struct site_target *t, struct err *e)
{
	for (size_t i = 0; i < b->out->count; i++)
		if (strcmp(b->out->cases[i]->name, c->name) == 0) {
			conf_error(p->conf, at, e,
				   "[%s]: cell %s stands twice in this plan",
				   at->section, c->name);
			case_free(c);
			return -EINVAL;
		}
	return case_add(b, c, t, e);
}
