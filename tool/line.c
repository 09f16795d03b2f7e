/* See line.h. */
#include "line.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void add(struct line *l, char *word)
{
	l->words = reallocarray(l->words, l->count + 2, sizeof(*l->words));
	if (!word || !l->words) {
		fputs("ie-podman: out of memory\n", stderr);
		exit(1);
	}
	l->words[l->count++] = word;
	l->words[l->count] = NULL;
}

void line_add(struct line *l, const char *fmt, ...)
{
	char *word = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&word, fmt, ap) < 0)
		word = NULL;
	va_end(ap);
	add(l, word);
}

void line_add_words(struct line *l, char *const *words, int count)
{
	for (int i = 0; i < count; i++)
		add(l, words[i]);
}

void word_print(FILE *f, const char *word)
{
	if (*word && !word[strspn(word, "abcdefghijklmnopqrstuvwxyz"
					"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					"0123456789+,-./:=@_")]) {
		fputs(word, f);
		return;
	}
	putc('\'', f);
	for (; *word; word++)
		if (*word == '\'')
			fputs("'\\''", f);
		else
			putc(*word, f);
	putc('\'', f);
}

void line_print(const struct line *l)
{
	for (size_t i = 0; i < l->count; i++) {
		word_print(stdout, l->words[i]);
		putchar(i + 1 < l->count ? ' ' : '\n');
	}
}

int line_exec(const struct line *l, struct err *e)
{
	execvp(l->words[0], l->words);
	return err_sys(e, -errno, "%s", l->words[0]);
}
