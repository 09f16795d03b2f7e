/* See steps.h. Formats: Podman 4 ("STEP 2/4: RUN ...") and Docker's classic
 * builder ("Step 2/4 : RUN ..."). */
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

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t n = strlen(words[i].word);

		if (strncasecmp(instruction, words[i].word, n) == 0 &&
		    isblank((unsigned char)instruction[n]))
			return words[i].kind;
	}
	return STEP_OTHER;
}

/* The word alone, or after the colours that Docker puts around output. */
static bool says_done(const char *line)
{
	return strcmp(line, RUN_DONE) == 0 ||
	       (line[0] == '\033' && strstr(line, RUN_DONE));
}

void steps_line(struct steps *s, const char *line, uint64_t t)
{
	unsigned n, of;
	int skip = 0;

	if (sscanf(line, "STEP %u/%u: %n", &n, &of, &skip) < 2 || !skip)
		if (sscanf(line, "Step %u/%u : %n", &n, &of, &skip) < 2)
			skip = 0;
	if (skip) {
		steps_end(s, t);
		s->now = kind_of(line + skip);
		s->start_ns = t;
		s->run_end_ns = 0;
		s->steps++;
	} else if (s->now == STEP_RUN && says_done(line)) {
		s->run_end_ns = t;
	}
}

void steps_end(struct steps *s, uint64_t t)
{
	uint64_t run_end = s->run_end_ns ? s->run_end_ns : t;

	if (s->now == STEP_RUN) {
		s->run_ns += run_end - s->start_ns;
		s->commit_ns += t - run_end;
		s->runs++;
		s->runs_marked += s->run_end_ns != 0;
	} else if (s->now == STEP_COPY) {
		s->copy_ns += t - s->start_ns;
	}
	s->now = STEP_NONE;
}

bool steps_known(const struct steps *s)
{
	return s->steps > 0 && s->runs == s->runs_marked;
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
