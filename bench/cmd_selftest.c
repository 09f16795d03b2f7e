/* ie-bench selftest: plants lies around real runs and shows which are caught.
 * The lies are selftest/selftest.sh and selftest/lies.c; this finds the folders
 * to plant them on, prints the table, and keeps what came of it beside the
 * runs, for their records (selftest.h). */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "ie-bench.h"
#include "command.h"
#include "run/launch.h"
#include "proc.h"
#include "run/selftest.h"
#include "plan/site.h"
#include "storage/fstype.h"

struct selftest {
	const char *site, *results;
	char *bin, *helpers; /* folders of the programs, and of the lies */
	json_t *lies;
	size_t missed;
};

enum { OPT_SITE = 1, OPT_RESULTS };

static int options_parse(struct selftest *t, int argc, char **argv,
			 struct err *e)
{
	static const struct option allowed[] = {
		{"site", required_argument, NULL, OPT_SITE},
		{"results", required_argument, NULL, OPT_RESULTS},
		{NULL, 0, NULL, 0},
	};
	int opt;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, "", allowed, NULL)) != -1) {
		if (opt == '?')
			return err_set(e, -EINVAL,
				       "%s: unknown option, or one without "
				       "its value",
				       argv[optind - 1]);
		*(opt == OPT_SITE ? &t->site : &t->results) = optarg;
	}
	if (optind != argc)
		return err_set(e, -EINVAL, "%s: no such argument",
			       argv[optind]);
	return 0;
}

static int helpers_find(struct selftest *t, struct err *e)
{
	static const char *const places[] = {".", "../libexec/ie-bench"};
	cleanup_free char *stats = NULL;

	t->bin = proc_self_dir();
	if (!t->bin || asprintf(&stats, "%s/ie-stats", t->bin) < 0) {
		stats = NULL;
		return err_sys(e, -ENOMEM, "find this program");
	}
	for (size_t i = 0; !t->helpers && i < ARRAY_SIZE(places); i++) {
		cleanup_free char *dir = NULL, *script = NULL;

		if (asprintf(&dir, "%s/%s", t->bin, places[i]) < 0 ||
		    asprintf(&script, "%s/selftest.sh", dir) < 0)
			return err_sys(e, -ENOMEM, "find selftest.sh");
		if (access(script, R_OK) == 0)
			t->helpers = realpath(dir, NULL);
	}
	if (!t->helpers)
		return err_set(e, -ENOENT,
			       "find selftest.sh: neither in %s nor in %s/%s",
			       t->bin, t->bin, places[1]);
	if (access(stats, X_OK) < 0)
		return err_sys(e, -errno, "%s, which judges records", stats);
	return 0;
}

/* A line of the table: "RESULT\tLIE\tWHAT". */
static void lie_take(struct selftest *t, const char *target, char *line)
{
	char *result = strsep(&line, "\t"), *lie = strsep(&line, "\t");
	bool missed;

	if (!lie || !line)
		return;
	missed = strcmp(result, "missed") == 0;
	t->missed += missed;
	printf("%-34s %-10s %s\n", lie, missed ? "NOT CAUGHT" : result, line);
	fflush(stdout);
	json_array_append_new(t->lies, json_pack("{ss ss ss ss}", "target",
						 target, "lie", lie, "result",
						 result, "what", line));
}

static void key_set(const char *name, const char *value)
{
	if (value)
		setenv(name, value, 1);
	else
		unsetenv(name);
}

/* After a signal the script takes away what it has made; then it ends. */
static void lines_take(struct selftest *t, const char *target, struct proc *p)
{
	cleanup_file FILE *out = fdopen(dup(p->out), "r");
	bool told = false;
	char *line = NULL;
	size_t room = 0;

	while (out) {
		errno = 0;
		if (getline(&line, &room, out) > 0) {
			line[strcspn(line, "\n")] = '\0';
			lie_take(t, target, line);
		} else if (errno != EINTR) {
			break;
		}
		clearerr(out);
		if (launch_interrupted && !told)
			kill(-p->pid, SIGTERM);
		told = launch_interrupted;
	}
	free(line);
}

/* Plants all lies on a folder; the target's keys are in the environment. */
static int folder_try(struct selftest *t, const char *target,
		      const char *folder, struct err *e)
{
	cleanup_free char *script = NULL;
	const char *argv[] = {"sh", NULL, t->bin, t->helpers, folder, NULL};
	size_t before = json_array_size(t->lies);
	struct proc p;
	int status = 0;
	int r;

	if (asprintf(&script, "%s/selftest.sh", t->helpers) < 0) {
		script = NULL;
		return err_sys(e, -ENOMEM, "plant lies");
	}
	argv[1] = script;
	printf("%s (%s on %s, %s)\n", target, getenv("IE_DRIVER"), folder,
	       getenv("IE_FSTYPE"));
	fflush(stdout);
	r = proc_start(&p, argv, PROC_OUT, e);
	if (r < 0)
		return r;
	lines_take(t, target, &p);
	r = proc_wait(&p, 5000, &status);
	proc_close(&p);
	if (launch_interrupted)
		return err_set(e, -EINTR, "interrupted");
	if (r < 0 || status != 0 || json_array_size(t->lies) == before)
		return err_set(e, -EIO, "%s: %s ended before its end", target,
			       script);
	return 0;
}

