/* See last_words.h. */
#include "last_words.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define OURS "ie-bench: worker: "
#define SRUN "srun: error: "
#define STEPD "slurmstepd"
#define RULE_MIN 8

struct words {
	char *last, *own; /* lines */
	char *step;	  /* the first that says why a step of Slurm failed */
	char *open;	  /* what the last rule begins */
	char *ruled;	  /* what two rules enclose, nothing after them */
};

static bool is_rule(const char *line)
{
	return strlen(line) >= RULE_MIN && strspn(line, "-") == strlen(line);
}

/* Lines that follow each other, each ended by NUL so far, as one. */
static void join(char *from, const char *end)
{
	char *to = from;

	for (const char *p = from; p < end; p++)
		if (*p && *p != ' ')
			*to++ = *p;
		else if (to > from && to[-1] != ' ')
			*to++ = ' ';
	while (to > from && to[-1] == ' ')
		to--;
	*to = '\0';
}

static void line_take(struct words *w, char *line)
{
	char *next = line + strlen(line) + 1;

	if (is_rule(line)) {
		bool text = w->open && w->last && w->last >= w->open;

		w->ruled = text ? w->open : NULL;
		w->open = text ? NULL : next;
		if (text)
			join(w->ruled, line);
		return;
	}
	if (strspn(line, " \t\r") == strlen(line))
		return;
	w->last = line;
	w->ruled = NULL;
	if (strncmp(line, OURS, strlen(OURS)) == 0)
		w->own = line;
	if (!w->step && (strncmp(line, SRUN, strlen(SRUN)) == 0 ||
			 (strncmp(line, STEPD, strlen(STEPD)) == 0 &&
			  strstr(line, ": error: "))))
		w->step = line;
}

const char *last_words(char *text)
{
	struct words w = {.last = NULL};

	for (char *line = text; line;) {
		char *next = strchr(line, '\n');

		if (next)
			*next++ = '\0';
		line_take(&w, line);
		line = next;
	}
	if (w.own)
		return w.own;
	if (w.ruled)
		return w.ruled;
	if (w.step)
		return w.step;
	return w.last ? w.last : "";
}
