/* See plainfile.h. */
#include "plainfile.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

struct plain {
	FILE *to;
	unsigned char held[4]; /* of a sequence that is not whole yet */
	size_t have, want;
	bool cr;
};

static bool is_control(unsigned char c)
{
	return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
}

/* The held bytes are no sequence. */
static void held_drop(struct plain *p)
{
	for (size_t i = 0; i < p->have; i++)
		fprintf(p->to, "\\x%02x", p->held[i]);
	p->have = p->want = 0;
	if (p->cr)
		fputs("\\u000d", p->to);
	p->cr = false;
}

static void held_write(struct plain *p)
{
	if (p->held[0] == 0xc2 && p->held[1] < 0xa0)
		fprintf(p->to, "\\u%04x", p->held[1]);
	else
		fwrite(p->held, 1, p->have, p->to);
	p->have = p->want = 0;
}

static void byte_write(struct plain *p, unsigned char c)
{
	if (p->want && (c & 0xc0) == 0x80) {
		p->held[p->have++] = c;
		if (p->have == p->want)
			held_write(p);
		return;
	}
	p->cr = p->cr && c != '\n';
	held_drop(p);
	if (c >= 0xc2 && c <= 0xf4) {
		p->want = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
		p->held[p->have++] = c;
	} else if (c >= 0x80) {
		fprintf(p->to, "\\x%02x", c);
	} else if (c == '\r') {
		p->cr = true;
	} else if (is_control(c)) {
		fprintf(p->to, "\\u%04x", c);
	} else {
		fputc(c, p->to);
	}
}

static ssize_t plain_write(void *cookie, const char *text, size_t len)
{
	struct plain *p = cookie;

	for (size_t i = 0; i < len; i++)
		byte_write(p, (unsigned char)text[i]);
	/* what cannot be written is an error of this stream */
	return fflush(p->to) == 0 ? (ssize_t)len : 0;
}

static int plain_close(void *cookie)
{
	struct plain *p = cookie;
	int ret;

	held_drop(p);
	ret = fflush(p->to);
	free(p);
	return ret;
}

FILE *plainfile_open(FILE *to)
{
	const cookie_io_functions_t functions = {.write = plain_write,
						 .close = plain_close};
	struct plain *p = calloc(1, sizeof(*p));
	FILE *f = NULL;

	if (!p)
		return NULL;
	p->to = to;
	f = fopencookie(p, "w", functions);
	if (f)
		setvbuf(f, NULL, _IOFBF, 1 << 16);
	else
		free(p);
	return f;
}

int plainfile_standard(const char *program)
{
	FILE *out = plainfile_open(stdout), *err = plainfile_open(stderr);

	if (!out || !err) {
		perror(program);
		return -ENOMEM;
	}
	setvbuf(err, NULL, _IOLBF, BUFSIZ);
	stdout = out;
	stderr = err;
	return 0;
}
