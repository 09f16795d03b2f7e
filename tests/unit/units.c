/* Sizes, counts and times as text. */
#include "units.h"

#include <errno.h>
#include <string.h>

#include "cleanup.h"
#include "tap.h"

/* bytes = 0: the text is refused. */
static const struct {
	const char *text;
	uint64_t bytes;
} sizes[] = {
	{"1", 1},
	{"007", 7},
	{"4k", 4096},
	{"64K", 65536},
	{"128M", UINT64_C(128) << 20},
	{"1m", 1 << 20},
	{"4G", UINT64_C(4) << 30},
	{"1g", 1 << 30},
	{"9223372036854775807", INT64_MAX},
	{"8589934591G", UINT64_C(8589934591) << 30},
	{"9223372036854775808", 0},
	{"18446744073709551615", 0},
	{"18446744073709551616", 0},
	{"99999999999999999999999999", 0},
	{"8589934592G", 0},
	{"9007199254740992k", 0},
	{"", 0},
	{"0", 0},
	{"0k", 0},
	{"k", 0},
	{"-1", 0},
	{"+1", 0},
	{" 1", 0},
	{"1 ", 0},
	{"1kk", 0},
	{"1kB", 0},
	{"1T", 0},
	{"1.5M", 0},
	{"0x10", 0},
	{"4k\n", 0},
};

static const struct {
	uint64_t bytes;
	const char *text;
} formats[] = {
	{0, "0"},
	{1, "1"},
	{1023, "1023"},
	{1024, "1k"},
	{1536, "1536"},
	{65536, "64k"},
	{1 << 20, "1M"},
	{(1 << 20) + 1024, "1025k"},
	{UINT64_C(3) << 30, "3G"},
	{UINT64_C(1) << 40, "1024G"},
	{UINT64_MAX, "18446744073709551615"},
};

static const struct {
	const char *text;
	uint64_t min, max;
	int status;
	uint64_t value;
} counts[] = {
	{"0", 0, 5, 0, 0},
	{"5", 0, 5, 0, 5},
	{"6", 0, 5, -EINVAL, 0},
	{"0", 1, 5, -EINVAL, 0},
	{"", 0, 5, -EINVAL, 0},
	{"3k", 0, 5000, -EINVAL, 0},
	{"-1", 0, 5, -EINVAL, 0},
	{"1e1", 0, 50, -EINVAL, 0},
	{"three", 0, 5, -EINVAL, 0},
	{"18446744073709551615", 0, UINT64_MAX, 0, UINT64_MAX},
	{"18446744073709551616", 0, UINT64_MAX, -EINVAL, 0},
};

static void test_parse(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		uint64_t bytes = 12345;
		int r = size_parse(sizes[i].text, &bytes);

		if (sizes[i].bytes)
			ok(r == 0 && bytes == sizes[i].bytes,
			   "\"%s\" is a size", sizes[i].text);
		else
			ok(r == -EINVAL && bytes == 12345,
			   "\"%.*s\" is no size",
			   (int)strcspn(sizes[i].text, "\n"), sizes[i].text);
	}
}

static void test_format(void)
{
	char buf[SIZE_TEXT_MAX];
	uint64_t back;

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		uint64_t bytes = formats[i].bytes;

		ok(strcmp(size_format(bytes, buf), formats[i].text) == 0,
		   "%s is how a size is written", formats[i].text);
		if (bytes > 0 && bytes <= INT64_MAX)
			ok(size_parse(buf, &back) == 0 && back == bytes,
			   "%s is read back as it was", buf);
	}
}

static void test_counts(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		uint64_t v = 0;
		int r = count_parse(counts[i].text, counts[i].min,
				    counts[i].max, &v);

		ok(r == counts[i].status && v == counts[i].value,
		   "\"%s\" is %s count in %llu..%llu", counts[i].text,
		   counts[i].status ? "no" : "a",
		   (unsigned long long)counts[i].min,
		   (unsigned long long)counts[i].max);
	}
}

int main(void)
{
	uint64_t before = now_ns();

	test_parse();
	test_format();
	test_counts();
	ok(before > 0 && now_ns() >= before, "the clock never goes back");
	return done_testing();
}
