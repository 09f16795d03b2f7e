/* See scan.h. */
#include "scan.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct cursor {
	struct scan *s;
	char *p;
	char *end;
	const char *why;
};

static const char *value_scan(struct cursor *c, const char *key, int depth);

static void blanks_skip(struct cursor *c)
{
	while (*c->p == ' ' || *c->p == '\t' || *c->p == '\n' || *c->p == '\r')
		c->p++;
}

static struct scan_node *node_add(struct scan *s)
{
	if (s->count == s->room) {
		size_t room = s->room ? s->room * 2 : 128;
		void *p = reallocarray(s->nodes, room, sizeof(*s->nodes));

		if (!p)
			return NULL;
		s->nodes = p;
		s->room = room;
	}
	return memset(&s->nodes[s->count++], 0, sizeof(*s->nodes));
}

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

static char *utf8_put(char *out, unsigned long u)
{
	if (u < 0x80) {
		*out++ = (char)u;
		return out;
	}
	if (u < 0x800) {
		*out++ = (char)(0xc0 | u >> 6);
	} else if (u < 0x10000) {
		*out++ = (char)(0xe0 | u >> 12);
		*out++ = (char)(0x80 | (u >> 6 & 0x3f));
	} else {
		*out++ = (char)(0xf0 | u >> 18);
		*out++ = (char)(0x80 | (u >> 12 & 0x3f));
		*out++ = (char)(0x80 | (u >> 6 & 0x3f));
	}
	*out++ = (char)(0x80 | (u & 0x3f));
	return out;
}

/* c->p is on the u of \u. */
static const char *unicode_scan(struct cursor *c, char **out)
{
	long u = hex4(c->p + 1);

	if (u < 0)
		return "a broken \\u escape";
	c->p += 5;
	if (u >= 0xd800 && u < 0xdc00) {
		int low =
			c->p[0] == '\\' && c->p[1] == 'u' ? hex4(c->p + 2) : -1;

		if (low < 0xdc00 || low > 0xdfff)
			return "half of a surrogate pair";
		u = 0x10000 + ((u - 0xd800) << 10) + (low - 0xdc00);
		c->p += 6;
	} else if (u >= 0xdc00 && u < 0xe000) {
		return "half of a surrogate pair";
	}
	if (u == 0)
		return "a NUL in a string";
	*out = utf8_put(*out, (unsigned long)u);
	return NULL;
}

static const char *escape_scan(struct cursor *c, char **out)
{
	static const char from[] = "\"\\/bfnrt";
	static const char to[] = "\"\\/\b\f\n\r\t";
	const char *at;

	c->p++;
	if (*c->p == 'u')
		return unicode_scan(c, out);
	at = *c->p ? strchr(from, *c->p) : NULL;
	if (!at)
		return "an unknown escape in a string";
	*(*out)++ = to[at - from];
	c->p++;
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

/* c->p is on the opening quote; *text gets the decoded string. */
static const char *text_scan(struct cursor *c, const char **text)
{
	char *out = ++c->p;

	*text = out;
	for (;;) {
		unsigned char ch = (unsigned char)*c->p;
		int n = 1;

		if (ch == '"')
			break;
		if (ch == '\\') {
			const char *why = escape_scan(c, &out);

			if (why)
				return why;
			continue;
		}
		if (ch < 0x20)
			return c->p == c->end ? "a string without its end"
					      : "a control character";
		if (ch >= 0x80)
			n = utf8_length((unsigned char *)c->p);
		if (n == 0)
			return "text that is not UTF-8";
		for (; n > 0; n--)
			*out++ = *c->p++;
	}
	c->p++;
	*out = '\0';
	return NULL;
}

static bool digits_skip(struct cursor *c)
{
	char *from = c->p;

	while (*c->p >= '0' && *c->p <= '9')
		c->p++;
	return c->p > from;
}

static const char *number_scan(struct cursor *c, struct scan_node *n)
{
	char *from = c->p;
	bool whole = true;
	char *end;

	if (*c->p == '-')
		c->p++;
	if (*c->p == '0')
		c->p++;
	else if (!digits_skip(c))
		return "not a JSON value";
	if (*c->p == '.') {
		whole = false;
		c->p++;
		if (!digits_skip(c))
			return "a number that ends in a point";
	}
	if (*c->p == 'e' || *c->p == 'E') {
		whole = false;
		c->p++;
		if (*c->p == '+' || *c->p == '-')
			c->p++;
		if (!digits_skip(c))
			return "a number without its exponent";
	}
	n->type = whole ? SCAN_INTEGER : SCAN_REAL;
	if (whole && c->p - from <= 18) {
		for (end = from + (*from == '-'); end < c->p; end++)
			n->integer = n->integer * 10 + (*end - '0');
		if (*from == '-')
			n->integer = -n->integer;
		n->real = (double)n->integer;
		return NULL;
	}
	n->real = strtod(from, &end);
	if (end != c->p)
		return "not a JSON value";
	if (!isfinite(n->real))
		return "a number too large to hold";
	if (whole) {
		/* 2^63 itself does not fit, and is exact as a double */
		if (n->real < -0x1p63 || n->real >= 0x1p63)
			return "an integer too large to hold";
		n->integer = strtoll(from, NULL, 10);
	}
	return NULL;
}

static const char *word_scan(struct cursor *c, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(c->p, word, len) != 0)
		return "not a JSON value";
	c->p += len;
	return NULL;
}

