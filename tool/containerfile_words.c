/* See containerfile_words.h. */
#include "containerfile_words.h"

#include <string.h>

char *word_next(char **rest)
{
	char *w = word_peek(rest);
	size_t n = strcspn(w, BLANK);

	if (!n)
		return NULL;
	*rest = w + n + (w[n] != '\0');
	w[n] = '\0';
	return w;
}

char *word_peek(char **rest)
{
	*rest += strspn(*rest, BLANK);
	return *rest;
}

bool word_is_plain(const char *word)
{
	for (const char *p = word; *p; p++)
		if (strchr("\\'\"", *p) || *p & 0x80)
			return false;
	return true;
}

bool word_is_number(const char *word)
{
	return word[0] && word[strspn(word, "0123456789")] == '\0';
}
