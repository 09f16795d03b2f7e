/* See sif.h. The layout of .singularity.d: the user guide of Singularity 3,
 * "Metadata". No script of it has a variable of its own: the user may have one
 * by that name. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "sif.h"

#define D ".singularity.d"
#define SHELL "#!/bin/sh\n"
#define ACTION(rest)                                                           \
	SHELL "load() {\n"                                                     \
	      "\twhile [ $# -gt 0 ]; do\n"                                     \
	      "\t\t[ ! -f \"$1\" ] || . \"$1\"\n"                              \
	      "\t\tshift\n"                                                    \
	      "\tdone\n"                                                       \
	      "}\n"                                                            \
	      "load /" D "/env/*.sh\n" rest

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

/* As the engines have it, arguments take the place of CMD. Without any, it runs
 * in WORKDIR; otherwise where the user is, whose files the arguments name. */
static void put_runscript(FILE *f, const json_t *config)
{
	const json_t *entry = json_object_get(config, "Entrypoint");
	const json_t *cmd = json_object_get(config, "Cmd");
	const char *dir =
		json_string_value(json_object_get(config, "WorkingDir"));

	fputs(SHELL "if [ $# -eq 0 ]; then\n", f);
	if (dir && *dir) {
		/* What an image does not have, an engine would make */
		fputs("\tcd ", f);
		put_quoted(f, dir);
		fputs(" 2>/dev/null || :\n", f);
	}
	fputs("\tset --", f);
	put_words(f, cmd);
	if (!json_array_size(cmd) && !json_array_size(entry))
		fputs(" /bin/sh", f);
	fputs("\nfi\nexec", f);
	put_words(f, entry);
	fputs(" \"$@\"\n", f);
}

static bool is_name(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)s[i]) && s[i] != '_')
			return false;
	return n && !isdigit((unsigned char)*s);
}

/* A variable that the user has set stays, but for PATH, which would be the
 * host's. What the shell cannot name is left out. */
static void put_environment(FILE *f, const json_t *config)
{
	size_t i;
	const json_t *v;

	fputs(SHELL, f);
	json_array_foreach (json_object_get(config, "Env"), i, v) {
		const char *s = json_string_value(v);
		size_t n = s ? strcspn(s, "=") : 0;

		if (!s || !s[n] || !is_name(s, n))
			continue;
		if (n != 4 || memcmp(s, "PATH", 4) != 0)
			fprintf(f, "[ -n \"${%.*s:-}\" ] || ", (int)n, s);
		fprintf(f, "export %.*s=", (int)n, s);
		put_quoted(f, s + n + 1);
		putc('\n', f);
	}
}

/* The sections are what Podman runs; they hold no text of the image's. */
static void put_definition(FILE *f, const char *id)
{
	fprintf(f,
		"bootstrap: docker-daemon\nfrom: sha256:%s\n\n"
		"%%environment\n. /" D "/env/10-docker2singularity.sh\n\n"
		"%%runscript\nexec /" D "/runscript \"$@\"\n",
		id);
}

static void put_labels(FILE *f, const struct sif_meta *m, const json_t *config)
{
	json_auto_t *all =
		json_pack("{s:s, s:s}", "org.label-schema.build-arch", m->arch,
			  "org.label-schema.schema-version", "1.0");

	json_object_update_missing(all, json_object_get(config, "Labels"));
	json_dumpf(all, f, JSON_INDENT(4) | JSON_SORT_KEYS);
}

