/* See schema.h. */
#include "stats/schema.h"

#include <stdbool.h>
#include <string.h>

#define RUN RECORD_RUN
#define SAMPLE RECORD_SAMPLE

const struct field_info schema_fields[FIELD_COUNT] = {
	[F_RECORD] = {"record", TYPE_TEXT, RUN | SAMPLE, NEED_ALWAYS, "",
		      "`run` (the first line) or `sample` (every other)"},

	[F_SCHEMA] = {"schema", TYPE_TEXT, RUN, NEED_ALWAYS, "",
		      "`" SCHEMA_NAME "`: what this table describes"},
	[F_RUN_ID] = {"run_id", TYPE_TEXT, RUN, NEED_ALWAYS, "",
		      "name of the run and of its folder"},
	[F_RUN_STARTED] = {"started", TYPE_TEXT, RUN, NEED_ALWAYS, "",
			   "when the run began, ISO 8601, UTC"},
	[F_PLAN] = {"plan", TYPE_TEXT, RUN, NEED_ALWAYS, "",
		    "name of the plan"},
	[F_PLAN_SHA256] = {"plan_sha256", TYPE_TEXT, RUN, NEED_ALWAYS, "",
			   "checksum of the plan file: equal means the same "
			   "cases"},
	[F_SITE] = {"site", TYPE_TEXT, RUN, NEED_ALWAYS, "",
		    "name of the site"},
	[F_RUN_SEED] =
		{"seed", TYPE_INTEGER, RUN, NEED_ALWAYS, "",
		 "from which the order of the cases and all data follow"},
	[F_BLOCKS] = {"blocks", TYPE_COUNT, RUN, NEED_NEVER, "",
		      "repetitions of the plan in each session"},
	[F_SESSIONS] = {"sessions", TYPE_COUNT, RUN, NEED_NEVER, "",
			"sessions of the plan"},
	[F_RUN_HOST] = {"host", TYPE_OBJECT, RUN, NEED_ALWAYS, "",
			"what `ie-bench describe` said about the host"},
	[F_CLUSTER] = {"cluster", TYPE_OBJECT, RUN, NEED_NEVER, "",
		       "what the site's `describe` command printed"},
	[F_VERSIONS] = {"versions", TYPE_OBJECT, RUN, NEED_NEVER, "",
			"versions of the programs and libraries in play"},

	[F_TARGETS] = {"targets", TYPE_OBJECT, RUN, NEED_NEVER, "",
		       "each target's driver and settings, by name"},
	[F_CASE] = {"case", TYPE_TEXT, SAMPLE, NEED_ALWAYS, "",
		    "the cell: `TARGET/OP/SIZE/bBLOCK/dDEPTH/jJOBS`, with "
		    "the cache's state after OP for reads (`read-cold`), then "
		    "`/cCLIENTSnNODES`, `/shared`, `/flock`, `/zero` where "
		    "they are so"},
	[F_KIND] = {"kind", TYPE_TEXT, SAMPLE, NEED_ALWAYS, "", "`storage`"},
	[F_TARGET] = {"target", TYPE_TEXT, SAMPLE, NEED_ALWAYS, "",
		      "name of the target in the site file"},
	[F_DRIVER] = {"driver", TYPE_TEXT, SAMPLE, NEED_ALWAYS, "",
		      "how it was reached: `ie-bench list` shows them all"},
	[F_OP] = {"op", TYPE_TEXT, SAMPLE, NEED_ALWAYS, "",
		  "`write`, `read`, `randwrite`, `randread`; what clients do "
		  "together: `handoff`, `append`, `readwrite`, `create`"},
	[F_CACHE] = {"cache", TYPE_TEXT, SAMPLE, NEED_NEVER, "",
		     "`cold` or `warm`; for reads only"},
	[F_SIZE] = {"size_bytes", TYPE_COUNT, SAMPLE, NEED_ALWAYS, "bytes",
		    "size of each job's file, image or striped object"},
	[F_BLOCK_SIZE] = {"block_bytes", TYPE_COUNT, SAMPLE, NEED_ALWAYS,
			  "bytes", "moved by one operation"},
	[F_DEPTH] = {"depth", TYPE_COUNT, SAMPLE, NEED_ALWAYS, "",
		     "operations in flight at once, of each job"},
	[F_JOBS] = {"jobs", TYPE_COUNT, SAMPLE, NEED_ALWAYS, "",
		    "clients that did this together"},
	[F_DATA] = {"data", TYPE_TEXT, SAMPLE, NEED_NEVER, "",
		    "`random` (cannot be compressed) or `zero`"},
	[F_VERIFY] = {"verify", TYPE_TEXT, SAMPLE, NEED_NEVER, "",
		      "`sample` or `all`: how much is read back"},
	[F_CLIENTS] = {"clients", TYPE_COUNT, SAMPLE, NEED_NEVER, "",
		       "processes that went together; absent: 1"},
	[F_NODES] = {"nodes", TYPE_COUNT, SAMPLE, NEED_NEVER, "",
		     "of the target, over which they were spread"},
	[F_FOLDER] = {"folder", TYPE_TEXT, SAMPLE, NEED_NEVER, "",
		      "of `create`: `own` for each client, or `shared`"},
	[F_APPEND_LOCK] = {"lock", TYPE_TEXT, SAMPLE, NEED_NEVER, "",
			   "of `append`: `flock` around each, or `none`"},
	[F_EACH] = {"each", TYPE_OBJECT, SAMPLE, NEED_NEVER, "",
		    "what each of several clients measured, by its number; "
		    "the sample has their bytes and CPU time together, and "
		    "the times and latencies of the slowest"},
	[F_TIMEOUT] = {"timeout_s", TYPE_COUNT, SAMPLE, NEED_NEVER, "s",
		       "how long nothing may happen before it fails"},
	[F_OVER_TIME] = {"over_time", TYPE_FLAG, SAMPLE, NEED_NEVER, "",
			 "true: the plan asks for `series`"},
	[F_ROLE] = {"role", TYPE_TEXT, SAMPLE, NEED_NEVER, "",
		    "`limit`: this cell bounds others"},
	[F_LIMITS] = {"limits", TYPE_TEXTS, SAMPLE, NEED_NEVER, "",
		      "names of the targets that bound this one"},

	[F_SESSION] = {"session", TYPE_COUNT, SAMPLE, NEED_ALWAYS, "",
		       "which fresh cluster or mount, counted from the start"},
	[F_BLOCK] = {"block", TYPE_COUNT, SAMPLE, NEED_ALWAYS, "",
		     "which repetition of the whole plan"},
	[F_POSITION] = {"position", TYPE_COUNT, SAMPLE, NEED_ALWAYS, "",
			"place in the shuffled order of its block"},
	[F_SEED] = {"seed", TYPE_INTEGER, SAMPLE, NEED_NEVER, "",
		    "from which this case's data and offsets follow"},
	[F_OBJECT] = {"object", TYPE_TEXT, SAMPLE, NEED_NEVER, "",
		      "name of the file, image or object"},
	[F_STORE] = {"store", TYPE_OBJECT, SAMPLE, NEED_NEVER, "",
		     "what the driver says of the storage it opened"},
	[F_HOST] = {"host", TYPE_TEXT, SAMPLE, NEED_NEVER, "",
		    "where the worker ran"},
	[F_STARTED] = {"started", TYPE_TEXT, SAMPLE, NEED_NEVER, "",
		       "when the case began, ISO 8601, UTC"},

	[F_STATUS] = {"status", TYPE_TEXT, SAMPLE, NEED_ALWAYS, "",
		      "`ok`; `failed`: no measurement came of it; `invalid`: "
		      "one did, and it must not be trusted"},
	[F_REASONS] = {"reasons", TYPE_TEXTS, SAMPLE, NEED_ALWAYS, "",
		       "why the status is not ok; empty when it is"},
	[F_BYTES] = {"bytes", TYPE_COUNT, SAMPLE, NEED_OK, "bytes",
		     "moved inside the timed window"},
	[F_OPS] = {"ops", TYPE_COUNT, SAMPLE, NEED_NEVER, "",
		   "operations inside the timed window"},
	[F_OPEN_NS] =
		{"open_ns", TYPE_COUNT, SAMPLE, NEED_OK, "ns",
		 "connecting, mounting, opening; not timed with the data"},
	[F_IO_NS] = {"io_ns", TYPE_COUNT, SAMPLE, NEED_OK, "ns",
		     "from the first operation to the last one's answer"},
	[F_SYNC_NS] = {"sync_ns", TYPE_COUNT, SAMPLE, NEED_OK, "ns",
		       "the sync at the end; 0 for reads"},
	[F_CLOSE_NS] = {"close_ns", TYPE_COUNT, SAMPLE, NEED_OK, "ns",
			"closing; not timed with the data"},
	[F_CASE_NS] = {"case_ns", TYPE_COUNT, SAMPLE, NEED_NEVER, "ns",
		       "all of the case: preparing, measuring, verifying, "
		       "removing"},
	[F_THROUGHPUT] = {"throughput_Bps", TYPE_NUMBER, SAMPLE, NEED_OK,
			  "bytes/s",
			  "bytes / (io_ns + sync_ns); absent unless the status "
			  "is ok"},
	[F_LATENCY] = {"latency_ns", TYPE_OBJECT, SAMPLE, NEED_NEVER, "ns",
		       "time of one operation, from submission to answer"},
	[F_P50] = {"latency_ns.p50", TYPE_COUNT, SAMPLE, NEED_NEVER, "ns",
		   "median"},
	[F_P90] = {"latency_ns.p90", TYPE_COUNT, SAMPLE, NEED_NEVER, "ns",
		   "90 % were at most this"},
	[F_P99] = {"latency_ns.p99", TYPE_COUNT, SAMPLE, NEED_NEVER, "ns",
		   "99 % were at most this"},
	[F_P999] = {"latency_ns.p999", TYPE_COUNT, SAMPLE, NEED_NEVER, "ns",
		    "99.9 % were at most this"},
	[F_MAX] = {"latency_ns.max", TYPE_COUNT, SAMPLE, NEED_NEVER, "ns",
		   "the slowest"},
	[F_SERIES] = {"series", TYPE_OBJECT, SAMPLE, NEED_NEVER, "",
		      "throughput over time, where the plan says `series = "
		      "yes`"},
	[F_SERIES_STEP] = {"series.step_ns", TYPE_COUNT, SAMPLE, NEED_NEVER,
			   "ns", "length of a step"},
	[F_SERIES_BYTES] = {"series.bytes", TYPE_COUNTS, SAMPLE, NEED_NEVER,
			    "bytes",
			    "answered in each step, from the first "
			    "operation's start; the sync at the end is not "
			    "in it"},
	[F_CPU_USER] = {"cpu_user_ns", TYPE_COUNT, SAMPLE, NEED_OK, "ns",
			"the worker's processor time in user mode"},
	[F_CPU_SYS] = {"cpu_sys_ns", TYPE_COUNT, SAMPLE, NEED_OK, "ns",
		       "the worker's processor time in the kernel"},
	[F_RSS] = {"rss_peak_bytes", TYPE_COUNT, SAMPLE, NEED_NEVER, "bytes",
		   "the most memory that the worker held"},
	[F_VERIFIED] = {"verified", TYPE_FLAG, SAMPLE, NEED_NEVER, "",
			"true: data was read back and compared; false: the "
			"driver keeps no data"},
	[F_COLD] = {"cold", TYPE_OBJECT, SAMPLE, NEED_READ, "",
		    "proof of the cache's state, for every read"},
	[F_COLD_SOURCE] = {"cold.source", TYPE_TEXT, SAMPLE, NEED_READ, "",
			   "`worker`: its own /proc/self/io; `command`: the "
			   "target's `disk_reads`; `none`: nothing can tell"},
	[F_COLD_BYTES] = {"cold.read_bytes", TYPE_COUNT, SAMPLE, NEED_NEVER,
			  "bytes", "read from disk during the case"},
	[F_COLD_RATIO] = {"cold.ratio", TYPE_NUMBER, SAMPLE, NEED_NEVER, "",
			  "cold.read_bytes / bytes; a cold read needs 0.95"},
};

