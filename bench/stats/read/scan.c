/* See scan.h. */
#include "scan.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "scan_string.h"

struct cursor {
	struct scan *s;
	char *p;
	char *end;
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
		errno = 0;
		n->integer = strtoll(from, NULL, 10);
		if (errno)
			return "an integer too large to hold";
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
	why = scan_string(&c->p, c->end, key);
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
		why = scan_string(&c->p, c->end, &n->text);
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