int sif_meta_read(struct sif_meta *m, const char *inspect, struct err *e)
{
	long long created = 0;
	int at = 0;
	json_auto_t *config = NULL;

	*m = (struct sif_meta){0};
	if (sscanf(inspect, "%64[0-9a-f] %15s %lld %n", m->id, m->arch,
		   &created, &at) == 3)
		config = json_loads(inspect + at, 0, NULL);
	if (!config || strlen(m->id) != 64)
		return err_set(e, -EBADMSG,
			       "podman image inspect: unexpected answer: %.80s",
			       inspect);
	if (created > 0 && created <= UINT32_MAX)
		m->created = (uint32_t)created;
	for (int i = 0; i < SIF_TEXTS; i++) {
		size_t size;
		FILE *f = open_memstream(&m->text[i], &size);

		if (!f)
			return err_sys(e, -errno, "describe the image");
		if (i == SIF_DEFINITION)
			put_definition(f, m->id);
		else if (i == SIF_LABELS)
			put_labels(f, m, config);
		else if (i == SIF_CONFIG)
			json_dumpf(config, f, JSON_INDENT(4) | JSON_SORT_KEYS);
		else if (i == SIF_ENVIRONMENT)
			put_environment(f, config);
		else
			put_runscript(f, config);
		if (fclose(f) != 0)
			return err_sys(e, -errno, "describe the image");
	}
	return 0;
}

void sif_meta_close(struct sif_meta *m)
{
	for (int i = 0; i < SIF_TEXTS; i++)
		free(m->text[i]);
}

/* A command that writes this text, which it inherits; a text that did not fit
 * into memory makes it fail. */
static void put_cat(FILE *f, const char *text)
{
	int fd = memfd_create("text", 0);
	ssize_t size = (ssize_t)strlen(text);

	if (fd >= 0 && write(fd, text, (size_t)size) == size)
		fprintf(f, "cat /proc/self/fd/%d\n", fd);
	else
		fputs("false\n", f);
}

char *sif_meta_pseudo(const struct sif_meta *m, int root)
{
	const struct {
		char type; /* mksquashfs's: D, F, S; d, s: unless it is there */
		unsigned mode;
		const char *path, *text;
	} files[] = {
		{'D', 0755, D, ""},
		{'D', 0755, D "/actions", ""},
		{'D', 0755, D "/env", ""},
		{'D', 0755, D "/libs", ""},
		{'F', 0755, D "/actions/exec", ACTION("exec \"$@\"\n")},
		{'F', 0755, D "/actions/run",
		 ACTION("exec /" D "/runscript \"$@\"\n")},
		{'F', 0755, D "/actions/shell",
		 ACTION("[ ! -x /bin/bash ] || exec /bin/bash --norc \"$@\"\n"
			"exec /bin/sh \"$@\"\n")},
		{'F', 0755, D "/env/10-docker2singularity.sh",
		 m->text[SIF_ENVIRONMENT]},
		{'F', 0755, D "/env/90-environment.sh", SHELL},
		{'F', 0755, D "/runscript", m->text[SIF_RUNSCRIPT]},
		{'F', 0755, D "/startscript", SHELL},
		{'F', 0755, D "/test", SHELL},
		{'F', 0644, D "/Singularity", m->text[SIF_DEFINITION]},
		{'F', 0644, D "/labels.json", m->text[SIF_LABELS]},
		{'S', 0777, ".exec", D "/actions/exec"},
		{'S', 0777, ".run", D "/actions/run"},
		{'S', 0777, ".shell", D "/actions/shell"},
		{'s', 0777, "singularity", D "/runscript"},
		{'s', 0777, "environment", D "/env/90-environment.sh"},
		/* Where Singularity mounts things */
		{'d', 0755, "dev", ""},
		{'d', 0755, "home", ""},
		{'d', 0755, "proc", ""},
		{'d', 0700, "root", ""},
		{'d', 0755, "sys", ""},
		{'d', 01777, "tmp", ""},
	};
	char *all;
	size_t size;
	FILE *f = open_memstream(&all, &size);
	struct stat st;

	for (size_t i = 0; f && i < ARRAY_SIZE(files); i++) {
		if (islower((unsigned char)files[i].type) &&
		    fstatat(root, files[i].path, &st, AT_SYMLINK_NOFOLLOW) == 0)
			continue;
		fprintf(f, "%s %c %u %o 0 0 ", files[i].path,
			toupper((unsigned char)files[i].type), m->created,
			files[i].mode);
		if (files[i].type == 'F')
			put_cat(f, files[i].text);
		else
			fprintf(f, "%s\n", files[i].text);
	}
	return f && fclose(f) == 0 ? all : NULL;
}
