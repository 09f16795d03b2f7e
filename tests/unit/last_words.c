/* Why a program ended: what is taken of what it wrote to standard error. */
#include "run/last_words.h"

#include <string.h>

#include "cleanup.h"
#include "tap.h"

#define RULE "--------------------------------------------------------\n"

static const struct {
	const char *text, *words;
} all[] = {
	{"", ""},
	{"\n \n", ""},
	{"one", "one"},
	{"one\ntwo\n", "two"},
	{"one\n\n \t\n", "one"},
	{RULE, ""},
	{"a banner\n" RULE, "a banner"},
	{RULE "mpirun noticed that it died.\n" RULE,
	 "mpirun noticed that it died."},
	{RULE "first\n" RULE RULE "There are not enough slots\n"
	      "for 4 of them:\n\n  ie-bench\n" RULE,
	 "There are not enough slots for 4 of them: ie-bench"},
	{"the end of a block\n" RULE RULE "another\nblock\n" RULE,
	 "another block"},
	{RULE "a block\n" RULE "and after it\n", "and after it"},
	{"ie-bench: worker: read a case: why\n" RULE
	 "mpirun: exit code 2\n" RULE,
	 "ie-bench: worker: read a case: why"},
	{"ie-bench: worker: one\nie-bench: worker: two\nthree\n",
	 "ie-bench: worker: two"},
	{"not ie-bench: worker: one\nthree\n", "three"},
	{"srun: job 7 queued and waiting for resources\n",
	 "srun: job 7 queued and waiting for resources"},
	{"srun: error: n2: task 1: Killed\n"
	 "slurmstepd-n1: error: *** STEP 10.0 ON n1 CANCELLED ***\n"
	 "srun: error: n1: task 0: Terminated\n"
	 "srun: Force Terminated StepId=10.0\n",
	 "srun: error: n2: task 1: Killed"},
	{"slurmstepd-n1: error: execve(): /x: No such file or directory\n"
	 "srun: error: n1: task 0: Exited with exit code 2\n",
	 "slurmstepd-n1: error: execve(): /x: No such file or directory"},
	{"srun: error: n1: task 1: Exited with exit code 2\n"
	 "ie-bench: worker: one\n",
	 "ie-bench: worker: one"},
};

int main(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		char text[512];

		snprintf(text, sizeof(text), "%s", all[i].text);
		is_str(last_words(text), all[i].words, "text %zu", i);
	}
	return done_testing();
}
