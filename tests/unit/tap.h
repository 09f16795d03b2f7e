/* TAP for unit tests in C: a test's name is a sentence, and a failed one says
 * on standard error what it saw. It stops nothing and cleans nothing up.
 *
 *	is_u64(size, 65536, "64k is 65536");
 *	return done_testing();
 */
#pragma once

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static unsigned tap_count, tap_failed;

/* Names the test, and says whether it passed. */
__attribute__((format(printf, 2, 3), unused)) static bool
tap_result(bool pass, const char *fmt, ...)
{
	va_list ap;

	printf("%sok %u - ", pass ? "" : "not ", ++tap_count);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
	tap_failed += !pass;
	return pass;
}

#define tap_diag(fmt, ...)                                                     \
	fprintf(stderr, "# %s:%d: " fmt "\n", __FILE__, __LINE__, __VA_ARGS__)

#define ok(condition, ...)                                                     \
	do {                                                                   \
		if (!tap_result(condition, __VA_ARGS__))                       \
			tap_diag("not so: %s", #condition);                    \
	} while (0)

#define is_u64(got, want, ...)                                                 \
	do {                                                                   \
		uint64_t got_ = (got);                                         \
		uint64_t want_ = (want);                                       \
		if (!tap_result(got_ == want_, __VA_ARGS__))                   \
			tap_diag("got %" PRIu64 ", expected %" PRIu64, got_,   \
				 want_);                                       \
	} while (0)

#define is_int(got, want, ...)                                                 \
	do {                                                                   \
		long long got_ = (got);                                        \
		long long want_ = (want);                                      \
		if (!tap_result(got_ == want_, __VA_ARGS__))                   \
			tap_diag("got %lld, expected %lld", got_, want_);      \
	} while (0)

/* Two strings; NULL equals NULL only. */
#define is_str(got, want, ...)                                                 \
	do {                                                                   \
		const char *got_ = (got);                                      \
		const char *want_ = (want);                                    \
		bool same_ = got_ && want_ ? strcmp(got_, want_) == 0          \
					   : got_ == want_;                    \
		if (!tap_result(same_, __VA_ARGS__))                           \
			tap_diag("got \"%s\", expected \"%s\"",                \
				 got_ ? got_ : "(NULL)",                       \
				 want_ ? want_ : "(NULL)");                    \
	} while (0)

/* Two numbers, equal to within a share of the expected one. */
#define is_real(got, want, share, ...)                                         \
	do {                                                                   \
		double got_ = (got);                                           \
		double want_ = (want);                                         \
		bool near_ = fabs(got_ - want_) <= fabs(want_) * (share);      \
		if (!tap_result(near_, __VA_ARGS__))                           \
			tap_diag("got %.17g, expected %.17g", got_, want_);    \
	} while (0)

__attribute__((unused)) static void skip(const char *name, const char *why)
{
	printf("ok %u - %s # SKIP %s\n", ++tap_count, name, why);
}

/* The plan, and the exit status of main(). */
static inline int done_testing(void)
{
	printf("1..%u\n", tap_count);
	return tap_failed > 0;
}
