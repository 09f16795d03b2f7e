/* Unit tests of ie-stats: order statistics against exact binomial sums, the
 * JSON scanner, the rules for records, numbers as text. */
#include <stdlib.h>

#include "cleanup.h"
#include "stats/tell/fmt.h"
#include "stats/math/rank.h"
#include "stats/read/record_check.h"
#include "tap.h"

static void ranks_are_exact(void)
{
	/* computed with exact fractions; those up to n = 50 are also in
	 * textbooks (Conover, Practical Nonparametric Statistics, table A3) */
	static const struct {
		size_t n, lower, upper;
		double coverage;
	} known[] = {
		{6, 1, 6, 0.96875},
		{7, 1, 7, 0.984375},
		{8, 1, 8, 0.9921875},
		{9, 2, 8, 0.9609375},
		{10, 2, 9, 0.978515625},
		{11, 2, 10, 0.98828125},
		{12, 3, 10, 0.96142578125},
		{15, 4, 12, 0.96484375},
		{20, 6, 15, 0.9586105346679688},
		{25, 8, 18, 0.9567147493362427},
		{30, 10, 21, 0.9572260547429323},
		{50, 18, 33, 0.9671608624357315},
		{100, 40, 61, 0.9647997997822951},
		{1000, 469, 532, 0.9537088026395019},
		{10000, 4902, 5099, 0.9511670501036181},
	};
	struct ranks r;

	for (size_t n = 0; n < RANK_MIN_N; n++)
		ok(!rank_interval(n, 0.95, &r),
		   "%zu samples have no 95 %% interval", n);
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		ok(rank_interval(known[i].n, 0.95, &r) &&
			   r.lower == known[i].lower &&
			   r.upper == known[i].upper,
		   "of %zu samples, those of rank %zu and %zu bound it",
		   known[i].n, known[i].lower, known[i].upper);
		is_real(r.coverage, known[i].coverage, 1e-12,
			"they cover %.4f %%", 100 * known[i].coverage);
	}
}

static void binomial_is_exact(void)
{
	is_real(rank_binomial_half(10, 1), 0.0107421875, 1e-14,
		"P(B <= 1) of 10 is 11/1024");
	is_real(rank_binomial_half(10, 9), 1 - 1.0 / 1024, 1e-14,
		"P(B <= 9) of 10 is 1023/1024");
	is_real(rank_binomial_half(1000, 400), 1.3642320780330092e-10, 1e-11,
		"a tail of 1000 is right to eleven digits");
	is_real(rank_binomial_half(3000, 1400), 1.3928198051961686e-04, 1e-11,
		"so is one of 3000");
	is_real(rank_binomial_half(10000001, 5000000), 0.5, 1e-10,
		"half of an odd n lies below its middle, at ten million too");
	is_real(rank_binomial_half(5, -1), 0, 0, "nothing lies below 0");
	is_real(rank_binomial_half(5, 5), 1, 0, "all lies up to n");
}

static void medians_are_medians(void)
{
	double odd[] = {5, 1, 9};
	double even[] = {8, 1, 2, 100};
	double same[] = {0.1, 0.1};

	rank_sort(odd, 3);
	rank_sort(even, 4);
	is_real(rank_median(odd, 3), 5, 0, "the middle of three");
	is_real(rank_median_log(odd, 3), 5, 0, "on a logarithmic scale too");
	is_real(rank_median(even, 4), 5, 0, "the mean of the middle two");
	is_real(rank_median_log(even, 4), 4, 1e-15,
		"the geometric mean of the middle two");
	is_real(rank_median_log(same, 2), 0.1, 0,
		"equal values come back unchanged");
}

static const char *scan_text(struct scan *s, const char *text)
{
	/* of the exact size, so that a sanitizer sees a step too far */
	size_t len = strlen(text);
	static char *copy;

	free(copy);
	copy = malloc(len + 1);
	memcpy(copy, text, len);
	copy[len] = '\n';
	return scan_object(s, copy, len);
}

