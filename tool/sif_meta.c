/* See sif.h. The layout of .singularity.d: the user guide of Singularity 3,
 * "Metadata". No script of it has a variable of its own: the user may have one
 * by that name. */
#include <ctype.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "line.h"
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

static const char *text(const json_t *t)
{
	return json_is_string(t) ? json_string_value(t) : "";
}

static void put_words(FILE *f, const json_t *words)
{
	size_t i;
	const json_t *w;

	json_array_foreach (words, i, w) {
		putc(' ', f);
		word_print(f, text(w));
	}
}

/* As the engines have it, arguments take the place of CMD. Without any, it runs
 * in WORKDIR; otherwise where the user is, whose files the arguments name. */
static void put_runscript(FILE *f, const json_t *config)
{
	const json_t *entry = json_object_get(config, "Entrypoint");
	const json_t *cmd = json_object_get(config, "Cmd");
	const char *dir = text(json_object_get(config, "WorkingDir"));

	/* A folder that an image does not have, an engine would make */
	fputs(SHELL "if [ $# -eq 0 ]; then\n\tcd ", f);
	word_print(f, *dir ? dir : ".");
	fputs(" 2>/dev/null || :\n\tset --", f);
	put_words(f, cmd);
	if (!json_array_size(cmd) && !json_array_size(entry))
		fputs(" /bin/sh", f);
	fputs("\nfi\nexec", f);
	put_words(f, entry);
	fputs(" \"$@\"\n", f);
}

/* A variable that the user has set stays, but for PATH, which would be the
 * host's. What the shell cannot name is left out. */
static void put_environment(FILE *f, const json_t *config)
{
	static const char names[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz_0123456789";
	size_t i;
	const json_t *v;

	fputs(SHELL, f);
	json_array_foreach (json_object_get(config, "Env"), i, v) {
		const char *s = text(v);
		int n = (int)strspn(s, names);

		if (!n || isdigit((unsigned char)*s) || s[n] != '=')
			continue;
		if (strncmp(s, "PATH=", 5) != 0)
			fprintf(f, "[ -n \"${%.*s:-}\" ] || ", n, s);
		fprintf(f, "export %.*s=", n, s);
		word_print(f, s + n + 1);
		putc('\n', f);
	}
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
		/* Podman runs its sections; none has a text of the image's */
		if (i == SIF_DEFINITION)
			fprintf(f,
				"bootstrap: docker-daemon\nfrom: sha256:%s\n\n"
				"%%environment\n"
				". /" D "/env/10-docker2singularity.sh\n\n"
				"%%runscript\nexec /" D "/runscript \"$@\"\n",
				m->id);
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

char *sif_meta_pseudo(const struct sif_meta *m, struct line *l)
{
	const struct {
		const char *path;
		char type;
		const char *text;
	} all[] = {
		{D, 'D', ""},
		{D "/actions", 'D', ""},
		{D "/env", 'D', ""},
		{D "/libs", 'D', ""},
		{D "/actions/exec", 'F', ACTION("exec \"$@\"\n")},
		{D "/actions/run", 'F',
		 ACTION("exec /" D "/runscript \"$@\"\n")},
		{D "/actions/shell", 'F',
		 ACTION("[ ! -x /bin/bash ] || exec /bin/bash --norc \"$@\"\n"
			"exec /bin/sh \"$@\"\n")},
		{D "/env/10-docker2singularity.sh", 'F',
		 m->text[SIF_ENVIRONMENT]},
		{D "/env/90-environment.sh", 'F', SHELL},
		{D "/runscript", 'F', m->text[SIF_RUNSCRIPT]},
		{D "/startscript", 'F', SHELL},
		{D "/test", 'F', SHELL},
		{D "/Singularity", 'F', m->text[SIF_DEFINITION]},
		{D "/labels.json", 'F', m->text[SIF_LABELS]},
		{".exec", 'S', D "/actions/exec"},
		{".run", 'S', D "/actions/run"},
		{".shell", 'S', D "/actions/shell"},
	};
	char *texts = NULL;
	size_t size;
	FILE *f = open_memstream(&texts, &size);

	if (!f)
		return NULL;
	/* "PATH TYPE TIME MODE UID GID ...", a file's contents from a command
	 */
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		line_add(l, "-p");
		if (all[i].type != 'F') {
			line_add(l, "%s %c %u %o 0 0 %s", all[i].path,
				 all[i].type, m->created,
				 all[i].type == 'S' ? 0777 : 0755, all[i].text);
			continue;
		}
		line_add(l,
			 "%s F %u 755 0 0 dd if=/proc/self/fd/5 status=none "
			 "iflag=skip_bytes,count_bytes skip=%ld count=%zu",
			 all[i].path, m->created, ftell(f),
			 strlen(all[i].text));
		fputs(all[i].text, f);
	}
	fclose(f);
	return texts;
}
