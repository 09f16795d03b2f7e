/* See options.h. */
#include "options.h"

#include <string.h>

const struct flags podman_flags = {
	"help noout remote syslog trace transient-store version",
	"rv",
};

/* --ip and --gpu are ours. tests/cli/podman-run.t holds this against the help
 * of the podman that is installed. */
const struct flags run_flags = {
	"detach disable-content-trust env-host gpu help http-proxy init "
	"interactive ip no-healthcheck no-hostname no-hosts oom-kill-disable "
	"passwd privileged publish-all quiet read-only read-only-tmpfs replace "
	"rm rmi rootfs sig-proxy syslog tls-verify tty unsetenv-all",
	"ditPq",
};

bool word_in(const char *words, const char *word, size_t n)
{
	for (const char *w = words; *w; w += strspn(w, " ")) {
		size_t k = strcspn(w, " ");

		if (k == n && strncmp(w, word, n) == 0)
			return true;
		w += k;
	}
	return false;
}

struct walk {
	int argc;
	char *const *argv;
	const struct flags *flags;
	int (*fn)(const struct option_seen *, void *, struct err *);
	void *arg;
	struct err *e;
};

/* --name, --name=value, --name value */
static int long_option(const struct walk *w, int i, int *words)
{
	char *const word = w->argv[i] + 2;
	char *equals = strchr(word, '=');
	size_t n = equals ? (size_t)(equals - word) : strlen(word);
	char name[64];
	struct option_seen seen = {.name = name, .first = i, .alone = true};

	if (n >= sizeof(name))
		n = sizeof(name) - 1;
	memcpy(name, word, n);
	name[n] = '\0';
	*words = 1;
	if (equals)
		seen.value = equals + 1;
	else if (!word_in(w->flags->words, name, n) && i + 1 < w->argc)
		seen.value = w->argv[i + (*words)++];
	seen.words = *words;
	return w->fn(&seen, w->arg, w->e);
}

/* -it, -e VALUE, -eVALUE, -itv VALUE */
static int short_options(const struct walk *w, int i, int *words)
{
	const char *s = w->argv[i] + 1;
	int rc = 0;

	*words = 1;
	for (bool ends = false; *s && !ends && rc >= 0; s++) {
		char name[2] = {*s};
		struct option_seen seen = {.name = name,
					   .first = i,
					   .alone = s[1] == '\0' &&
						    s == w->argv[i] + 1};

		ends = !strchr(w->flags->letters, *s);
		if (ends && s[1])
			seen.value = s[1] == '=' ? s + 2 : s + 1;
		else if (ends && i + 1 < w->argc)
			seen.value = w->argv[i + (*words)++];
		seen.words = *words;
		rc = w->fn(&seen, w->arg, w->e);
	}
	return rc;
}

int options_walk(int argc, char *const *argv, int i, const struct flags *flags,
		 int (*fn)(const struct option_seen *, void *, struct err *),
		 void *arg, struct err *e)
{
	const struct walk w = {argc, argv, flags, fn, arg, e};

	while (i < argc && argv[i][0] == '-' && argv[i][1]) {
		int words = 1, rc;

		if (strcmp(argv[i], "--") == 0)
			return i;
		rc = argv[i][1] == '-' ? long_option(&w, i, &words)
				       : short_options(&w, i, &words);
		if (rc < 0)
			return rc;
		i += words;
	}
	return i;
}
