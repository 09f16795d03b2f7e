/* A case of kind image while a worker runs it: what its parts share. */
#pragma once

#include "case/case.h"
#include "image/command_run.h"
#include "image/engine.h"

struct image {
	struct bench_case *c;
	json_t *record;
	struct engine_use use;
	char *base, *result; /* names of the two images; base may be NULL */
	char *home_store;
	char *folder;	      /* of the case, in /tmp, where every user reads */
	char *context;	      /* in it: a copy of the build's folder */
	uint64_t clean_bytes; /* of the store before anything was done */
};

static inline const char *image_store(const struct image *m)
{
	return m->home_store ? m->home_store : m->use.store;
}

/* Runs what one of engine.h's functions wrote, and frees it. */
int image_command(struct image *m, struct words *w, const char *doing,
		  struct err *e);

/* The build itself; fn gets each line that it says. */
int image_build(struct image *m, bool cached,
		void (*fn)(const char *line, uint64_t t_ns, void *arg),
		void *arg, struct command_result *result, struct err *e);

/* Everything that a build needs but is not measured: space, the context, the
 * home, the base; for a warm cache one build. */
int image_prepare(struct image *m, struct err *e);

/* Runs what the build's folder has for that, `check`, in what was built, and
 * fills in `verified`; an image that fails it makes the sample invalid. */
int image_check(struct image *m, struct err *e);

/* System calls of a build like the one that was measured, which it replaces.
 * Where they cannot be counted the record says why. */
void image_count_syscalls(struct image *m);

/* Removes one image. What is not there is removed already. */
int image_remove(struct image *m, const char *name, struct err *e);

/* Removes everything of this case, whether or not it was made. */
int image_leave(struct image *m, struct err *e);

/* The same; a store that is larger than before makes the sample invalid. */
int image_leave_and_check(struct image *m, struct err *e);
