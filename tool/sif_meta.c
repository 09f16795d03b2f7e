/* See sif_meta.h. The layout of .singularity.d: the user guide of Singularity
 * 3, "Metadata". */
#include "sif_meta.h"

#include <ctype.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cleanup.h"

#define SHELL "#!/bin/sh\n"
#define ACTION(rest)                                                           \
	SHELL                                                                  \
	"for script in /.singularity.d/env/*.sh; do\n"                         \
	"\tif [ -f \"$script\" ]; then . \"$script\"; fi\n"                    \
	"done\n" rest

/* printf into memory; a privileged program cannot go on without it. */
static FILE *text_open(char **text, size_t *len)
{
	FILE *f = open_memstream(text, len);

	if (!f)
		abort();
	return f;
}

/* A word that the shell takes as it is. */
static void put_quoted(FILE *f, const char *word)
{
	putc('\'', f);
	for (; *word; word++)
		if (*word == '\'')
			fputs("'\\''", f);
		else
			putc(*word, f);
	putc('\'', f);
}

static void put_words(FILE *f, const json_t *words)
{
	size_t i;
	const json_t *w;

	json_array_foreach (words, i, w) {
		putc(' ', f);
		put_quoted(f, json_string_value(w) ? json_string_value(w) : "");
	}
}

/* As the engines have it: arguments take the place of CMD. */
static char *runscript(const json_t *config)
{
	const json_t *entry = json_object_get(config, "Entrypoint");
	const json_t *cmd = json_object_get(config, "Cmd");
	char *text;
	size_t len;
	FILE *f = text_open(&text, &len);

	fputs(SHELL, f);
	if (json_array_size(cmd) || !json_array_size(entry)) {
		fputs("[ $# -gt 0 ] || set --", f);
		if (json_array_size(cmd))
			put_words(f, cmd);
		else
			fputs(" /bin/sh", f);
		putc('\n', f);
	}
	fputs("exec", f);
	put_words(f, entry);
	fputs(" \"$@\"\n", f);
	fclose(f);
	return text;
}

static bool is_name(const char *s, size_t n)
{
	if (!n || isdigit((unsigned char)*s))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)s[i]) && s[i] != '_')
			return false;
	return true;
}

/* A variable that the caller has set stays, but for PATH, which would be the
 * host's. What the shell cannot name is left out. */
static char *environment(const json_t *config)
{
	const json_t *env = json_object_get(config, "Env");
	char *text;
	size_t len, i;
	const json_t *v;
	FILE *f = text_open(&text, &len);

	fputs(SHELL, f);
	json_array_foreach (env, i, v) {
		const char *s = json_string_value(v);
		size_t n = s ? strcspn(s, "=") : 0;

		if (!s || !s[n] || !is_name(s, n))
			continue;
		if (n != 4 || memcmp(s, "PATH", 4) != 0)
			fprintf(f, "[ -n \"${%.*s:-}\" ] || ", (int)n, s);
		fprintf(f, "%.*s=", (int)n, s);
		put_quoted(f, s + n + 1);
		fprintf(f, "\nexport %.*s\n", (int)n, s);
	}
	fclose(f);
	return text;
}

/* "2026-11-25T02:36:58.011338605Z"; an offset other than Z counts, too. */
static int64_t time_parse(const char *s)
{
	struct tm tm = {0};
	int hours = 0, minutes = 0;
	char sign = '+';
	const char *rest = strptime(s, "%Y-%m-%dT%H:%M:%S", &tm);
	int64_t t;

	if (!rest)
		return 0;
	rest += strspn(rest, ".0123456789");
	if (*rest != 'Z')
		sscanf(rest, "%c%2d:%2d", &sign, &hours, &minutes);
	t = timegm(&tm) - (sign == '-' ? -1 : 1) * (hours * 60 + minutes) * 60;
	/* squashfs has 32 bits for it */
	return t < 0 || t > UINT32_MAX ? 0 : t;
}

static char *json_text(json_t *o)
{
	char *text = json_dumps(o, JSON_INDENT(4) | JSON_SORT_KEYS);

	if (!text)
		abort();
	return text;
}

