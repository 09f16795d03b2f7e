/* See units.h. */
#include "units.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int digits_parse(const char *text, char **end, uint64_t *out)
{
	unsigned long long v;

	if (!isdigit((unsigned char)text[0]))
		return -EINVAL;
	errno = 0;
	v = strtoull(text, end, 10);
	if (errno)
		return -EINVAL;
	*out = v;
	return 0;
}

int size_parse(const char *text, uint64_t *bytes)
{
	uint64_t v;
	unsigned shift = 0;
	char *end;

	if (digits_parse(text, &end, &v) < 0)
		return -EINVAL;
	switch (*end) {
	case 'G':
	case 'g':
		shift += 10;
		/* fall through */
	case 'M':
	case 'm':
		shift += 10;
		/* fall through */
	case 'K':
	case 'k':
		shift += 10;
		end++;
		break;
	}
	if (*end || v == 0 || v > (UINT64_MAX >> 1) >> shift)
		return -EINVAL;
	*bytes = v << shift;
	return 0;
}

char *size_format(uint64_t bytes, char buf[SIZE_TEXT_MAX])
{
	static const char suffix[] = "\0kMG";
	unsigned i = 0;

	while (i < 3 && bytes && bytes % 1024 == 0) {
		bytes /= 1024;
		i++;
	}
	if (i)
		snprintf(buf, SIZE_TEXT_MAX, "%" PRIu64 "%c", bytes, suffix[i]);
	else
		snprintf(buf, SIZE_TEXT_MAX, "%" PRIu64, bytes);
	return buf;
}

int count_parse(const char *text, uint64_t min, uint64_t max, uint64_t *out)
{
	uint64_t v;
	char *end;

	if (digits_parse(text, &end, &v) < 0 || *end || v < min || v > max)
		return -EINVAL;
	*out = v;
	return 0;
}

uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}
