/* See utf8.h. Well-formed sequences: The Unicode Standard 15, table 3-7. */
#include "utf8.h"

#include <string.h>

/* Bytes of the sequence that begins here; 0: none does. */
static size_t sequence(const unsigned char *s, size_t len)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t n;

	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	n = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	if (s[0] == 0xe0)
		low = 0xa0; /* shorter forms exist */
	if (s[0] == 0xf0)
		low = 0x90;
	if (s[0] == 0xed)
		high = 0x9f; /* surrogates */
	if (s[0] == 0xf4)
		high = 0x8f; /* beyond U+10FFFF */
	if (n > len || s[1] < low || s[1] > high)
		return 0;
	for (size_t i = 2; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

bool utf8_valid(const char *text, size_t len)
{
	const unsigned char *s = (const unsigned char *)text;

	for (size_t n; len; s += n, len -= n) {
		n = sequence(s, len);
		if (n == 0)
			return false;
	}
	return true;
}

static bool is_c1(const unsigned char *s, size_t len)
{
	return len > 1 && s[0] == 0xc2 && s[1] >= 0x80 && s[1] < 0xa0;
}

bool utf8_has_control(const char *text, size_t len)
{
	const unsigned char *s = (const unsigned char *)text;

	for (; len; s++, len--)
		if ((*s < ' ' && *s != '\t') || *s == 0x7f || is_c1(s, len))
			return true;
	return false;
}

void utf8_scrub(char *text)
{
	unsigned char *to = (unsigned char *)text;
	const unsigned char *s = to;
	size_t len = strlen(text);
	bool valid = utf8_valid(text, len);

	while (len) {
		size_t n = valid ? sequence(s, len) : 1;

		if (*s < ' ' || *s == 0x7f || is_c1(s, len) ||
		    (!valid && *s >= 0x80)) {
			*to++ = '?';
		} else {
			memmove(to, s, n);
			to += n;
		}
		s += n;
		len -= n;
	}
	*to = '\0';
}