static const char *const type_names[] = {
	[TYPE_TEXT] = "text",
	[TYPE_COUNT] = "a whole number >= 0",
	[TYPE_INTEGER] = "a whole number",
	[TYPE_NUMBER] = "a number >= 0",
	[TYPE_FLAG] = "true or false",
	[TYPE_TEXTS] = "a list of texts",
	[TYPE_COUNTS] = "a list of whole numbers >= 0",
	[TYPE_OBJECT] = "an object",
};

enum field schema_find(const char *name, unsigned kind,
		       struct schema_hint *hint, size_t place)
{
	size_t slot = place % sizeof(hint->at);
	const struct field_info *guess = &schema_fields[hint->at[slot]];

	if ((guess->kinds & kind) && strcmp(guess->name, name) == 0)
		return (enum field)hint->at[slot];
	for (unsigned f = 0; f < FIELD_COUNT; f++) {
		if (!(schema_fields[f].kinds & kind) ||
		    strcmp(schema_fields[f].name, name) != 0)
			continue;
		hint->at[slot] = (unsigned char)f;
		return (enum field)f;
	}
	return FIELD_COUNT;
}

enum field schema_find_member(enum field parent, const char *name)
{
	const char *prefix = schema_fields[parent].name;
	size_t len = strlen(prefix);