static char *labels(const struct sif_meta *m, json_t *config)
{
	json_auto_t *all = json_object();

	json_object_update(all, json_object_get(config, "Labels"));
	json_object_set_new(all, "org.label-schema.build-arch",
			    json_string(m->architecture));
	json_object_set_new(all, "org.label-schema.schema-version",
			    json_string("1.0"));
	return json_text(all);
}

/* Podman runs what the sections say, not what is in .singularity.d. */
static char *deffile(const struct sif_meta *m)
{
	char *text;
	size_t len;
	FILE *f = text_open(&text, &len);

	fprintf(f,
		"bootstrap: docker-daemon\nfrom: sha256:%s\n\n"
		"%%environment\n%s\n%%runscript\n%s",
		m->id, m->environment + strlen(SHELL),
		m->runscript + strlen(SHELL));
	fclose(f);
	return text;
}

int sif_meta_read(struct sif_meta *m, const char *inspect, struct err *e)
{
	json_error_t why;
	json_auto_t *all = json_loads(inspect, 0, &why);
	const char *id, *arch, *created;
	json_t *config;

	*m = (struct sif_meta){0};
	if (json_unpack(all, "[{s:s, s:s, s:s, s:o}]", "Id", &id,
			"Architecture", &arch, "Created", &created, "Config",
			&config) < 0 ||
	    strlen(id) != 64 || strspn(id, "0123456789abcdef") != 64 ||
	    strlen(arch) >= sizeof(m->architecture))
		return err_set(e, -EBADMSG,
			       "podman's description of the image: not as "
			       "expected");
	strcpy(m->id, id);
	strcpy(m->architecture, arch);
	m->created = time_parse(created);
	m->labels = labels(m, config);
	m->config = json_text(config);
	m->environment = environment(config);
	m->runscript = runscript(config);
	m->deffile = deffile(m);
	return 0;
}

void sif_meta_close(struct sif_meta *m)
{
	free(m->deffile);
	free(m->labels);
	free(m->config);
	free(m->environment);
	free(m->runscript);
	*m = (struct sif_meta){0};
}

#define D ".singularity.d"

size_t sif_meta_files(const struct sif_meta *m, struct tar_extra *files)
{
	const struct tar_extra all[] = {
		{'5', 0755, D, NULL, false},
		{'5', 0755, D "/actions", NULL, false},
		{'5', 0755, D "/env", NULL, false},
		{'5', 0755, D "/libs", NULL, false},
		{'0', 0755, D "/actions/exec", ACTION("exec \"$@\"\n"), false},
		{'0', 0755, D "/actions/run",
		 ACTION("exec /" D "/runscript \"$@\"\n"), false},
		{'0', 0755, D "/actions/shell", ACTION("exec /bin/sh \"$@\"\n"),
		 false},
		{'0', 0755, D "/actions/start",
		 ACTION("exec /" D "/startscript \"$@\"\n"), false},
		{'0', 0755, D "/actions/test",
		 ACTION("exec /" D "/test \"$@\"\n"), false},
		{'0', 0755, D "/env/10-docker2singularity.sh", m->environment,
		 false},
		{'0', 0755, D "/env/90-environment.sh", SHELL, false},
		{'0', 0755, D "/runscript", m->runscript, false},
		{'0', 0755, D "/startscript", SHELL, false},
		{'0', 0755, D "/test", SHELL, false},
		{'0', 0644, D "/Singularity", m->deffile, false},
		{'0', 0644, D "/labels.json", m->labels, false},
		{'2', 0777, ".exec", D "/actions/exec", false},
		{'2', 0777, ".run", D "/actions/run", false},
		{'2', 0777, ".shell", D "/actions/shell", false},
		{'2', 0777, ".test", D "/actions/test", false},
		{'2', 0777, "singularity", D "/runscript", true},
		{'2', 0777, "environment", D "/env/90-environment.sh", true},
		/* Where the engine mounts things */
		{'5', 0755, "dev", NULL, true},
		{'5', 0755, "home", NULL, true},
		{'5', 0755, "proc", NULL, true},
		{'5', 0700, "root", NULL, true},
		{'5', 0755, "sys", NULL, true},
		{'5', 01777, "tmp", NULL, true},
	};

	memcpy(files, all, sizeof(all));
	return ARRAY_SIZE(all);
}
