/* See number.h. */
#include "number.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS "0123456789"

/* Digits, then one of these letters: their factor in *factor (1 for none). */
static bool scaled(const char *s, const char *letters, const uint64_t *factors,
		   uint64_t *out)
{
	const char *unit;
	uint64_t factor = 1;
	char *end;

	if (!isdigit((unsigned char)s[0]) || strlen(s) > 18)
		return false;
	*out = strtoull(s, &end, 10);
	if (*end) {
		unit = strchr(letters, tolower((unsigned char)*end));
		if (!unit || end[1])
			return false;
		factor = factors[unit - letters];
	}
	if (factor && *out > UINT64_MAX / factor)
		return false;
	*out *= factor;
	return true;
}

bool number_size(const char *s, uint64_t *out)
{
	static const uint64_t f[] = {1, 1 << 10, 1 << 20, 1 << 30, 1ULL << 40};

	return scaled(s, "bkmgt", f, out);
}

bool number_count(const char *s, uint64_t *out)
{
	return scaled(s, "", NULL, out);
}

bool number_seconds(const char *s, uint64_t *out)
{
	static const uint64_t f[] = {1, 60, 3600, 86400};

	return scaled(s, "smhd", f, out) && *out <= UINT32_MAX;
}

bool number_thousandths(const char *s, uint64_t *out)
{
	size_t whole = strspn(s, DIGITS);
	size_t part = s[whole] == '.' ? strspn(s + whole + 1, DIGITS) : 0;
	uint64_t scale = 100;

	if (!whole || whole > 6 || part > 3 ||
	    s[whole + (s[whole] == '.') + part] || (s[whole] && !part))
		return false;
	*out = strtoull(s, NULL, 10) * 1000;
	for (size_t i = 0; i < part; i++, scale /= 10)
		*out += (uint64_t)(s[whole + 1 + i] - '0') * scale;
	return true;
}
