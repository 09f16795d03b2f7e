/* One case: a cell of the plan (what is measured) at its place in the run.
 * As JSON it is a line of `ie-bench plan`, what a worker reads, and the first
 * half of the record that comes back. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "image/engine.h"
#include "order.h"
#include "storage/storage.h"

enum cache_state { CACHE_NONE, CACHE_COLD, CACHE_WARM };
extern const char *const case_cache_words[]; /* NULL for none */

/* What the clients of a case do on one object or in one folder: see
 * job_shared.h. Otherwise each has files of its own. */
enum op_play {
	PLAY_NONE,
	PLAY_HANDOFF,	/* write one block in turn */
	PLAY_APPEND,	/* append to one file, each as fast as it can */
	PLAY_READWRITE, /* the first rewrites a file, the others read it */
	PLAY_CREATE,	/* create files of one block */
};

/* A row of the table of operations. */
struct bench_op {
	const char *name;
	enum op_kind kind;
	enum order_kind order;
	bool prepared; /* works on data that was written before */
	enum op_play play;
	bool cut; /* ends in a power cut: see job_powercut.h */
};

extern const struct bench_op bench_ops[]; /* ends with {NULL} */
const struct bench_op *bench_op_find(const char *name);

struct bench_case {
	/* The cell: rbd/write/64M/b64k/d1/j1, podman/build-warm/student/local,
	 * podman/build/multi-stage-j2/local */
	char *name;
	char *target;
	char *driver;	 /* or the engine's name */
	json_t *options; /* the driver's keys of the target */
	enum cache_state cache;
	unsigned timeout_s;
	uint64_t seed;
	unsigned session, block, position;
	char *object; /* NULL until a run gives it a name */

	/* kind image; NULL for storage, and then all of these are */
	const struct engine *engine;
	char *build;	   /* folder with a Containerfile */
	char *base;	   /* archive of the base's root file system, or NULL */
	char *home;	   /* "local", or the target that holds the store */
	char *home_path;   /* folder there; NULL when local */
	char *home_fstype; /* the file system that it must be on */
	bool syscalls;	   /* count them, in the first block */

	/* kind storage */
	const struct bench_op *op;
	uint64_t size_bytes; /* of each job's file */
	uint64_t block_bytes;
	uint64_t ops;	      /* operations a job; 0: every block once */
	unsigned depth, jobs; /* jobs: of kind image, too: stages at once */
	unsigned clients;     /* processes that go together */
	unsigned nodes;	 /* launches of the target that they are spread over */
	unsigned client; /* this one: 0 .. clients - 1 */
	bool one_folder; /* PLAY_CREATE: in one for all, not each in its own */
	bool one_file;	 /* a part of one file for each, not a file each */
	bool next;	 /* reads what the next client wrote */
	bool flock;	 /* each read and write of a shared file under a lock */
	bool zero;	 /* data = zero */
	bool verify_all; /* verify = all */
	bool series;	 /* record throughput over time */
};

/* Sets c->name from the other members. */
int case_name(struct bench_case *c, struct err *e);

json_t *case_to_json(const struct bench_case *c);

/* Another one with its own strings; -ENOMEM. Without a name of its object. */
int case_copy(struct bench_case **out, const struct bench_case *from,
	      struct err *e);

/* -EINVAL with the field that is missing, of another type or out of range. */
int case_from_json(struct bench_case **out, const json_t *j, struct err *e);

void case_free(struct bench_case *c);

/* Whether clients work on what they share: then one creates it, one removes. */
static inline bool case_shared(const struct bench_case *c)
{
	return c->op && (c->op->play || c->one_file);
}

/* Whether each client writes data before the measurement. */
static inline bool case_prepares(const struct bench_case *c)
{
	return c->op && c->op->prepared && !c->op->play;
}

/* Whether each read and write of theirs can be under a lock. */
static inline bool case_lockable(const struct bench_case *c)
{
	return c->op && c->op->play && c->op->play != PLAY_CREATE;
}

/* Blocks of a job's file; the last one may be short. */
static inline uint64_t case_blocks(const struct bench_case *c)
{
	return (c->size_bytes + c->block_bytes - 1) / c->block_bytes;
}

/* Operations of one job. */
static inline uint64_t case_ops(const struct bench_case *c)
{
	uint64_t blocks = case_blocks(c);

	return c->ops && c->ops < blocks ? c->ops : blocks;
}

/* Limits of what a plan can ask for; case_check() holds them. */
#define CASE_DEPTH_MAX 1024u
#define CASE_JOBS_MAX 256u
#define CASE_CLIENTS_MAX 10000u
#define CASE_LAUNCHES_MAX 64u /* clients that the runner itself starts */

/* What makes no sense whatever the driver: sizes, depth, cache. */
int case_check(const struct bench_case *c, struct err *e);