static void scanner_takes_json(void)
{
	struct scan s = {0};

	ok(!scan_text(&s,
		      " { \"a\" : [ 1 , -2.5e1 , \"x\" ] , \"b\" : null } "),
	   "an object with a list, a number, a string, null");
	is_u64(s.count, 6, "it has six nodes");
	is_str(s.nodes[1].key, "a", "the first key");
	is_int(s.nodes[2].integer, 1, "an integer");
	is_real(s.nodes[3].real, -25, 0, "a real");
	is_u64(s.nodes[1].next, 5, "the sibling follows the list's items");
	ok(!scan_text(&s, "{\"t\":\"\\u00e4\\n\\\"\\ud83d\\ude00\xc3\xa4\"}"),
	   "a string with escapes and UTF-8");
	is_str(s.nodes[1].text, "\xc3\xa4\n\"\xf0\x9f\x98\x80\xc3\xa4",
	       "is decoded");
	ok(!scan_text(&s, "{\"n\":9223372036854775807}") &&
		   s.nodes[1].integer == INT64_MAX,
	   "the largest integer");
	ok(!scan_text(&s, "{\"n\":-9223372036854775808}") &&
		   s.nodes[1].integer == INT64_MIN,
	   "the smallest integer");
	scan_free(&s);
}

static void scanner_refuses_the_rest(void)
{
	static const char *const bad[] = {
		"",
		"[]",
		"{",
		"{}x",
		"{\"a\"}",
		"{\"a\":}",
		"{\"a\":1,}",
		"{\"a\":1 \"b\":2}",
		"{a:1}",
		"{\"a\":[1,]}",
		"{\"a\":[1}",
		"{\"a\":01}",
		"{\"a\":1.}",
		"{\"a\":.5}",
		"{\"a\":1e}",
		"{\"a\":-}",
		"{\"a\":+1}",
		"{\"a\":0x10}",
		"{\"a\":NaN}",
		"{\"a\":Infinity}",
		"{\"a\":1e999}",
		"{\"a\":9223372036854775808}",
		"{\"a\":tru}",
		"{\"a\":\"x}",
		"{\"a\":\"\t\"}",
		"{\"a\":\"\\x\"}",
		"{\"a\":\"\\u12\"}",
		"{\"a\":\"\\u0000\"}",
		"{\"a\":\"\\ud800\"}",
		"{\"a\":\"\\udc00\"}",
		"{\"a\":\"\\ud800\\u0041\"}",
		"{\"a\":\"\xff\"}",
		"{\"a\":\"\xc0\x80\"}",
		"{\"a\":\"\xed\xa0\x80\"}",
		"{\"a\":\"\xc3\"}",
	};
	char deep[200] = "{\"a\":";
	struct scan s = {0};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		ok(scan_text(&s, bad[i]), "refused: case %zu", i + 1);
	memset(deep + 5, '[', 100);
	is_str(scan_text(&s, deep), "nested too deeply",
	       "a hundred brackets are refused before the stack is");
	scan_free(&s);
}

#define RUN                                                                    \
	"{\"record\":\"run\",\"schema\":\"ie-bench/1\",\"run_id\":\"r\","      \
	"\"started\":\"2026-01-01T00:00:00Z\",\"plan\":\"p\",\"plan_sha256\":" \
	"\"0\","                                                               \
	"\"site\":\"s\",\"seed\":1,\"host\":{}}"
#define SAMPLE                                                                 \
	"{\"record\":\"sample\",\"case\":\"a/read-cold/1M/b64k/d1/j1\","       \
	"\"kind\":\"storage\",\"target\":\"a\",\"driver\":\"nfs\","            \
	"\"op\":\"read\",\"cache\":\"cold\",\"size_bytes\":1048576,"           \
	"\"block_bytes\":65536,\"depth\":1,\"jobs\":1,\"session\":0,"          \
	"\"block\":0,\"position\":0,\"status\":\"ok\",\"reasons\":[],"         \
	"\"bytes\":1000000,\"open_ns\":1,\"io_ns\":999999990,"                 \
	"\"sync_ns\":10,\"close_ns\":1,\"throughput_Bps\":1e6,"                \
	"\"cpu_user_ns\":1,\"cpu_sys_ns\":1,\"limits\":null,"                  \
	"\"verified\":true,"                                                   \
	"\"cold\":{\"source\":\"worker\",\"read_bytes\":1000000,"              \
	"\"ratio\":1.0},\"new\":[{\"x\":1}]}"

