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

/* What takes no value, anywhere: --ip and --gpu are ours.
 * tests/cli/podman-check.t holds it against the help of the podman that is
 * installed. */
static const char flags[] =
	"detach disable-content-trust env-host gpu help http-proxy infra init "
	"interactive ip no-healthcheck no-hostname no-hosts noout "
	"oom-kill-disable passwd privileged publish-all quiet read-only "
	"read-only-tmpfs remote replace rm rmi rootfs share-parent sig-proxy "
	"syslog tls-verify trace transient-store tty unsetenv-all version";

bool word_in(const char *words, const char *word)
{
	size_t n = strlen(word);

	for (const char *w = words; *w; w += strspn(w, " ")) {
		size_t k = strcspn(w, " ");

		if (k == n && strncmp(w, word, n) == 0)
			return true;
		w += k;
	}
	return false;
}

/* --name, --name=value, --name value */
static void take_word(struct options *o)
{
	const char *word = o->argv[o->next++] + 2;
	size_t n = strcspn(word, "=");

	snprintf(o->name, sizeof(o->name), "%.*s", (int)n, word);
	if (word[n])
		o->value = word + n + 1;
	else if (!word_in(flags, o->name) && o->next < o->argc)
		o->value = o->argv[o->next++];
}

/* One of -it, -e VALUE, -eVALUE, -itv VALUE, -P=false */
static void take_letter(struct options *o)
{
	const char *s = o->argv[o->next] + 1 + o->letter++;
	bool flag = strchr(o->letters, *s) != NULL;

	snprintf(o->name, sizeof(o->name), "%c", *s);
	if (flag && s[1] && s[1] != '=')
		return;
	o->letter = 0;
	o->next++;
	if (s[1])
		o->value = s + 1 + (s[1] == '=');
	else if (!flag && o->next < o->argc)
		o->value = o->argv[o->next++];
}

bool options_next(struct options *o)
{
	const char *word = o->next < o->argc ? o->argv[o->next] : "-";

	if (word[0] != '-' || !word[1] || strcmp(word, "--") == 0)
		return false;
	o->at = o->next;
	o->value = NULL;
	if (word[1] == '-')
		take_word(o);
	else
		take_letter(o);
	return true;
}

const char *command_find(int argc, char *const *argv, int *at)
{
	struct options o = {
		.argc = argc, .argv = argv, .letters = PODMAN_LETTERS};
	const char *group, *word;

	while (options_next(&o))
		;
	group = o.next < argc ? argv[o.next] : "";
	if (word_in("builder buildx container image pod", group))
		for (o.next++; options_next(&o);)
			;
	*at = o.next;
	word = o.next < argc ? argv[o.next] : "";
	if (strcmp(group, "pod") == 0)
		return strcmp(word, "create") == 0 ? "pod create" : "pod";
	return word;
}
