/* ie-bench plan, ie-bench run: from a plan and a site to cases and records. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "cleanup.h"
#include "ie-bench.h"
#include "command.h"
#include "run/launch.h"
#include "plan/plan.h"
#include "run/runner.h"
#include "units.h"

struct options {
	const char *plan, *site, *results, *run_id, *resume;
	enum progress_mode progress;
	bool has_seed, fresh, dry_run;
	uint64_t seed;
};

enum {
	OPT_SITE = 1,
	OPT_SEED,
	OPT_RESULTS,
	OPT_ID,
	OPT_RESUME,
	OPT_PROGRESS,
	OPT_FRESH,
	OPT_DRY
};

static const struct option plan_options[] = {
	{"site", required_argument, NULL, OPT_SITE},
	{"seed", required_argument, NULL, OPT_SEED},
	{NULL, 0, NULL, 0},
};

static const struct option run_options[] = {
	{"site", required_argument, NULL, OPT_SITE},
	{"seed", required_argument, NULL, OPT_SEED},
	{"results", required_argument, NULL, OPT_RESULTS},
	{"run-id", required_argument, NULL, OPT_ID},
	{"resume", required_argument, NULL, OPT_RESUME},
	{"fresh-session", no_argument, NULL, OPT_FRESH},
	{"dry-run", no_argument, NULL, OPT_DRY},
	{"progress", required_argument, NULL, OPT_PROGRESS},
	{NULL, 0, NULL, 0},
};

static int progress_parse(const char *word, enum progress_mode *mode)
{
	static const char *const words[] = {
		[PROGRESS_AUTO] = "auto",
		[PROGRESS_PLAIN] = "plain",
		[PROGRESS_NONE] = "none",
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcmp(words[i], word) == 0) {
			*mode = (enum progress_mode)i;
			return 0;
		}
	return -EINVAL;
}

static int option_set(struct options *o, int opt, struct err *e)
{
	switch (opt) {
	case OPT_SITE:
		o->site = optarg;
		return 0;
	case OPT_RESULTS:
		o->results = optarg;
		return 0;
	case OPT_ID:
		o->run_id = optarg;
		return 0;
	case OPT_RESUME:
		o->resume = optarg;
		return 0;
	case OPT_FRESH:
		o->fresh = true;
		return 0;
	case OPT_DRY:
		o->dry_run = true;
		return 0;
	case OPT_SEED:
		o->has_seed = true;
		if (count_parse(optarg, 0, INT64_MAX, &o->seed) == 0)
			return 0;
		return err_set(e, -EINVAL, "--seed %s: not a whole number",
			       optarg);
	case OPT_PROGRESS:
		if (progress_parse(optarg, &o->progress) == 0)
			return 0;
		return err_set(e, -EINVAL,
			       "--progress %s: allowed: auto, plain, none",
			       optarg);
	default:
		return -EINVAL;
	}
}

static int options_parse(struct options *o, int argc, char **argv,
			 const struct option *allowed, struct err *e)
{
	int opt, r;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, "", allowed, NULL)) != -1) {
		if (opt == '?')
			return err_set(e, -EINVAL,
				       "%s: unknown option, or one without "
				       "its value",
				       argv[optind - 1]);
		r = option_set(o, opt, e);
		if (r < 0)
			return r;
	}
	if (optind + 1 != argc)
		return err_set(e, -EINVAL, "exactly one PLAN.ini is needed");
	o->plan = argv[optind];
	if (!o->site)
		return err_set(e, -EINVAL, "--site SITE.ini is needed");
	if (o->resume && (o->run_id || o->results || o->has_seed))
		return err_set(e, -EINVAL,
			       "--resume has its results folder, run id and "
			       "seed already");
	if (o->fresh && !o->resume)
		return err_set(e, -EINVAL, "--fresh-session is for --resume");
	return 0;
}

struct loaded {
	struct plan *plan;
	struct site *site;
	struct schedule *schedule;
	struct rundir dir;
};

static void loaded_free(struct loaded *l)
{
	rundir_close(&l->dir);
	schedule_free(l->schedule);
	plan_free(l->plan);
	site_free(l->site);
}

static int schedule_load(struct loaded *l, uint64_t seed, struct err *e)
{
	char notes[2048];
	int r = schedule_make(&l->schedule, l->plan, l->site, seed, notes,
			      sizeof(notes), e);

	if (r == 0)
		fputs(notes, stderr);
	return r;
}

/* The command line's seed, the plan's, or a random one. */
static void seed_choose(struct options *o, const struct plan *p)
{
	if (o->has_seed)
		return;
	o->has_seed = true;
	o->seed = p->seed;
	if (p->has_seed)
		return;
	if (getrandom(&o->seed, sizeof(o->seed), 0) < 0)
		o->seed = now_ns() ^ (uint64_t)getpid() << 32;
	o->seed >>= 1; /* fits json_int_t */
}