#define IMAGE                                                                  \
	"{\"record\":\"sample\",\"case\":\"p/build/b/local\","                 \
	"\"kind\":\"image\",\"target\":\"p\",\"driver\":\"podman\","           \
	"\"engine\":\"podman\",\"op\":\"build\",\"cache\":null,"               \
	"\"build\":\"/x/b\",\"home\":\"local\",\"session\":0,\"block\":0,"     \
	"\"position\":0,\"status\":\"ok\",\"reasons\":[],"                     \
	"\"storage_driver\":\"overlay\",\"wall_ns\":5,\"sync_ns\":0,"          \
	"\"machine_cpu_ns\":3,\"store_bytes\":0,\"store_files\":0,"            \
	"\"syscalls\":{\"total\":7,\"openat\":1},\"limits\":[]}"

/* The record with the first `from` replaced; its message, or "" when valid. */
static const char *record_why(const char *base, const char *from,
			      const char *to)
{
	static struct err e;
	const char *at = strstr(base, from);
	cleanup_free char *text = NULL;
	struct record r = {0};
	int ret;

	ret = asprintf(&text, "%.*s%s%s", (int)(at - base), base, to,
		       at + strlen(from));
	e.msg[0] = '\0';
	ret = record_read(&r, text, (size_t)ret, &e);
	if (ret == 0)
		ret = record_check(&r, &e);
	record_free(&r);
	return ret == 0 ? "" : e.msg;
}

