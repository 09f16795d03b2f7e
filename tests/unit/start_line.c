/* Jobs begin together: none before the last has come, nor before the moment
 * that was agreed with other clients. */
#include "worker/start_line.h"

#include <time.h>

#include "tap.h"
#include "units.h"

#define JOBS 8

static struct start_line line;
static uint64_t moment, came[JOBS], began[JOBS];

static void *job(void *arg)
{
	unsigned i = (unsigned)(uintptr_t)arg;
	const struct timespec late = {.tv_nsec = 30000000};

	if (i == 3)
		nanosleep(&late, NULL);
	came[i] = now_ns();
	began[i] = start_line_wait(&line, moment);
	return NULL;
}

static void run(const char *name)
{
	pthread_t threads[JOBS];
	uint64_t last_came = 0, first_began = UINT64_MAX, last_began = 0;

	start_line_init(&line, JOBS);
	for (uintptr_t i = 0; i < JOBS; i++)
		pthread_create(&threads[i], NULL, job, (void *)i);
	for (unsigned i = 0; i < JOBS; i++)
		pthread_join(threads[i], NULL);
	for (unsigned i = 0; i < JOBS; i++) {
		last_came = came[i] > last_came ? came[i] : last_came;
		last_began = began[i] > last_began ? began[i] : last_began;
		first_began = began[i] < first_began ? began[i] : first_began;
	}
	ok(first_began > last_came && first_began >= moment,
	   "%s: none begins before all are there", name);
	printf("# the first and the last of %u are %.3f ms apart\n", JOBS,
	       (double)(last_began - first_began) / 1e6);
}

int main(void)
{
	uint64_t before = now_ns();

	run("jobs of one client");
	moment = now_ns() + 100000000;
	run("jobs of several clients");
	ok(now_ns() >= moment, "which wait for the agreed moment");
	start_line_init(&line, 1);
	ok(start_line_wait(&line, 0) > before, "one job alone begins at once");
	return done_testing();
}
