/* The fields of records.jsonl, schema ie-bench/1: one table that the reader,
 * `ie-stats check` and the dictionary in results/README.md share. What a
 * record says as a whole (its fields against each other) is in record_check.c.
 */
#pragma once

#include <stdio.h>

#include "scan.h"

#define SCHEMA_NAME "ie-bench/1"

enum record_kind {
	RECORD_RUN = 1 << 0,
	RECORD_STORAGE = 1 << 1,
	RECORD_IMAGE = 1 << 2,
	RECORD_SAMPLE = RECORD_STORAGE | RECORD_IMAGE,
};

/* In the order of the dictionary. */
enum field {
	F_RECORD,
	/* run */
	F_SCHEMA,
	F_RUN_ID,
	F_RUN_STARTED,
	F_PLAN,
	F_PLAN_SHA256,
	F_SITE,
	F_RUN_SEED,
	F_BLOCKS,
	F_SESSIONS,
	F_RUN_HOST,
	F_CLUSTER,
	F_VERSIONS,
	F_TARGETS,
	F_SELFTEST,
	/* sample: which */
	F_CASE,
	F_KIND,
	F_TARGET,
	F_DRIVER,
	F_OP,
	F_CACHE,
	F_SIZE,
	F_BLOCK_SIZE,
	F_DEPTH,
	F_JOBS,
	F_DATA,
	F_VERIFY,
	F_CLIENTS,
	F_NODES,
	F_FOLDER,
	F_APPEND_LOCK,
	F_FILE,
	F_READS,
	F_EACH,
	F_TIMEOUT,
	F_OVER_TIME,
	F_ROLE,
	F_LIMITS,
	F_ENGINE,
	F_BUILD,
	F_BUILD_JOBS,
	F_BASE,
	F_HOME,
	F_COUNT_SYSCALLS,
	/* sample: when and where */
	F_SESSION,
	F_BLOCK,
	F_POSITION,
	F_SEED,
	F_OBJECT,
	F_STORE,
	F_HOST,
	F_STARTED,
	/* sample: what came of it */
	F_STATUS,
	F_REASONS,
	F_BYTES,
	F_OPS,
	F_OPEN_NS,
	F_IO_NS,
	F_SYNC_NS,
	F_CLOSE_NS,
	F_FIRST_DONE,
	F_LAST_DONE,
	F_START_SKEW,
	F_JOB_SKEW,
	F_CLOCK_DRIFT,
	F_CLOCK_ERROR,
	F_CASE_NS,
	F_THROUGHPUT,
	F_LATENCY,
	F_P50,
	F_P90,
	F_P99,
	F_P999,
	F_MAX,
	F_SERIES,
	F_SERIES_STEP,
	F_SERIES_BYTES,
	F_CPU_USER,
	F_CPU_SYS,
	F_RSS,
	F_VERIFIED,
	F_VERIFIED_BYTES,
	F_VERIFIED_FROM,
	F_COLD,
	F_COLD_SOURCE,
	F_COLD_BYTES,
	F_COLD_RATIO,
	F_COLD_OTHERS,
	F_COLD_RESIDENT,
	F_CUT,
	F_CUT_KIND,
	F_CUT_KEPT,
	F_CUT_ACKNOWLEDGED,
	F_CUT_INTACT,
	F_CUT_CONTROL,
	F_CUT_CONTROL_INTACT,
	F_CUT_NS,
	F_CUT_RETURN_NS,
	/* sample: what came of a build */
	F_STORAGE_DRIVER,
	F_OVERLAY_DIFF,
	F_BACKING_FS,
	F_RUNTIME,
	F_ENGINE_VERSION,
	F_ISOLATION,
	F_MAPPED_IDS,
	F_WALL_NS,
	F_RUN_NS,
	F_COPY_NS,
	F_COMMIT_NS,
	F_CPU_NS,
	F_OWN_CPU_NS,
	F_WRITTEN,
	F_STORE_BYTES,
	F_STORE_FILES,
	F_SYSCALLS,
	F_SYSCALLS_TOTAL,
	F_UNCOUNTED,
	FIELD_COUNT,
};

enum field_type {
	TYPE_TEXT,    /* no control characters */
	TYPE_COUNT,   /* integer >= 0 */
	TYPE_INTEGER, /* of any sign */
	TYPE_NUMBER,  /* finite, >= 0 */
	TYPE_FLAG,
	TYPE_TEXTS, /* array */
	TYPE_COUNTS,
	TYPE_OBJECT,
};

enum field_need {
	NEED_ALWAYS,
	NEED_OK,   /* in samples whose status is ok */
	NEED_READ, /* in samples whose status is ok and whose op reads */
	NEED_NEVER,
};

struct field_info {
	const char *name; /* "cold.ratio" is ratio in the object cold */
	enum field_type type;
	unsigned kinds;
	enum field_need need;
	const char *unit; /* "" without one */
	const char *meaning;
};

extern const struct field_info schema_fields[FIELD_COUNT];

/* Remembers at which place a key was met last, for records that are all
 * alike; zero-initialised by its owner. */
struct schema_hint {
	unsigned char at[64];
};

/* The field of that name in a record of that kind; FIELD_COUNT: none.
 * place: how many keys came before it. */
enum field schema_find(const char *name, unsigned kind,
		       struct schema_hint *hint, size_t place);

/* The field of a member of the object field `parent`. */
enum field schema_find_member(enum field parent, const char *name);

/* NULL, or what the value should have been ("text"). */
const char *schema_mismatch(const struct scan *s, const struct scan_node *value,
			    enum field_type type);

/* The dictionary as a Markdown table. */
void schema_print(FILE *out);
