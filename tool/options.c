/* See options.h. */
#include "options.h"

#include <stdio.h>
#include <string.h>

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
	const char *word = o->next < o->argc ? o->argv[o->next] : "";

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

int command_at(int argc, char *const *argv, bool *pod)
{
	struct options o = {
		.argc = argc, .argv = argv, .letters = PODMAN_LETTERS};

	while (options_next(&o))
		;
	*pod = o.next < argc && strcmp(argv[o.next], "pod") == 0;
	if (o.next >= argc ||
	    !word_in("builder buildx container image pod", argv[o.next]))
		return o.next;
	for (o.next++; options_next(&o);)
		;
	return o.next;
}
