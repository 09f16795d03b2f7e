/* See steps.h. Formats: Podman 4 ("STEP 2/4: RUN ..."), Docker's classic
 * builder ("Step 2/4 : RUN ..."), BuildKit with --progress plain
 * ("#7 [2/4] RUN ...", "#7 0.123 text", "#7 DONE 0.2s"). */
#include "image/steps.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cleanup.h"

#define RUN_DONE "ie:run-done"

static enum step_kind kind_of(const char *instruction)
{
	static const struct {
		const char *word;
		enum step_kind kind;
	} words[] = {
		{"RUN", STEP_RUN}, {"COPY", STEP_COPY}, {"ADD", STEP_COPY}};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t n = strlen(words[i].word);

		if (strncasecmp(instruction, words[i].word, n) == 0 &&
		    isblank((unsigned char)instruction[n]))
			return words[i].kind;
	}
	return STEP_OTHER;
}

static struct step *step_find(struct steps *s, unsigned id)
{
	for (unsigned i = 0; i < s->count; i++)
		if (s->open[i].id == id)
			return &s->open[i];
	return NULL;
}

static void step_close(struct steps *s, struct step *step, uint64_t t)
{
	uint64_t run_end = step->run_end_ns ? step->run_end_ns : t;

	if (step->kind == STEP_RUN) {
		s->run_ns += run_end - step->start_ns;
		s->commit_ns += t - run_end;
		s->runs++;
		s->runs_marked += step->run_end_ns != 0;
	} else if (step->kind == STEP_EXPORT) {
		s->commit_ns += t - step->start_ns;
	} else if (step->kind == STEP_COPY) {
		s->copy_ns += t - step->start_ns;
	}
	*step = s->open[--s->count];
}

static void step_open(struct steps *s, unsigned id, enum step_kind kind,
		      uint64_t t)
{
	/* A classic step ends where the next one begins. */
	if (id == 0)
		steps_end(s, t);
	if (s->count > 0 && kind != STEP_OTHER)
		s->overlap = true;
	if (s->count < STEPS_OPEN_MAX)
		s->open[s->count++] = (struct step){kind, id, t, 0};
}

static void buildkit_line(struct steps *s, unsigned id, const char *rest,
			  uint64_t t)
{
	struct step *step = step_find(s, id);
	unsigned n, of;
	int skip = 0;

	if (!step) {
		/* "[2/4] RUN ..." or "[stage 2/4] RUN ..." */
		const char *end = rest[0] == '[' ? strchr(rest, ']') : NULL;
		const char *number = end;

		while (number && number > rest && number[-1] != ' ' &&
		       number[-1] != '[')
			number--;
		if (number && sscanf(number, "%u/%u] %n", &n, &of, &skip) == 2)
			step_open(s, id, kind_of(number + skip), t);
		else if (strncmp(rest, "exporting to image", 18) == 0)
			step_open(s, id, STEP_EXPORT, t);
		return;
	}
	if (strstr(rest, RUN_DONE) && step->kind == STEP_RUN &&
	    isdigit((unsigned char)rest[0]))
		step->run_end_ns = t;
	else if (strncmp(rest, "DONE", 4) == 0 ||
		 strncmp(rest, "CACHED", 6) == 0)
		step_close(s, step, t);
}

void steps_line(struct steps *s, const char *line, uint64_t t)
{
	unsigned id, n, of;
	int skip = 0;

	if (sscanf(line, "#%u %n", &id, &skip) == 1 && skip) {
		buildkit_line(s, id, line + skip, t);
	} else if (sscanf(line, "STEP %u/%u: %n", &n, &of, &skip) == 2 &&
		   skip) {
		step_open(s, 0, kind_of(line + skip), t);
	} else if (sscanf(line, "Step %u/%u : %n", &n, &of, &skip) == 2 &&
		   skip) {
		step_open(s, 0, kind_of(line + skip), t);
	} else if (strcmp(line, RUN_DONE) == 0 ||
		   (strstr(line, RUN_DONE) && line[0] == '\033')) {
		struct step *step = step_find(s, 0);

		if (step)
			step->run_end_ns = t;
	}
}

void steps_end(struct steps *s, uint64_t t)
{
	while (s->count > 0)
		step_close(s, &s->open[0], t);
}

bool steps_known(const struct steps *s)
{
	return !s->overlap && s->runs == s->runs_marked;
}

unsigned steps_count(const char *containerfile)
{
	cleanup_file FILE *f = fopen(containerfile, "re");
	cleanup_free char *line = NULL;
	unsigned count = 0;
	size_t cap = 0;

	while (f && getline(&line, &cap, f) > 0)
		count += kind_of(line + strspn(line, " \t")) != STEP_OTHER;
	return count;
}