static void records_are_checked(void)
{
	static const struct {
		const char *name, *base, *from, *to, *why;
	} cases[] = {
		{"a run record", RUN, "{", "{", ""},
		{"a sample with a field of tomorrow", SAMPLE, "{", "{", ""},
		{"no record field", RUN, "\"record\"", "\"xecord\"",
		 "record is missing"},
		{"another kind of record", RUN, "\"run\"", "\"note\"",
		 "record is \"note\": neither run nor sample"},
		{"a schema of tomorrow", RUN, "ie-bench/1", "ie-bench/2",
		 "schema is \"ie-bench/2\"; this program knows ie-bench/1"},
		{"no schema", RUN, "\"schema\"", "\"xchema\"",
		 "schema is missing"},
		{"a field twice", SAMPLE, "\"depth\":1",
		 "\"depth\":1,\"depth\":1", "depth is there twice"},
		{"a text where a number belongs", SAMPLE, "\"depth\":1",
		 "\"depth\":\"1\"", "depth is not a whole number >= 0"},
		{"a negative time", SAMPLE, "\"open_ns\":1", "\"open_ns\":-1",
		 "open_ns is not a whole number >= 0"},
		{"a fraction of a byte", SAMPLE, "\"bytes\":1000000",
		 "\"bytes\":1.5", "bytes is not a whole number >= 0"},
		{"NaN", SAMPLE, "1e6", "NaN", "not a JSON value"},
		{"a negative speed", SAMPLE, "1e6", "-1e6",
		 "throughput_Bps is not a number >= 0"},
		{"a speed of nothing", SAMPLE, "1e6", "0",
		 "status is ok, yet nothing moved or no time passed"},
		{"a speed that is not bytes over time", SAMPLE, "1e6", "2e6",
		 "throughput_Bps is 2e+06, but bytes / (io_ns + sync_ns) is "
		 "1e+06"},
		{"an unknown status", SAMPLE, "\"ok\"", "\"good\"",
		 "status is \"good\": neither ok, failed nor invalid"},
		{"failed without a reason", SAMPLE, "\"ok\"", "\"failed\"",
		 "status is failed without a reason"},
		{"failed with a speed", SAMPLE, "\"ok\",\"reasons\":[]",
		 "\"failed\",\"reasons\":[\"x\"]",
		 "status is failed, yet there is a throughput"},
		{"failed before anything moved", SAMPLE,
		 "\"ok\",\"reasons\":[],\"bytes\":1000000,\"open_ns\":1,"
		 "\"io_ns\":999999990,\"sync_ns\":10,\"close_ns\":1,"
		 "\"throughput_Bps\":1e6,",
		 "\"failed\",\"reasons\":[\"x\"],", ""},
		{"ok without its bytes", SAMPLE, "\"bytes\"", "\"xytes\"",
		 "bytes is missing"},
		{"a read without its proof", SAMPLE, "\"cold\":{", "\"c\":{",
		 "cold is missing"},
		{"a cold read that was not cold", SAMPLE,
		 "\"read_bytes\":1000000,\"ratio\":1.0",
		 "\"read_bytes\":940000,\"ratio\":0.94",
		 "a cold read is ok with cold.ratio 0.94: it needs 0.95"},
		{"a cold read that nothing proves", SAMPLE, "\"ratio\":1.0",
		 "\"ratio\":null", "a cold read is ok without its cold.ratio"},
		{"a time that is not one", RUN, "2026-01-01T00:00:00Z",
		 "yesterday",
		 "started is \"yesterday\", not a moment like "
		 "2026-01-31T23:59:59Z"},
		{"a day that there is not", RUN, "2026-01-01", "2026-02-30",
		 "started is \"2026-02-30T00:00:00Z\", not a moment like "
		 "2026-01-31T23:59:59Z"},
		{"a run without a name", RUN, "\"run_id\":\"r\"",
		 "\"run_id\":\"\"", "run_id is empty"},
		{"a driver without a name", SAMPLE, "\"nfs\"", "\"\"",
		 "driver is empty"},
		{"ok with a reason", SAMPLE, "[]", "[\"slow\"]",
		 "status is ok, yet there is a reason"},
		{"ok and not verified", SAMPLE, "\"verified\":true",
		 "\"verified\":false",
		 "status is ok, yet nothing was verified"},
		{"ok and nothing said of that", SAMPLE, "\"verified\":true,",
		 "", "status is ok, yet nothing was verified"},
		{"not verified, of a driver that keeps nothing", SAMPLE,
		 "\"nfs\"", "\"null\",\"x\":1", ""},
		{"more verified than there was", SAMPLE, "\"verified\":true",
		 "\"verified\":true,\"verified_bytes\":1000001",
		 "verified_bytes is 1000001 of 1000000, and verified is true"},
		{"nothing verified, yet verified", SAMPLE, "\"verified\":true",
		 "\"verified\":true,\"verified_bytes\":0",
		 "verified_bytes is 0 of 1000000, and verified is true"},
		{"a part verified", SAMPLE, "\"verified\":true",
		 "\"verified\":true,\"verified_bytes\":4096", ""},
		{"more bytes than the file has", SAMPLE, "1048576", "999999",
		 "bytes is 1000000, more than size_bytes of all jobs and "
		 "clients (999999)"},
		{"operations that move less", SAMPLE, "\"verified\":true",
		 "\"verified\":true,\"ops\":15",
		 "bytes is 1000000, but ops x block_bytes of all jobs and "
		 "clients is 983040"},
		{"operations that move more", SAMPLE, "\"verified\":true",
		 "\"verified\":true,\"ops\":17",
		 "bytes is 1000000, but ops x block_bytes of all jobs and "
		 "clients is 1114112"},
		{"operations of which the last is short", SAMPLE,
		 "\"verified\":true", "\"verified\":true,\"ops\":16", ""},
		{"no operations", SAMPLE, "\"verified\":true",
		 "\"verified\":true,\"ops\":0", "status is ok, yet ops is 0"},
		{"a median above the slowest", SAMPLE, "\"verified\":true",
		 "\"verified\":true,\"latency_ns\":{\"p50\":7,\"max\":6}",
		 "latency_ns.p50 is above latency_ns.max"},
		{"percentiles that rise", SAMPLE, "\"verified\":true",
		 "\"verified\":true,\"latency_ns\":{\"p50\":5,\"p90\":5,"
		 "\"max\":6}",
		 ""},
		{"jobs that began too far apart", SAMPLE, "\"verified\":true",
		 "\"verified\":true,\"job_skew_ns\":50000001",
		 "status is ok, yet job_skew_ns is more than 5 % of io_ns + "
		 "sync_ns"},
		{"clocks that are not known", SAMPLE, "\"verified\":true",
		 "\"verified\":true,\"clock_error_ns\":50000001",
		 "status is ok, yet clock_error_ns is more than 5 % of io_ns + "
		 "sync_ns"},
		{"a clock that jumped", SAMPLE, "\"verified\":true",
		 "\"verified\":true,\"clock_drift_ns\":50100001",
		 "status is ok, yet clock_drift_ns is more than 5 % of io_ns + "
		 "sync_ns"},
		{"more intact than was written", SAMPLE, "\"verified\":true",
		 "\"verified\":true,\"power_cut\":{\"kept\":true,"
		 "\"acknowledged_bytes\":1,\"intact_bytes\":2}",
		 "power_cut has more intact bytes than there were"},
		{"a cut of nothing", SAMPLE, "\"verified\":true",
		 "\"verified\":true,\"power_cut\":{\"kept\":true,"
		 "\"acknowledged_bytes\":0,\"intact_bytes\":0}",
		 "power_cut.kept is there, yet acknowledged_bytes is 0"},
		{"a C1 control character", SAMPLE, "\"nfs\"",
		 "\"n\xc2\x9b"
		 "fs\"",
		 "driver is not text without control characters"},
		{"a C1 control character, escaped", SAMPLE, "\"nfs\"",
		 "\"n\\u009bfs\"",
		 "driver is not text without control characters"},
		{"a control character in a reason", SAMPLE,
		 "\"ok\",\"reasons\":[]",
		 "\"failed\",\"reasons\":[\"\\u001b[2J\"]",
		 "reasons is not a list of texts"},
		{"a control character where the dictionary ends", SAMPLE,
		 "\"verified\":true",
		 "\"verified\":true,\"store\":{\"x\":\"\\u001b[2J\"}",
		 "control character in x"},
		{"a control character in the name of a field", SAMPLE,
		 "\"verified\":true", "\"verified\":true,\"a\\u001b[2J\":1",
		 "control character in a name"},
		{"lines in what a site says of itself", SAMPLE,
		 "\"verified\":true",
		 "\"verified\":true,\"store\":{\"x\":\"a\\nb\\tc\"}", ""},
		{"a ratio of 1e300", SAMPLE, "\"ratio\":1.0", "\"ratio\":1e300",
		 "cold.ratio is 1e+300, but cold.read_bytes / bytes is 1"},
		{"a ratio that is not that of its bytes", SAMPLE,
		 "\"ratio\":1.0", "\"ratio\":0.99",
		 "cold.ratio is 0.99, but cold.read_bytes / bytes is 1"},
		{"a cold read of far more than its bytes", SAMPLE,
		 "\"read_bytes\":1000000,\"ratio\":1.0",
		 "\"read_bytes\":19000000,\"ratio\":19.0",
		 "a cold read is ok, yet others were reading: cold.read_bytes "
		 "is 19000000, cold.others_bytes 0, bytes 1000000"},
		{"a cold read beside others", SAMPLE, "\"ratio\":1.0",
		 "\"ratio\":1.0,\"others_bytes\":60000",
		 "a cold read is ok, yet others were reading: cold.read_bytes "
		 "is 1000000, cold.others_bytes 60000, bytes 1000000"},
		{"a cold read of cached pages", SAMPLE, "\"ratio\":1.0",
		 "\"ratio\":1.0,\"resident_bytes\":60000",
		 "a cold read is ok, yet cold.resident_bytes is 60000 of "
		 "1000000"},
		{"a cold read with all its proof", SAMPLE, "\"ratio\":1.0",
		 "\"ratio\":1.0,\"others_bytes\":50000,"
		 "\"resident_bytes\":4096",
		 ""},
		{"a member of another type", SAMPLE, "\"worker\"", "7",
		 "cold.source is not text"},
		{"reasons that are no texts", SAMPLE, "[]", "[1]",
		 "reasons is not a list of texts"},
		{"a control character in a name", SAMPLE, "\"nfs\"",
		 "\"n\\u001bfs\"",
		 "driver is not text without control characters"},
		{"a case of another target", SAMPLE, "\"target\":\"a\"",
		 "\"target\":\"b\"",
		 "case \"a/read-cold/1M/b64k/d1/j1\" does not begin with its "
		 "target \"b\""},
		{"a kind that is not known", SAMPLE, "storage", "paint",
		 "kind is \"paint\": neither storage nor image"},
		{"a block of no bytes", SAMPLE, "65536", "0",
		 "block_bytes is 0"},
		{"a build", IMAGE, "", "", ""},
		{"a build that is none", IMAGE, "\"op\":\"build\"",
		 "\"op\":\"write\"", "op is \"write\", not build"},
		{"a build in no time", IMAGE, "\"wall_ns\":5", "\"wall_ns\":0",
		 "status is ok, yet no time passed"},
		{"a build without its time", IMAGE, "wall_ns", "wal",
		 "wall_ns is missing"},
		{"a build without its driver", IMAGE, "\"overlay\"", "null",
		 "storage_driver is missing"},
		{"system calls that are no number", IMAGE, "\"total\":7",
		 "\"total\":\"7\"",
		 "syscalls.total is not a whole number >= 0"},
		{"a build that failed", IMAGE,
		 "\"ok\",\"reasons\":[],\"storage_driver\":\"overlay\","
		 "\"wall_ns\":5,",
		 "\"failed\",\"reasons\":[\"x\"],", ""},
		{"a build that failed for no reason", IMAGE, "\"ok\"",
		 "\"failed\"", "status is failed without a reason"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		is_str(record_why(cases[i].base, cases[i].from, cases[i].to),
		       cases[i].why, "%s: %s", cases[i].name,
		       *cases[i].why ? cases[i].why : "valid");
}

static void numbers_are_readable(void)
{
	static const struct {
		double v;
		const char *exact;
	} exact[] = {
		{NAN, "NA"},
		{0, "0"},
		{1e8, "100000000"},
		{0.1, "0.1"},
		{1.0 / 3, "0.3333333333333333"},
		{-2.5, "-2.5"},
		{1e300, "1e+300"},
	};
	static const struct {
		double ns;
		const char *text;
	} times[] = {
		{0, "0 ns"},	   {999, "999 ns"},	{1000, "1.00 us"},
		{1234, "1.23 us"}, {999999, "1.00 ms"}, {56.7e6, "56.7 ms"},
		{123e9, "123 s"},
	};
	char buf[FMT_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(exact); i++)
		is_str(fmt_exact(exact[i].v, buf), exact[i].exact,
		       "%s is written in full", exact[i].exact);
	for (size_t i = 0; i < ARRAY_SIZE(times); i++)
		is_str(fmt_time(times[i].ns, buf), times[i].text,
		       "%.0f ns is %s", times[i].ns, times[i].text);
	is_int(fmt_decimals(158.4), 0, "158: no decimal");
	is_int(fmt_decimals(99.96), 0, "99.96 rounds to 100: no decimal");
	is_int(fmt_decimals(15.84), 1, "15.8: one");
	is_int(fmt_decimals(1.584), 2, "1.58: two");
	is_int(fmt_decimals(0.158), 3, "0.158: three");
	is_str(fmt_percent(0.454, buf), "45 %", "a share");
	is_str(fmt_percent(0.0454, buf), "4.5 %", "a small share");
	is_str(fmt_percent(0.00454, buf), "0.45 %", "a smaller one");
	is_str(fmt_percent(0, buf), "0 %", "none");
}

int main(void)
{
	ranks_are_exact();
	binomial_is_exact();
	medians_are_medians();
	scanner_takes_json();
	scanner_refuses_the_rest();
	records_are_checked();
	numbers_are_readable();
	return done_testing();
}
