/* Image-build engines: rows of one table, and the command lines that they
 * understand. Starts nothing. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "storage/storage.h"

enum engine_tool { TOOL_DOCKER, TOOL_PODMAN };

struct engine {
	const char *name; /* as a target's driver */
	const char *summary;
	enum engine_tool tool; /* whose command lines it understands */
	const char *program;   /* where the target names no other */
	bool buildkit;	       /* docker only */
	bool rootless;	       /* podman only: without root's help */
	const char *storage;   /* the driver that it must be found to use:
				* overlay2, overlay, fuse-overlayfs, vfs */
	const struct storage_key *keys; /* ends with {NULL} */
};

extern const struct engine engines[]; /* ends with {NULL} */
const struct engine *engine_find(const char *name);

/* 0, or -ENOENT with the program that is not installed here. */
int engine_usable(const struct engine *engine, struct err *e);

/* An engine as a case uses it. */
struct engine_use {
	const struct engine *engine;
	const json_t *options;	/* the target's keys */
	const char *store;	/* folder of its images */
	const char *home_store; /* the same, elsewhere than the target says;
				 * NULL: not asked for */
	const char *home;	/* what holds that one; NULL as well */
	unsigned jobs;		/* stages of a build that run at once */
};

#define WORDS_MAX 64

/* A command line that owns its words. */
struct words {
	char *v[WORDS_MAX + 1];
	size_t n;
	bool lost; /* no memory, or too many */
};

void words_add(struct words *w, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void words_free(struct words *w);

/* Each begins with the engine's own program, environment and user. -EINVAL
 * with why it cannot be run as this user here. */

/* Makes an image of a root file system. */
int engine_load(struct words *w, const struct engine_use *u, const char *tar,
		const char *image, struct err *e);

/* Without a network, from folder/Containerfile, to the name `image`. */
int engine_build(struct words *w, const struct engine_use *u,
		 const char *folder, const char *image, bool cached,
		 struct err *e);
/* /bin/sh -c script in a container of the image, without a network; the
 * container has that name where a daemon could keep it. */
int engine_run(struct words *w, const struct engine_use *u, const char *image,
	       const char *name, const char *script, struct err *e);
/* Such a container, if it is still there; no words: it goes with its image. */
int engine_stop(struct words *w, const struct engine_use *u, const char *name,
		struct err *e);
int engine_remove(struct words *w, const struct engine_use *u,
		  const char *image, struct err *e);
/* What is kept for later builds; no words: the engine has no such thing, or
 * it is not ours to empty. */
int engine_prune(struct words *w, const struct engine_use *u, struct err *e);
int engine_info(struct words *w, const struct engine_use *u, struct err *e);

/* What engine_info()'s answer says, for a record: engine_version,
 * storage_driver, native_overlay_diff, backing_fs, runtime, and of a rootless
 * one mapped_ids, how many user ids a container has. -EINVAL when it is no
 * such answer. */
int engine_info_read(const struct engine *engine, const char *answer,
		     json_t *into, struct err *e);