static int plan_order(struct loaded *l, struct options *o, struct err *e)
{
	seed_choose(o, l->plan);
	return schedule_load(l, o->seed, e);
}

static int plan_print(const struct schedule *s)
{
	for (size_t i = 0; i < s->count; i++) {
		json_t *j = case_to_json(s->cases[i]);
		cleanup_free char *text = json_dumps(j, JSON_COMPACT);

		json_decref(j);
		if (!text || printf("%s\n", text) < 0)
			return EXIT_FAILED;
	}
	return fflush(stdout) == 0 ? EXIT_DONE : EXIT_FAILED;
}

int cmd_plan(int argc, char **argv, struct err *e)
{
	struct options o = {0};
	struct loaded l = {.dir = {.fd = -1}};
	int r;

	if (options_parse(&o, argc, argv, plan_options, e) < 0 ||
	    plan_load(&l.plan, o.plan, e) < 0 ||
	    site_load(&l.site, o.site, e) < 0 || plan_order(&l, &o, e) < 0)
		r = err_wrap(e, -EINVAL, "plan"); /* bad input of any kind */
	else
		r = plan_print(l.schedule);
	loaded_free(&l);
	return r;
}

static void on_signal(int sig)
{
	launch_interrupted = sig;
}

void signals_catch(void)
{
	struct sigaction sa = {.sa_handler = on_signal};

	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* Everything that can be wrong with the input is found here, before a folder
 * is made or a worker started. */
static int run_open(struct loaded *l, struct options *o, struct err *e)
{
	int r;

	if (o->resume) {
		r = rundir_resume(&l->dir, o->resume, o->fresh, l->plan,
				  l->site, e);
		if (r < 0)
			return r;
		o->has_seed = true;
		o->seed = l->dir.seed;
	}
	r = plan_order(l, o, e);
	if (r == 0 && !o->resume && !o->dry_run)
		r = rundir_create(&l->dir, o->results ? o->results : "results",
				  o->run_id, l->plan, l->site, o->seed, e);
	if (r == 0)
		r = rundir_match(&l->dir, l->schedule, l->plan, e);
	if (r == 0 && o->resume && !o->dry_run)
		r = runner_setup_check(&l->dir, l->schedule, e);
	return r;
}

/* After the run: what was recorded, and what to do next. */
static int run_report(const struct loaded *l, const struct options *o,
		      const struct tally *t, int status, const struct err *e)
{
	printf("%s\n", l->dir.path);
	fprintf(stderr, "%zu ok, %zu invalid, %zu failed\n", t->ok, t->invalid,
		t->failed);
	if (status == 0)
		return t->failed ? EXIT_FAILED : EXIT_DONE;
	fprintf(stderr,
		"ie-bench: run: %s: %s; resume with: ie-bench run %s --site %s "
		"--resume %s\n",
		l->plan->name, e->msg, o->plan, o->site, l->dir.path);
	return EXIT_FAILED;
}

int cmd_run(int argc, char **argv, struct err *e)
{
	struct loaded l = {.dir = {.fd = -1}};
	struct options o = {0};
	struct tally tally = {0};
	int r;

	signals_catch();
	if (options_parse(&o, argc, argv, run_options, e) < 0 ||
	    plan_load(&l.plan, o.plan, e) < 0 ||
	    site_load(&l.site, o.site, e) < 0 || run_open(&l, &o, e) < 0) {
		r = err_wrap(e, -EINVAL, "run"); /* bad input of any kind */
	} else if (o.dry_run) {
		printf("%zu of %zu cases to measure\n", l.dir.left,
		       l.schedule->count);
		r = EXIT_DONE;
	} else {
		r = runner_run(&l.dir, l.schedule, l.site, o.progress, &tally,
			       e);
		r = run_report(&l, &o, &tally, r, e);
	}
	loaded_free(&l);
	return r;
}