/* Why nothing can be planted on a target; NULL: it can. */
static const char *hindrance(const struct site_target *t)
{
	const char *path =
		json_string_value(json_object_get(t->options, "path"));

	if (!t->ops || (strcmp(t->ops->name, "posix") != 0 &&
			strcmp(t->ops->name, "uring") != 0))
		return "its driver works on no folder of this host";
	if (t->nodes > 1 || t->launches[0] || t->worker)
		return "it is measured elsewhere (launch)";
	if (access(path, W_OK | X_OK) < 0)
		return strerror(errno);
	return NULL;
}

static int target_try(struct selftest *t, const struct site_target *at,
		      struct err *e)
{
	static const char *const keys[][2] = {{"IE_FSTYPE", "fstype"},
					      {"IE_DIRECT", "direct"}};
	const json_t *options = at->options;

	key_set("IE_DRIVER", at->driver);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		key_set(keys[i][0], json_string_value(json_object_get(
					    options, keys[i][1])));
	key_set("IE_DROP", at->drop);
	key_set("IE_DISK_READS", at->disk_reads);
	return folder_try(t, at->name,
			  json_string_value(json_object_get(options, "path")),
			  e);
}

static int site_try(struct selftest *t, const struct site *s, struct err *e)
{
	size_t tried = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->count; i++) {
		const char *why = hindrance(&s->targets[i]);

		if (why) {
			printf("%s: no lies are planted: %s\n",
			       s->targets[i].name, why);
			continue;
		}
		tried++;
		r = target_try(t, &s->targets[i], e);
	}
	if (r == 0 && tried == 0)
		return err_set(e, -EINVAL,
			       "%s: no target is a folder that can be written "
			       "to from here; without --site a throwaway one "
			       "is tried",
			       t->site);
	return r;
}

/* On a disk where there is one: what is in memory cannot be read cold. */
static int throwaway_try(struct selftest *t, struct err *e)
{
	const char *tmp = getenv("TMPDIR");
	char folder[PATH_MAX], fstype[FSTYPE_MAX];
	cleanup_fd int fd = -1;
	struct err other;
	int r;

	snprintf(folder, sizeof(folder), "%s/ie-selftest.XXXXXX",
		 tmp && *tmp ? tmp : "/var/tmp");
	if (!mkdtemp(folder))
		return err_sys(e, -errno, "make a folder %s", folder);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		fstype_check(fd, "", folder, "", fstype, &other);
	key_set("IE_DRIVER", "posix");
	key_set("IE_FSTYPE", fstype);
	key_set("IE_DIRECT", NULL);
	key_set("IE_DROP", NULL);
	key_set("IE_DISK_READS", NULL);
	r = fd < 0 ? err_sys(e, -errno, "open %s", folder)
		   : folder_try(t, "throwaway folder", folder, e);
	rmdir(folder);
	return r;
}

static void by_design_print(void)
{
	fputs("not caught, by design:\n"
	      "- a sync that lies, where neither a limit stands beside it nor "
	      "the power is cut (plans/powercut.ini)\n"
	      "- a mount that is missing over a folder on a file system of "
	      "the same type\n"
	      "- clocks of a host that are all wrong alike\n"
	      "- a record that is forged in all its fields alike: nothing is "
	      "signed\n"
	      "- commands of the site file (drop, disk_reads) that lie\n"
	      "- a wrong byte in what is not read back: verified_bytes says "
	      "how much was\n",
	      stdout);
}

static int selftest(struct selftest *t, struct site *s, struct err *e)
{
	json_auto_t *result = NULL;
	int r = helpers_find(t, e);

	if (r == 0)
		r = s ? site_try(t, s, e) : throwaway_try(t, e);
	if (r < 0)
		return r;
	by_design_print();
	result = selftest_result(s ? s->name : NULL, t->lies);
	r = selftest_keep(t->results, result, e);
	return r < 0 ? r : t->missed ? EXIT_FAILED : EXIT_DONE;
}

int cmd_selftest(int argc, char **argv, struct err *e)
{
	json_auto_t *lies = json_array();
	struct selftest t = {.results = "results", .lies = lies};
	struct site *s = NULL;
	int r = options_parse(&t, argc, argv, e);

	if (r == 0 && t.site && site_load(&s, t.site, e) < 0)
		r = -EINVAL; /* bad input of any kind */
	signals_catch();
	if (r == 0)
		r = selftest(&t, s, e);
	if (r < 0)
		r = err_wrap(e, r, "selftest");
	site_free(s);
	free(t.bin);
	free(t.helpers);
	return r;
}
