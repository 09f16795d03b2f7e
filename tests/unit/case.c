/* Cases as JSON: what a worker takes, and what it refuses by name. */
#include "case/case.h"

#include <errno.h>

#include "cleanup.h"
#include "tap.h"

static const char good[] =
	"{\"case\":\"t/read-cold/64M/b64k/d2/j1/n100/c2n1/shared/next/"
	"zero\",\"kind\":\"storage\","
	"\"target\":\"t\","
	"\"driver\":\"null\",\"op\":\"read\",\"cache\":\"cold\","
	"\"size_bytes\":67108864,\"block_bytes\":65536,\"ops\":100,"
	"\"clients\":2,\"nodes\":1,\"client\":1,"
	"\"file\":\"shared\",\"reads\":\"next\","
	"\"depth\":2,\"jobs\":1,\"data\":\"zero\",\"verify\":\"all\","
	"\"timeout_s\":30,\"seed\":9223372036854775807,\"session\":1,"
	"\"block\":2,\"position\":3,\"options\":{\"k\":\"v\"},"
	"\"object\":\"ie-bench.r\"}";

/* A field, a value for it (NULL: it is missing), and what is said. */
static const struct {
	const char *field, *value, *why;
} refused[] = {
	{"case", NULL, "case: case is not a string"},
	{"case", "1", "case: case is not a string"},
	{"target", NULL, "case: target is not a string"},
	{"driver", NULL, "case: driver is not a string"},
	{"object", NULL, "case: object is not a string"},
	{"object", "[]", "case: object is not a string"},
	{"object", "\"\"",
	 "case: object is not of letters, digits, - _ and ., "
	 "at most 150"},
	{"object", "\"..\"",
	 "case: object is not of letters, digits, - _ and "
	 "., at most 150"},
	{"object", "\"a/b\"",
	 "case: object is not of letters, digits, - _ and "
	 "., at most 150"},
	{"op", NULL, "case: unknown op (none)"},
	{"op", "\"wread\"", "case: unknown op wread"},
	{"cache", "\"hot\"", "case: cache is neither cold nor warm"},
	{"cache", "1", "case: cache is neither cold nor warm"},
	{"cache", "null", "case: a read needs cache = cold or warm"},
	{"cache", NULL, "case: a read needs cache = cold or warm"},
	{"op", "\"write\"", "case: cache is for reads only"},
	{"data", NULL, "case: data is neither random nor zero"},
	{"data", "\"ones\"", "case: data is neither random nor zero"},
	{"verify", NULL, "case: verify is neither sample nor all"},
	{"options", NULL, "case: options is not an object"},
	{"options", "\"\"", "case: options is not an object"},
	{"size_bytes", NULL,
	 "case: size_bytes is not a whole number in "
	 "1..9223372036854775807"},
	{"size_bytes", "0",
	 "case: size_bytes is not a whole number in "
	 "1..9223372036854775807"},
	{"size_bytes", "-65536",
	 "case: size_bytes is not a whole number in "
	 "1..9223372036854775807"},
	{"size_bytes", "65536.0",
	 "case: size_bytes is not a whole number in "
	 "1..9223372036854775807"},
	{"block_bytes", NULL,
	 "case: block_bytes is not a whole number in "
	 "1..9223372036854775807"},
	{"block_bytes", "0",
	 "case: block_bytes is not a whole number in "
	 "1..9223372036854775807"},
	{"ops", NULL,
	 "case: ops is not a whole number in 0..9223372036854775807"},
	{"ops", "-1",
	 "case: ops is not a whole number in 0..9223372036854775807"},
	{"seed", NULL,
	 "case: seed is not a whole number in 0..9223372036854775807"},
	{"depth", NULL, "case: depth is not a whole number in 0..2147483647"},
	{"depth", "4294967297",
	 "case: depth is not a whole number in 0..2147483647"},
	{"depth", "0", "case: depth is not in 1..1024"},
	{"depth", "1025", "case: depth is not in 1..1024"},
	{"jobs", NULL, "case: jobs is not a whole number in 0..2147483647"},
	{"jobs", "0", "case: jobs is not in 1..256"},
	{"jobs", "257", "case: jobs is not in 1..256"},
	{"timeout_s", NULL,
	 "case: timeout_s is not a whole number in 0..2147483647"},
	{"session", NULL,
	 "case: session is not a whole number in 0..2147483647"},
	{"block", "\"2\"",
	 "case: block is not a whole number in 0..2147483647"},
	{"nodes", NULL, "case: nodes is not a whole number in 0..2147483647"},
	{"client", "2", "case: client is not below clients"},
	{"file", "\"one\"", "case: file is neither own nor shared"},
	{"reads", "1", "case: reads is neither own nor next"},
	{"position", "true",
	 "case: position is not a whole number in 0..2147483647"},
};