	for (unsigned f = parent + 1; f < FIELD_COUNT; f++) {
		const char *full = schema_fields[f].name;

		if (strncmp(full, prefix, len) != 0 || full[len] != '.')
			break; /* members follow their parent */
		if (strcmp(full + len + 1, name) == 0)
			return (enum field)f;
	}
	return FIELD_COUNT;
}

static bool text_clean(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return false;
	return true;
}

static bool list_of(const struct scan *s, const struct scan_node *list,
		    enum field_type type)
{
	const struct scan_node *end = scan_next(s, list);

	if (list->type != SCAN_ARRAY)
		return false;
	for (const struct scan_node *n = list + 1; n < end; n = scan_next(s, n))
		if (type == TYPE_TEXTS
			    ? n->type != SCAN_TEXT
			    : n->type != SCAN_INTEGER || n->integer < 0)
			return false;
	return true;
}

const char *schema_mismatch(const struct scan *s, const struct scan_node *v,
			    enum field_type type)
{
	bool number = v->type == SCAN_INTEGER || v->type == SCAN_REAL;
	bool fits = false;

	switch (type) {
	case TYPE_TEXT:
		if (v->type == SCAN_TEXT && !text_clean(v->text))
			return "text without control characters";
		fits = v->type == SCAN_TEXT;
		break;
	case TYPE_COUNT:
		fits = v->type == SCAN_INTEGER && v->integer >= 0;
		break;
	case TYPE_INTEGER:
		fits = v->type == SCAN_INTEGER;
		break;
	case TYPE_NUMBER:
		fits = number && v->real >= 0;
		break;
	case TYPE_FLAG:
		fits = v->type == SCAN_TRUE || v->type == SCAN_FALSE;
		break;
	case TYPE_TEXTS:
	case TYPE_COUNTS:
		fits = list_of(s, v, type);
		break;
	case TYPE_OBJECT:
		fits = v->type == SCAN_OBJECT;
		break;
	}
	return fits ? NULL : type_names[type];
}

static const char *need_text(const struct field_info *f)
{
	static const char *const texts[] = {
		[NEED_ALWAYS] = "always",
		[NEED_OK] = "status ok",
		[NEED_READ] = "reads, status ok",
		[NEED_NEVER] = "",
	};

	return texts[f->need];
}

void schema_print(FILE *out)
{
	fputs("| record | field | type | unit | required | meaning |\n"
	      "|---|---|---|---|---|---|\n",
	      out);
	for (unsigned i = 0; i < FIELD_COUNT; i++) {
		const struct field_info *f = &schema_fields[i];
		const char *kind = f->kinds == RUN	? "run"
				   : f->kinds == SAMPLE ? "sample"
							: "both";

		fprintf(out, "| %s | `%s` | %s | %s | %s | %s |\n", kind,
			f->name, type_names[f->type], f->unit, need_text(f),
			f->meaning);
	}
}