static const char *key_scan(struct cursor *c, const char **key)
{
	const char *why;

	if (*c->p != '"')
		return "a key was expected";
	why = text_scan(c, key);
	if (why)
		return why;
	blanks_skip(c);
	if (*c->p != ':')
		return "a colon was expected";
	c->p++;
	blanks_skip(c);
	return NULL;
}

/* c->p is on the bracket. */
static const char *members_scan(struct cursor *c, char close, int depth)
{
	const char *key = NULL;
	const char *why = NULL;

	if (depth == SCAN_DEPTH)
		return "nested too deeply";
	c->p++;
	blanks_skip(c);
	if (*c->p == close) {
		c->p++;
		return NULL;
	}
	for (;;) {
		if (close == '}')
			why = key_scan(c, &key);
		if (!why)
			why = value_scan(c, key, depth + 1);
		if (why)
			return why;
		blanks_skip(c);
		if (*c->p == close)
			break;
		if (*c->p != ',')
			return "a comma was expected";
		c->p++;
		blanks_skip(c);
	}
	c->p++;
	return NULL;
}

static const char *value_scan(struct cursor *c, const char *key, int depth)
{
	struct scan_node *n = node_add(c->s);
	size_t at = c->s->count - 1;
	const char *why;

	if (!n)
		return "out of memory";
	n->key = key;
	switch (*c->p) {
	case '"':
		n->type = SCAN_TEXT;
		why = text_scan(c, &n->text);
		break;
	case '{':
	case '[':
		n->type = *c->p == '{' ? SCAN_OBJECT : SCAN_ARRAY;
		why = members_scan(c, *c->p == '{' ? '}' : ']', depth);
		break;
	case 't':
		n->type = SCAN_TRUE;
		why = word_scan(c, "true");
		break;
	case 'f':
		n->type = SCAN_FALSE;
		why = word_scan(c, "false");
		break;
	case 'n':
		n->type = SCAN_NULL;
		why = word_scan(c, "null");
		break;
	default:
		why = number_scan(c, n);
	}
	c->s->nodes[at].next = c->s->count; /* n may have moved */
	return why;
}

const char *scan_object(struct scan *s, char *text, size_t len)
{
	struct cursor c = {.s = s, .p = text, .end = text + len};
	const char *why;

	s->count = 0;
	*c.end = '\0';
	blanks_skip(&c);
	if (*c.p != '{')
		return "not a JSON object";
	why = value_scan(&c, NULL, 0);
	if (why)
		return why;
	blanks_skip(&c);
	return c.p == c.end ? NULL : "text after the object";
}

void scan_free(struct scan *s)
{
	free(s->nodes);
	*s = (struct scan){0};
}