static void test_refused(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		json_auto_t *j = json_loads(good, 0, NULL);
		const char *value = refused[i].value;
		struct bench_case *c = NULL;
		struct err e = {""};

		if (value)
			json_object_set_new(
				j, refused[i].field,
				json_loads(value, JSON_DECODE_ANY, NULL));
		else
			json_object_del(j, refused[i].field);
		ok(case_from_json(&c, j, &e) == -EINVAL && !c,
		   "%s = %s is refused", refused[i].field,
		   value ? value : "(missing)");
		is_str(e.msg, refused[i].why, "and named");
		case_free(c);
	}
}

static void test_other_types(void)
{
	static const char *const texts[] = {"[]", "1", "\"case\"", "null",
					    "{}"};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		json_auto_t *j = json_loads(texts[i], JSON_DECODE_ANY, NULL);
		struct bench_case *c = NULL;
		struct err e = {""};

		is_int(case_from_json(&c, j, &e), -EINVAL, "%s is no case",
		       texts[i]);
	}
}

static void test_round_trip(void)
{
	json_auto_t *j = json_loads(good, 0, NULL);
	json_auto_t *back = NULL;
	struct bench_case *c = NULL;
	struct err e = {""};

	is_int(case_from_json(&c, j, &e), 0, "a good case is read");
	if (!c) {
		printf("# %s\n", e.msg);
		return;
	}
	ok(c->op == bench_op_find("read") && c->cache == CACHE_COLD &&
		   c->size_bytes == 64 << 20 && c->block_bytes == 65536 &&
		   c->ops == 100 && c->depth == 2 && c->jobs == 1 && c->zero &&
		   c->verify_all && c->timeout_s == 30 &&
		   c->seed == INT64_MAX && c->session == 1 && c->block == 2 &&
		   c->position == 3 && c->clients == 2 && c->nodes == 1 &&
		   c->client == 1 && c->one_file && c->next,
	   "every field has its value");
	back = case_to_json(c);
	ok(json_equal(j, back), "and is written as it was read");
	is_int(case_name(c, &e), 0, "a case can be named again");
	is_str(c->name, json_string_value(json_object_get(j, "case")),
	       "and has the same name");
	case_free(c);
	case_free(NULL);
}

#define GiB (UINT64_C(1) << 30)

/* What makes sense on any driver. */
static const struct {
	const char *op;
	enum cache_state cache;
	uint64_t size, block;
	unsigned depth, jobs;
	const char *why, *name;
} checks[] = {
	{"write", CACHE_NONE, 4096, 4096, 1, 1, NULL, "t/write/4k/b4k/d1/j1"},
	{"write", CACHE_NONE, 4 * GiB, GiB, 1, 1, NULL, "t/write/4G/b1G/d1/j1"},
	{"randread", CACHE_WARM, 12288, 4096, 1024, 256, NULL,
	 "t/randread-warm/12k/b4k/d1024/j256"},
	{"read", CACHE_COLD, 4 * GiB, GiB, 2, 2, NULL,
	 "t/read-cold/4G/b1G/d2/j2"},
	{"write", CACHE_NONE, 1000000, 47008, 1, 1, NULL,
	 "t/write/1000000/b47008/d1/j1"},
	{"write", CACHE_NONE, 4096, 8192, 1, 1, NULL, "t/write/4k/b8k/d1/j1"},
	{"powercut", CACHE_NONE, 65537, 4096, 1, 1, NULL,
	 "t/powercut/65537/b4k/d1/j1"},
	{"write", CACHE_NONE, 4096, 4096, 0, 1, "depth is not in 1..1024",
	 "t/write/4k/b4k/d0/j1"},
	{"write", CACHE_NONE, 4096, 4096, 1025, 1, "depth is not in 1..1024",
	 "t/write/4k/b4k/d1025/j1"},
	{"write", CACHE_NONE, 4096, 4096, 1, 0, "jobs is not in 1..256",
	 "t/write/4k/b4k/d1/j0"},
	{"write", CACHE_NONE, 4096, 4096, 1, 257, "jobs is not in 1..256",
	 "t/write/4k/b4k/d1/j257"},
	{"write", CACHE_NONE, 8 * GiB, 8 * GiB, 1, 1,
	 "block x depth x jobs is more than 4G", "t/write/8G/b8G/d1/j1"},
	{"read", CACHE_COLD, 4 * GiB, GiB, 5, 1,
	 "block x depth x jobs is more than 4G", "t/read-cold/4G/b1G/d5/j1"},
	{"write", CACHE_NONE, INT64_MAX / GiB *GiB, GiB, 1, 2,
	 "size x jobs x clients does not fit 63 bits",
	 "t/write/8589934591G/b1G/d1/j2"},
	{"randread", CACHE_NONE, 4096, 4096, 1, 1,
	 "a read needs cache = cold or warm", "t/randread/4k/b4k/d1/j1"},
	{"randwrite", CACHE_COLD, 4096, 4096, 1, 1, "cache is for reads only",
	 "t/randwrite-cold/4k/b4k/d1/j1"},
};

