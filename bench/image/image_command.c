/* Running an engine's commands for a case: see image.h. */
#include "image/image.h"

#include <stdio.h>

int image_command(struct image *m, struct words *w, const char *doing,
		  struct err *e)
{
	struct command_result result;
	char what[160];
	int r = 0;

	snprintf(what, sizeof(what), "%s: %s", m->c->target, doing);
	if (w->n > 0)
		r = command_run(w, m->c->timeout_s, what, NULL, NULL, &result,
				e);
	words_free(w);
	return r;
}

int image_build(struct image *m, bool cached,
		void (*fn)(const char *, uint64_t, void *), void *arg,
		struct command_result *result, struct err *e)
{
	struct words w = {.n = 0};
	char what[160];
	int r;

	snprintf(what, sizeof(what), "%s: build %s", m->c->target, m->c->build);
	r = engine_build(&w, &m->use, m->context, m->result, cached, e);
	if (r == 0)
		r = command_run(&w, m->c->timeout_s, what, fn, arg, result, e);
	words_free(&w);
	return r;
}
