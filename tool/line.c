/* See line.h. */
#include "line.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void add(struct line *l, char *word)
{
	if (l->count + 2 > l->room) {
		l->room = l->room ? l->room * 2 : 64;
		l->words = reallocarray(l->words, l->room, sizeof(*l->words));
	}
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

void line_add_words(struct line *l, char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add(l, words[i]);
}

static void word_print(const char *s)
{
	if (*s && !s[strspn(s, "abcdefghijklmnopqrstuvwxyz"
			       "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "0123456789+,-./:=@_")]) {
		fputs(s, stdout);
		return;
	}
	putchar('\'');
	for (; *s; s++)
		if (*s == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*s);
	putchar('\'');
}

int line_print(const struct line *l)
{
	for (size_t i = 0; i < l->count; i++) {
		if (i)
			putchar(' ');
		word_print(l->words[i]);
	}
	putchar('\n');
	return 0;
}

int line_exec(const struct line *l, struct err *e)
{
	execvp(l->words[0], l->words);
	return err_sys(e, -errno, "%s", l->words[0]);
}
