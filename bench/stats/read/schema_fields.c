/* The table of fields; see schema.h. */
#include "schema.h"

#define RUN RECORD_RUN
#define SAMPLE RECORD_SAMPLE
#define STORAGE RECORD_STORAGE
#define IMAGE RECORD_IMAGE

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
	[F_SELFTEST] = {"selftest", TYPE_OBJECT, RUN, NEED_NEVER, "",
			"what `ie-bench selftest` had found last, on this "
			"site (`site`) or a throwaway folder of this host: "
			"`started`, `suite`, how many lies were `caught`, "
			"`missed`, `untried`, and each of `lies`"},
	[F_CASE] =
		{"case", TYPE_TEXT, SAMPLE, NEED_ALWAYS, "",
		 "the cell: `TARGET/OP/SIZE/bBLOCK/dDEPTH/jJOBS`, with "
		 "the cache's state after OP for reads (`read-cold`), then "
		 "`/cCLIENTSnNODES`, `/shared`, `/next`, `/flock`, `/zero` "
		 "where they are so; of a build `ENGINE/build/BUILD/HOME`, or "
		 "`build-warm`"},
	[F_KIND] = {"kind", TYPE_TEXT, SAMPLE, NEED_ALWAYS, "",
		    "`storage` or `image`"},
	[F_TARGET] = {"target", TYPE_TEXT, SAMPLE, NEED_ALWAYS, "",
		      "name of the target in the site file"},
	[F_DRIVER] = {"driver", TYPE_TEXT, SAMPLE, NEED_ALWAYS, "",
		      "how it was reached: `ie-bench list` shows them all"},
	[F_OP] = {"op", TYPE_TEXT, SAMPLE, NEED_ALWAYS, "",
		  "`write`, `read`, `randwrite`, `randread`; what clients do "
		  "together: `handoff`, `append`, `readwrite`, `create`; "
		  "`powercut`: a write, and then the power goes; `build`"},
	[F_CACHE] = {"cache", TYPE_TEXT, SAMPLE, NEED_NEVER, "",
		     "`cold` or `warm`; for reads, and `warm` for builds that "
		     "find their layers cached"},
	[F_SIZE] = {"size_bytes", TYPE_COUNT, STORAGE, NEED_ALWAYS, "bytes",
		    "size of each job's file, image or striped object"},
	[F_BLOCK_SIZE] = {"block_bytes", TYPE_COUNT, STORAGE, NEED_ALWAYS,
			  "bytes", "moved by one operation"},
	[F_DEPTH] = {"depth", TYPE_COUNT, STORAGE, NEED_ALWAYS, "",
		     "operations in flight at once, of each job"},
	[F_JOBS] = {"jobs", TYPE_COUNT, STORAGE, NEED_ALWAYS, "",
		    "clients that did this together"},
	[F_DATA] = {"data", TYPE_TEXT, STORAGE, NEED_NEVER, "",
		    "`random` (cannot be compressed) or `zero`"},
	[F_VERIFY] =
		{"verify", TYPE_TEXT, STORAGE, NEED_NEVER, "",
		 "what the plan asks for: `all`, or `sample`: all where that "
		 "takes no longer than the case itself; see `verified_bytes`"},
	[F_CLIENTS] = {"clients", TYPE_COUNT, STORAGE, NEED_NEVER, "",
		       "processes that went together; absent: 1"},
	[F_NODES] = {"nodes", TYPE_COUNT, STORAGE, NEED_NEVER, "",
		     "of the target, over which they were spread"},
	[F_FOLDER] = {"folder", TYPE_TEXT, STORAGE, NEED_NEVER, "",
		      "of `create`: `own` for each client, or `shared`"},
	[F_APPEND_LOCK] = {"lock", TYPE_TEXT, STORAGE, NEED_NEVER, "",
			   "of what clients do on one file: `flock` around "
			   "each read and write, or `none`"},
	[F_FILE] = {"file", TYPE_TEXT, STORAGE, NEED_NEVER, "",
		    "`shared`: clients and jobs have parts of one file; "
		    "absent: a file each"},
	[F_READS] = {"reads", TYPE_TEXT, STORAGE, NEED_NEVER, "",
		     "`next`: each client reads what the next one wrote; "
		     "absent: its own"},
	[F_EACH] = {"each", TYPE_OBJECT, STORAGE, NEED_NEVER, "",
		    "what each of several clients measured; the sample has "
		    "their bytes and CPU time together, from the first one's "
		    "start to the last one's end, and the latencies of the "
		    "slowest. Columns, an entry for each client: `host` (place "
		    "in `hosts`), `bytes`, `start_ns` and `end_ns` (sync "
		    "included, from the first start), `sync_ns`, "
		    "`latency_max_ns`, `clock_offset_ns` (its clock less that "
		    "of whoever gathered) and `clock_error_ns`"},
	[F_TIMEOUT] = {"timeout_s", TYPE_COUNT, SAMPLE, NEED_NEVER, "s",
		       "how long nothing may happen before it fails"},
	[F_OVER_TIME] = {"over_time", TYPE_FLAG, STORAGE, NEED_NEVER, "",
			 "true: the plan asks for `series`"},
	[F_ROLE] = {"role", TYPE_TEXT, SAMPLE, NEED_NEVER, "",
		    "`limit`: this cell bounds others"},
	[F_LIMITS] = {"limits", TYPE_TEXTS, SAMPLE, NEED_NEVER, "",
		      "names of the targets that bound this one"},
	[F_ENGINE] = {"engine", TYPE_TEXT, IMAGE, NEED_ALWAYS, "",
		      "what builds: `ie-bench list` shows them all"},
	[F_BUILD] = {"build", TYPE_TEXT, IMAGE, NEED_ALWAYS, "",
		     "folder of the Containerfile; its last part names the "
		     "build"},
	[F_BUILD_JOBS] = {"build_jobs", TYPE_COUNT, IMAGE, NEED_NEVER, "",
			  "stages that were built at once (Podman's --jobs); "
			  "absent: 1"},
	[F_BASE] = {"base", TYPE_TEXT, IMAGE, NEED_NEVER, "",
		    "archive of the image that the build starts from"},
	[F_HOME] = {"home", TYPE_TEXT, IMAGE, NEED_ALWAYS, "",
		    "where the engine keeps images: `local`, or a target of "
		    "the site"},
	[F_COUNT_SYSCALLS] = {"count_syscalls", TYPE_FLAG, IMAGE, NEED_NEVER,
			      "", "true: the plan wants system calls counted"},

	[F_SESSION] = {"session", TYPE_COUNT, SAMPLE, NEED_ALWAYS, "",
		       "which fresh cluster or mount, counted from the start; "
		       "what a resumed run measures on storage that was made "
		       "anew is numbered after all sessions of the plan"},
	[F_BLOCK] = {"block", TYPE_COUNT, SAMPLE, NEED_ALWAYS, "",
		     "which repetition of the whole plan"},
	[F_POSITION] = {"position", TYPE_COUNT, SAMPLE, NEED_ALWAYS, "",
			"place in the shuffled order of its block"},
	[F_SEED] = {"seed", TYPE_INTEGER, SAMPLE, NEED_NEVER, "",
		    "from which this case's data and offsets follow"},
	[F_OBJECT] = {"object", TYPE_TEXT, SAMPLE, NEED_NEVER, "",
		      "name of the file, image or object"},
	[F_STORE] = {"store", TYPE_OBJECT, STORAGE, NEED_NEVER, "",
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
	[F_BYTES] = {"bytes", TYPE_COUNT, STORAGE, NEED_OK, "bytes",
		     "moved inside the timed window"},
	[F_OPS] = {"ops", TYPE_COUNT, STORAGE, NEED_NEVER, "",
		   "operations inside the timed window"},
	[F_OPEN_NS] =
		{"open_ns", TYPE_COUNT, STORAGE, NEED_OK, "ns",
		 "connecting, mounting, opening; not timed with the data"},
	[F_IO_NS] = {"io_ns", TYPE_COUNT, STORAGE, NEED_OK, "ns",
		     "from the first operation to the last one's answer"},
	[F_SYNC_NS] = {"sync_ns", TYPE_COUNT, SAMPLE, NEED_OK, "ns",
		       "the sync at the end; 0 for reads; of a build, from its "
		       "end until all is on stable storage"},
	[F_CLOSE_NS] = {"close_ns", TYPE_COUNT, STORAGE, NEED_OK, "ns",
			"closing; not timed with the data; 0 where the power "
			"went before"},
	[F_FIRST_DONE] = {"first_done_ns", TYPE_COUNT, STORAGE, NEED_NEVER,
			  "ns",
			  "of several clients: until the first had finished, "
			  "sync included"},
	[F_LAST_DONE] = {"last_done_ns", TYPE_COUNT, STORAGE, NEED_NEVER, "ns",
			 "until the last had: io_ns + sync_ns"},
	[F_START_SKEW] = {"start_skew_ns", TYPE_COUNT, STORAGE, NEED_NEVER,
			  "ns", "from the first one's start to the last one's"},
	[F_JOB_SKEW] =
		{"job_skew_ns", TYPE_COUNT, STORAGE, NEED_NEVER, "ns",
		 "of several jobs: from the first one's start to the last "
		 "one's; of several clients, that of the client where it is "
		 "largest. Above 5 % of io_ns + sync_ns: invalid"},
	[F_CLOCK_DRIFT] =
		{"clock_drift_ns", TYPE_COUNT, STORAGE, NEED_NEVER, "ns",
		 "how far CLOCK_MONOTONIC, which times everything, and "
		 "CLOCK_MONOTONIC_RAW, which nothing sets, moved apart in the "
		 "window; of several clients, the largest. Above 5 % of io_ns "
		 "+ sync_ns and 0.1 ms: invalid, the clock jumped"},
	[F_CLOCK_ERROR] = {"clock_error_ns", TYPE_COUNT, STORAGE, NEED_NEVER,
			   "ns",
			   "how well their clocks are known; 0: they have the "
			   "same one. Above 5 % of last_done_ns: invalid"},
	[F_CASE_NS] = {"case_ns", TYPE_COUNT, SAMPLE, NEED_NEVER, "ns",
		       "all of the case: preparing, measuring, verifying, "
		       "removing"},
	[F_THROUGHPUT] = {"throughput_Bps", TYPE_NUMBER, STORAGE, NEED_OK,
			  "bytes/s",
			  "bytes / (io_ns + sync_ns); absent unless the status "
			  "is ok"},
	[F_LATENCY] = {"latency_ns", TYPE_OBJECT, STORAGE, NEED_NEVER, "ns",
		       "time of one operation, from submission to answer, in a "
		       "closed loop: the next begins when one has ended, so a "
		       "stall makes none behind it late"},
	[F_P50] = {"latency_ns.p50", TYPE_COUNT, STORAGE, NEED_NEVER, "ns",
		   "median"},
	[F_P90] = {"latency_ns.p90", TYPE_COUNT, STORAGE, NEED_NEVER, "ns",
		   "90 % were at most this"},
	[F_P99] = {"latency_ns.p99", TYPE_COUNT, STORAGE, NEED_NEVER, "ns",
		   "99 % were at most this"},
	[F_P999] = {"latency_ns.p999", TYPE_COUNT, STORAGE, NEED_NEVER, "ns",
		    "99.9 % were at most this"},
	[F_MAX] = {"latency_ns.max", TYPE_COUNT, STORAGE, NEED_NEVER, "ns",
		   "the slowest"},
	[F_SERIES] = {"series", TYPE_OBJECT, STORAGE, NEED_NEVER, "",
		      "throughput over time, where the plan says `series = "
		      "yes`"},
	[F_SERIES_STEP] = {"series.step_ns", TYPE_COUNT, STORAGE, NEED_NEVER,
			   "ns", "length of a step"},
	[F_SERIES_BYTES] = {"series.bytes", TYPE_COUNTS, STORAGE, NEED_NEVER,
			    "bytes",
			    "answered in each step, from the first "
			    "operation's start; the sync at the end is not "
			    "in it"},
	[F_CPU_USER] = {"cpu_user_ns", TYPE_COUNT, STORAGE, NEED_OK, "ns",
			"the worker's processor time in user mode"},
	[F_CPU_SYS] = {"cpu_sys_ns", TYPE_COUNT, STORAGE, NEED_OK, "ns",
		       "the worker's processor time in the kernel"},
	[F_RSS] = {"rss_peak_bytes", TYPE_COUNT, STORAGE, NEED_NEVER, "bytes",
		   "the most memory that the worker held, with the data that "
		   "it had made before the clock started"},
	[F_VERIFIED] = {"verified", TYPE_FLAG, SAMPLE, NEED_NEVER, "",
			"true: data was read back and compared; false: the "
			"driver keeps no data. Of a build: whether its `check` "
			"found in the image what has to be there; absent: it "
			"has none"},
	[F_VERIFIED_BYTES] =
		{"verified_bytes", TYPE_COUNT, STORAGE, NEED_NEVER, "bytes",
		 "of `bytes`: read back after the timed window and compared, "
		 "every byte of them; pieces of 1 MiB in random order, until "
		 "all are done or it has taken as long as the case itself"},
	[F_VERIFIED_FROM] =
		{"verified_from", TYPE_TEXT, STORAGE, NEED_NEVER, "",
		 "of a write, what answered when it was read back: `storage`: "
		 "all caches that the suite can empty were empty, or the power "
		 "had gone; `servers`: this host's were, the servers may have "
		 "answered from memory; `cache`: this host's could not be "
		 "emptied (a tmpfs)"},
	[F_COLD] = {"cold", TYPE_OBJECT, STORAGE, NEED_READ, "",
		    "proof of the cache's state, for every read"},
	[F_COLD_SOURCE] = {"cold.source", TYPE_TEXT, STORAGE, NEED_READ, "",
			   "`worker`: its own /proc/self/io; `command`: the "
			   "target's `disk_reads`; `none`: nothing can tell"},
	[F_COLD_BYTES] = {"cold.read_bytes", TYPE_COUNT, STORAGE, NEED_NEVER,
			  "bytes", "read from disk during the case"},
	[F_COLD_RATIO] = {"cold.ratio", TYPE_NUMBER, STORAGE, NEED_NEVER, "",
			  "cold.read_bytes / bytes"},
	[F_COLD_OTHERS] =
		{"cold.others_bytes", TYPE_COUNT, STORAGE, NEED_NEVER, "bytes",
		 "what others read from the same disks in that time, by the "
		 "rate at which the counter grew right before and after while "
		 "nothing of the case ran; only of `command`"},
	[F_COLD_RESIDENT] =
		{"cold.resident_bytes", TYPE_COUNT, STORAGE, NEED_NEVER,
		 "bytes",
		 "of the data, in the page cache of the client's host right "
		 "before the read, as the kernel says (cachestat, mincore)"},
	[F_CUT] = {"power_cut", TYPE_OBJECT, STORAGE, NEED_NEVER, "",
		   "of `powercut`: what was left after the power went, the "
		   "moment the sync had returned"},
	[F_CUT_KIND] = {"power_cut.kind", TYPE_TEXT, STORAGE, NEED_NEVER, "",
			"what lost its memory: `process`: servers, but not "
			"their kernel's page cache; `guest`: with its page "
			"cache, but not its disk's cache; `device`: that, too; "
			"`machine`"},
	[F_CUT_KEPT] = {"power_cut.kept", TYPE_FLAG, STORAGE, NEED_NEVER, "",
			"true: it kept its word, every acknowledged byte is "
			"intact"},
	[F_CUT_ACKNOWLEDGED] = {"power_cut.acknowledged_bytes", TYPE_COUNT,
				STORAGE, NEED_NEVER, "bytes",
				"written, and the sync had returned"},
	[F_CUT_INTACT] = {"power_cut.intact_bytes", TYPE_COUNT, STORAGE,
			  NEED_NEVER, "bytes",
			  "of these, in blocks that hold what was written"},
	[F_CUT_CONTROL] = {"power_cut.control_bytes", TYPE_COUNT, STORAGE,
			   NEED_NEVER, "bytes",
			   "written to another file right after the sync, and "
			   "never synced"},
	[F_CUT_CONTROL_INTACT] = {"power_cut.control_intact_bytes", TYPE_COUNT,
				  STORAGE, NEED_NEVER, "bytes",
				  "of these, in blocks that hold what was "
				  "written"},
	[F_CUT_NS] = {"power_cut.cut_ns", TYPE_COUNT, STORAGE, NEED_NEVER, "ns",
		      "the command that cut the power, from its start to its "
		      "end"},
	[F_CUT_RETURN_NS] = {"power_cut.return_ns", TYPE_COUNT, STORAGE,
			     NEED_NEVER, "ns",
			     "the command that brought everything back"},

	[F_STORAGE_DRIVER] = {"storage_driver", TYPE_TEXT, IMAGE, NEED_OK, "",
			      "as the engine says itself"},
	[F_OVERLAY_DIFF] = {"native_overlay_diff", TYPE_TEXT, IMAGE, NEED_NEVER,
			    "",
			    "`true`: the kernel's overlay says what a layer "
			    "has changed"},
	[F_BACKING_FS] = {"backing_fs", TYPE_TEXT, IMAGE, NEED_NEVER, "",
			  "file system below the store"},
	[F_RUNTIME] = {"runtime", TYPE_TEXT, IMAGE, NEED_NEVER, "",
		       "what starts the containers of RUN"},
	[F_ENGINE_VERSION] = {"engine_version", TYPE_TEXT, IMAGE, NEED_NEVER,
			      "", "of the engine"},
	[F_ISOLATION] = {"isolation", TYPE_TEXT, IMAGE, NEED_NEVER, "",
			 "how RUN is kept apart: `oci`, `runc`"},
	[F_MAPPED_IDS] = {"mapped_ids", TYPE_COUNT, IMAGE, NEED_NEVER, "",
			  "user ids of a container; rootless engines only"},
	[F_WALL_NS] = {"wall_ns", TYPE_COUNT, IMAGE, NEED_OK, "ns",
		       "from the engine's start to its end"},
	[F_RUN_NS] = {"run_ns", TYPE_COUNT, IMAGE, NEED_NEVER, "ns",
		      "in RUN, until its command ended"},
	[F_COPY_NS] = {"copy_ns", TYPE_COUNT, IMAGE, NEED_NEVER, "ns",
		       "in COPY and ADD"},
	[F_COMMIT_NS] = {"commit_ns", TYPE_COUNT, IMAGE, NEED_NEVER, "ns",
			 "from the end of RUN's command to the next step: the "
			 "layer is made of it"},
	[F_CPU_NS] = {"machine_cpu_ns", TYPE_COUNT, IMAGE, NEED_OK, "ns",
		      "processor time of the whole machine during the build"},
	[F_OWN_CPU_NS] = {"own_cpu_ns", TYPE_COUNT, IMAGE, NEED_NEVER, "ns",
			  "the same of the processes in the worker's PID "
			  "namespace: in a throwaway cluster only its own"},
	[F_WRITTEN] = {"written_bytes", TYPE_COUNT, IMAGE, NEED_NEVER, "bytes",
		       "written to the block device of the store, sync "
		       "included"},
	[F_STORE_BYTES] = {"store_bytes", TYPE_COUNT, IMAGE, NEED_OK, "bytes",
			   "by which the store has grown"},
	[F_STORE_FILES] = {"store_files", TYPE_COUNT, IMAGE, NEED_OK, "",
			   "files by which the store has grown"},
	[F_SYSCALLS] = {"syscalls", TYPE_OBJECT, IMAGE, NEED_NEVER, "",
			"system calls of the whole machine during a build, by "
			"name. Counting makes each slower, so they are those "
			"of a second build after the first block's, which is "
			"not timed"},
	[F_SYSCALLS_TOTAL] = {"syscalls.total", TYPE_COUNT, IMAGE, NEED_NEVER,
			      "", "all of them"},
	[F_UNCOUNTED] = {"uncounted", TYPE_TEXTS, IMAGE, NEED_NEVER, "",
			 "what could not be measured here, and why"},
};