static void test_checks(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(checks); i++) {
		char target[] = "t";
		struct bench_case c = {
			.target = target,
			.op = bench_op_find(checks[i].op),
			.cache = checks[i].cache,
			.size_bytes = checks[i].size,
			.block_bytes = checks[i].block,
			.depth = checks[i].depth,
			.jobs = checks[i].jobs,
			.clients = 1,
			.nodes = 1,
		};
		struct err e = {""};

		case_name(&c, &e);
		is_str(c.name, checks[i].name, "a cell is called %s",
		       checks[i].name);
		is_int(case_check(&c, &e), checks[i].why ? -EINVAL : 0,
		       "%s is %s", checks[i].name,
		       checks[i].why ? "refused" : "taken");
		is_str(e.msg, checks[i].why ? checks[i].why : "",
		       "with its reason");
		free(c.name);
	}
}

/* What several clients do together. */
static const struct {
	const char *op;
	unsigned clients, nodes, depth, jobs;
	bool one_folder, flock, zero;
	const char *why, *name;
} together[] = {
	{"handoff", 2, 2, 1, 1, false, false, false, NULL,
	 "t/handoff/64k/b4k/d1/j1/c2n2"},
	{"handoff", 2, 1, 1, 1, false, true, false, NULL,
	 "t/handoff/64k/b4k/d1/j1/c2n1/flock"},
	{"append", 1, 1, 1, 1, false, true, false, NULL,
	 "t/append/64k/b4k/d1/j1/flock"},
	{"create", 3, 2, 1, 1, true, false, false, NULL,
	 "t/create/64k/b4k/d1/j1/c3n2/shared"},
	{"write", 2, 1, 4, 2, false, false, true, NULL,
	 "t/write/64k/b4k/d4/j2/c2n1/zero"},
	{"write", 0, 1, 1, 1, false, false, false, "clients is not in 1..10000",
	 "t/write/64k/b4k/d1/j1"},
	{"write", 10001, 1, 1, 1, false, false, false,
	 "clients is not in 1..10000", "t/write/64k/b4k/d1/j1/c10001n1"},
	{"write", 10000, 1, 1, 1, false, false, false, NULL,
	 "t/write/64k/b4k/d1/j1/c10000n1"},
	{"write", 2, 3, 1, 1, false, false, false, "nodes is not in 1..clients",
	 "t/write/64k/b4k/d1/j1/c2n3"},
	{"append", 2, 1, 4, 1, false, false, false,
	 "op append has depth 1, one job and random data",
	 "t/append/64k/b4k/d4/j1/c2n1"},
	{"handoff", 2, 1, 1, 1, false, false, true,
	 "op handoff has depth 1, one job and random data",
	 "t/handoff/64k/b4k/d1/j1/c2n1/zero"},
	{"append", 2, 1, 1, 1, true, false, false,
	 "folder is for op create only", "t/append/64k/b4k/d1/j1/c2n1/shared"},
	{"create", 2, 1, 1, 1, false, true, false,
	 "lock is for op handoff, append and readwrite",
	 "t/create/64k/b4k/d1/j1/c2n1/flock"},
	{"powercut", 1, 1, 4, 1, false, false, false, NULL,
	 "t/powercut/64k/b4k/d4/j1"},
	{"powercut", 1, 1, 1, 2, false, false, false,
	 "op powercut has one client, one job and random data",
	 "t/powercut/64k/b4k/d1/j2"},
	{"powercut", 1, 1, 1, 1, false, false, true,
	 "op powercut has one client, one job and random data",
	 "t/powercut/64k/b4k/d1/j1/zero"},
};

static void test_together(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(together); i++) {
		char target[] = "t";
		struct bench_case c = {
			.target = target,
			.op = bench_op_find(together[i].op),
			.size_bytes = 65536,
			.block_bytes = 4096,
			.depth = together[i].depth,
			.jobs = together[i].jobs,
			.clients = together[i].clients,
			.nodes = together[i].nodes,
			.one_folder = together[i].one_folder,
			.flock = together[i].flock,
			.zero = together[i].zero,
		};
		struct err e = {""};

		case_name(&c, &e);
		is_str(c.name, together[i].name, "a cell is called %s",
		       together[i].name);
		case_check(&c, &e);
		is_str(e.msg, together[i].why ? together[i].why : "",
		       "%s is %s", together[i].name,
		       together[i].why ? "refused with its reason" : "taken");
		free(c.name);
	}
}

static void test_ops(void)
{
	struct bench_case c = {.size_bytes = 65536, .block_bytes = 4096};

	is_u64(case_ops(&c), 16, "without ops a pass touches every block");
	c.ops = 5;
	is_u64(case_ops(&c), 5, "with ops it touches so many");
	c.ops = 17;
	is_u64(case_ops(&c), 16, "but none twice");
}

int main(void)
{
	test_round_trip();
	test_refused();
	test_other_types();
	test_checks();
	test_together();
	test_ops();
	return done_testing();
}
