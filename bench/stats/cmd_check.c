/* ie-stats check: every record of the runs against the schema, each problem
 * on a line of its own. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "stats/args.h"
#include "stats/commands.h"
#include "stats/read/runs.h"
#include "utf8.h"

static void unknown_print(const struct problems *p)
{
	if (p->unknown_count == 0)
		return;
	printf("fields outside the dictionary:");
	for (size_t i = 0; i < p->unknown_count; i++) {
		utf8_scrub(p->unknown[i]);
		printf(" %s", p->unknown[i]);
	}
	putchar('\n');
}

int cmd_check(int argc, char **argv, struct err *e)
{
	const struct arg_option options[] = {{.name = NULL}};
	struct problems problems = {.out = stdout};
	struct runs runs = {0};
	size_t dirs;
	int ret;

	if (argc == 2 && strcmp(argv[1], "--fields") == 0) {
		schema_print(stdout);
		return 0;
	}
	ret = args_read(argc, argv, options, &dirs, e);
	if (ret < 0)
		return ret;
	ret = runs_read(&runs, argv, dirs, &problems, e);
	if (ret == -EINVAL && problems.count)
		err_wrap(e, ret, "check");
	for (size_t i = 0; ret == 0 && i < runs.count; i++)
		printf("%s: %zu ok, %zu failed, %zu invalid\n",
		       runs.list[i].dir, runs.list[i].ok, runs.list[i].failed,
		       runs.list[i].invalid);
	unknown_print(&problems);
	problems_free(&problems);
	runs_free(&runs);
	return ret;
}
