/* See scan_string.h. */
#include "scan_string.h"

#include <stddef.h>
#include <string.h>

/* A decoded string is never longer than its source, so `out` stays behind. */
struct decoder {
	char *p;
	char *out;
};

static int hex4(const char *p)
{
	int v = 0;

	for (int i = 0; i < 4; i++) {
		char ch = p[i];

		if (ch >= '0' && ch <= '9')
			v = v * 16 + ch - '0';
		else if (ch >= 'a' && ch <= 'f')
			v = v * 16 + ch - 'a' + 10;
		else if (ch >= 'A' && ch <= 'F')
			v = v * 16 + ch - 'A' + 10;
		else
			return -1;
	}
	return v;
}

static void utf8_put(struct decoder *d, unsigned long u)
{
	if (u < 0x80) {
		*d->out++ = (char)u;
		return;
	}
	if (u < 0x800) {
		*d->out++ = (char)(0xc0 | u >> 6);
	} else if (u < 0x10000) {
		*d->out++ = (char)(0xe0 | u >> 12);
		*d->out++ = (char)(0x80 | (u >> 6 & 0x3f));
	} else {
		*d->out++ = (char)(0xf0 | u >> 18);
		*d->out++ = (char)(0x80 | (u >> 12 & 0x3f));
		*d->out++ = (char)(0x80 | (u >> 6 & 0x3f));
	}
	*d->out++ = (char)(0x80 | (u & 0x3f));
}

/* d->p is on the u of \u. */
static const char *unicode_decode(struct decoder *d)
{
	long u = hex4(d->p + 1);

	if (u < 0)
		return "a broken \\u escape";
	d->p += 5;
	if (u >= 0xd800 && u < 0xdc00) {
		int low =
			d->p[0] == '\\' && d->p[1] == 'u' ? hex4(d->p + 2) : -1;

		if (low < 0xdc00 || low > 0xdfff)
			return "half of a surrogate pair";
		u = 0x10000 + ((u - 0xd800) << 10) + (low - 0xdc00);
		d->p += 6;
	} else if (u >= 0xdc00 && u < 0xe000) {
		return "half of a surrogate pair";
	}
	if (u == 0)
		return "a NUL in a string";
	utf8_put(d, (unsigned long)u);
	return NULL;
}

static const char *escape_decode(struct decoder *d)
{
	static const char from[] = "\"\\/bfnrt";
	static const char to[] = "\"\\/\b\f\n\r\t";
	const char *at;

	d->p++;
	if (*d->p == 'u')
		return unicode_decode(d);
	at = *d->p ? strchr(from, *d->p) : NULL;
	if (!at)
		return "an unknown escape in a string";
	*d->out++ = to[at - from];
	d->p++;
	return NULL;
}

/* Bytes of the UTF-8 sequence at p, 0 when it is none (RFC 3629). */
static int utf8_length(const unsigned char *p)
{
	int n = p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;

	if (n == 0 || p[0] > 0xf4)
		return 0;
	for (int i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return n;
}

const char *scan_string(char **p, const char *end, const char **text)
{
	struct decoder d = {*p + 1, *p + 1};

	*text = d.out;
	while (*d.p != '"') {
		unsigned char ch = (unsigned char)*d.p;
		const char *why = NULL;
		int n = 1;

		if (ch == '\\')
			why = escape_decode(&d);
		else if (ch < 0x20)
			why = d.p == end ? "a string without its end"
					 : "a control character in a string";
		else if (ch >= 0x80 && (n = utf8_length((void *)d.p)) == 0)
			why = "text that is not UTF-8";
		if (why)
			return why;
		for (; ch != '\\' && n > 0; n--)
			*d.out++ = *d.p++;
	}
	*d.out = '\0';
	*p = d.p + 1;
	return NULL;
}
