/* One of a case's parallel streams: a file of its own on one open target, and
 * the parts that the steps of every kind of job are made of (job_kinds.h). */
#pragma once

#include "case/case.h"
#include "worker/start_line.h"
#include "worker/stream/stream.h"

struct job_kind;

struct job {
	const struct bench_case *c;
	const struct job_kind *kind;
	const struct storage_ops *ops;
	struct start_line *start; /* all jobs leave it together */
	const uint64_t *begin_ns; /* and begin then, other clients' as well */
	_Atomic uint64_t *progress;
	unsigned index;
	char object[192];
	char label[256];

	struct target *target;
	struct stream stream;
	struct latency *latency;
	struct series *series; /* NULL unless the plan asks for it */

	uint64_t case_at_ns;	    /* when the worker began with the case */
	uint64_t open_ns, close_ns; /* durations */
	uint64_t start_at_ns, io_end_at_ns, sync_end_at_ns; /* monotonic */
	struct job *control; /* or NULL: see job_powercut.h */
	uint64_t intact_bytes, control_intact_bytes;
	bool verified;
	uint64_t verified_bytes;
	const char *verified_from; /* what answered: see job_verify.c */
	bool created;		   /* the object is ours */
	bool foreign;		   /* an object of that name was there before */
	int status;
	struct err err;
};

struct storage_params job_params(const struct job *j, enum storage_mode mode);
/* How much of its data it may make before the clock starts. */
uint64_t job_ready_bytes(const struct job *j);
int job_stream_open(struct job *j, uint64_t block, unsigned depth);
int job_target_open(struct job *j, enum storage_mode mode, uint64_t block,
		    unsigned depth);
void job_target_close(struct job *j);
/* All jobs' files must fit; the first job asks for all of them. -ENOSPC. */
int job_space_check(struct job *j);
int job_drop_caches(struct job *j);

/* Of a file that all have parts of: where ours begins. */
uint64_t job_base_bytes(const struct job *j);

/* What the file holds before the measurement, and what a write leaves. */
struct pattern job_old_data(const struct job *j);
struct pattern job_new_data(const struct job *j);

struct pass job_timed_pass(const struct job *j, const struct pattern *data);

/* What the operations of the timed pass move. */
uint64_t job_bytes(const struct job *j);

int job_init(struct job *j, struct err *e);
void job_free(struct job *j);
