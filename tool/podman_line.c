/* From the user's command line to podman's: --ip becomes a container without a
 * network and an annotation, by which our hook gives it a link of its own, and
 * --gpu becomes CDI devices. In a Slurm job podman is told to stay in it. */
#include "cmd.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "cleanup.h"
#include "machine.h"
#include "options.h"

struct run {
	struct line rest; /* the options that are podman's */
	char *const *argv;
	const char *ip;	 /* NULL: not asked for; "": any */
	const char *gpu; /* NULL: not asked for; "": those of the job, all */
	const char *against; /* an option that contradicts --ip */
	bool own_resolv;     /* a file of the user's in place of resolv.conf */
};

/* What belongs to networks of podman's, which a container with an address of
 * the site's does not have. */
static const char against_ip[] =
	"network net p publish P publish-all pod pod-id-file mac-address ip6 "
	"network-alias dns dns-search dns-option dns-opt";

static int take_option(const struct option_seen *o, void *arg, struct err *e)
{
	struct run *r = arg;
	const char *value = o->value ? o->value : "";

	if (strcmp(o->name, "ip") == 0) {
		if (*value && !address_parse(value))
			return err_set(e, -EINVAL,
				       "--ip=%s: expected an IPv4 address, or "
				       "--ip alone for any",
				       value);
		r->ip = value;
		return 0;
	}
	if (strcmp(o->name, "gpu") == 0) {
		r->gpu = value;
		return 0;
	}
	if (!r->against && word_in(against_ip, o->name, strlen(o->name)))
		r->against = strdup(o->name);
	if (word_in("volume v mount", o->name, strlen(o->name)))
		r->own_resolv |= strstr(value, "/etc/resolv.conf") != NULL;
	/* The letters of one word are one word of podman's */
	if (!r->rest.count ||
	    r->rest.words[r->rest.count - 1] != r->argv[o->first])
		line_add_words(&r->rest, r->argv + o->first, 1);
	if (o->words == 2)
		line_add_words(&r->rest, r->argv + o->first + 1, 1);
	return 0;
}

/* --- addresses ------------------------------------------------------------ */

static bool file_reaches(const char *path)
{
	cleanup_file FILE *f = fopen(path, "re");
	char line[512], address[64];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "nameserver %63s", address) == 1 &&
		    strncmp(address, "127.", 4) != 0 &&
		    strcmp(address, "::1") != 0)
			return true;
	return false;
}

/* A resolv.conf with a name server that a container can reach, or NULL. */
static const char *resolv_conf(const struct settings *s)
{
	static const char *const files[] = {"/etc/resolv.conf",
					    "/run/systemd/resolve/resolv.conf"};

	if (*s->resolv_conf)
		return s->resolv_conf;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		if (file_reaches(files[i]))
			return files[i];
	fputs("ie-podman: names will not be resolved in the container: no name "
	      "server of this host can be reached from it; the administrator "
	      "sets resolv_conf in /etc/ie-podman.conf\n",
	      stderr);
	return NULL;
}

static int plan_ip(struct line *out, const struct settings *s,
		   const struct run *r, struct err *e)
{
	const char *resolv = r->own_resolv ? NULL : resolv_conf(s);
	char word[MACHINE_WORD];

	if (r->against)
		return err_set(e, -EINVAL,
			       "--ip and %s%s: a container with an address of "
			       "the site's has no network of podman's%s",
			       r->against[1] ? "--" : "-", r->against,
			       strncmp(r->against, "dns", 3) == 0
				       ? "; mount a resolv.conf of your own: "
					 "-v FILE:/etc/resolv.conf:ro"
			       : strcmp(r->against, "pod") == 0
				       ? "; others can share its address: "
					 "--network container:NAME"
				       : ", and all of its ports can be "
					 "reached");
	line_add(out, "--network=none");
	machine_word(word);
	line_add(out, "--annotation=" ADDRESS_ANNOTATION "=%s@%s",
		 *r->ip ? r->ip : "any", word);
	if (resolv)
		line_add(out, "--volume=%s:/etc/resolv.conf:ro", resolv);
	return 0;
}

/* --- GPUs ----------------------------------------------------------------- */

/* Whether a CDI file of this machine mentions the kind. */
static bool cdi_has(const char *folder, const char *kind)
{
	DIR *d = opendir(folder);
	struct dirent *entry;
	bool found = false;

	while (d && !found && (entry = readdir(d))) {
		cleanup_free char *path = NULL;
		cleanup_file FILE *f = NULL;
		char line[4096];

		if (entry->d_name[0] != '.' &&
		    asprintf(&path, "%s/%s", folder, entry->d_name) >= 0)
			f = fopen(path, "re");
		while (f && !found && fgets(line, sizeof(line), f))
			found = strstr(line, kind) != NULL;
	}
	if (d)
		closedir(d);
	return found;
}

/* In a job, those that Slurm gave it, by the numbers that CDI files use. */
static int plan_gpu(struct line *out, const struct settings *s,
		    const char *spec, struct err *e)
{
	static const char *const step = "SLURM_STEP_GPUS",
				 *const job = "SLURM_JOB_GPUS";
	const char *given = getenv(step) ? getenv(step) : getenv(job);
	cleanup_free char *list = strdup(*spec		   ? spec
					 : given && *given ? given
							   : "all");
	char *rest = list, *one;

	if (!cdi_has("/etc/cdi", s->gpu) && !cdi_has("/run/cdi", s->gpu) &&
	    !cdi_has("/var/run/cdi", s->gpu))
		return err_set(e, -EINVAL,
			       "--gpu: no file in /etc/cdi declares %s; with a "
			       "GPU of NVIDIA's the administrator runs "
			       "nvidia-ctk cdi generate",
			       s->gpu);
	while (rest && (one = strsep(&rest, ",")))
		line_add(out, "--device=%s=%s", s->gpu, one);
	return 0;
}

/* --- commands ------------------------------------------------------------- */

static int plan_run(struct line *out, const struct settings *s, int argc,
		    char **argv, int first, struct err *e)
{
	struct run r = {.argv = argv};
	int image =
		options_walk(argc, argv, first, &run_flags, take_option, &r, e);
	int rc = 0;

	if (image < 0)
		return image;
	if (r.ip && !*r.ip && image < argc && address_parse(argv[image]))
		return err_set(e, -EINVAL, "--ip %s: write --ip=%s",
			       argv[image], argv[image]);
	line_add_words(out, argv, (size_t)first);
	if (r.ip)
		rc = plan_ip(out, s, &r, e);
	if (!rc && r.gpu)
		rc = plan_gpu(out, s, r.gpu, e);
	line_add_words(out, r.rest.words, r.rest.count);
	line_add_words(out, argv + image, (size_t)(argc - image));
	free(r.rest.words);
	return rc;
}

static int pass(const struct option_seen *o, void *arg, struct err *e)
{
	(void)o;
	(void)arg;
	(void)e;
	return 0;
}

static int no_ip(const struct option_seen *o, void *arg, struct err *e)
{
	(void)arg;
	return strcmp(o->name, "ip") != 0
		       ? 0
		       : err_set(e, -EINVAL,
				 "--ip: a pod gets no address of the site's; "
				 "give one container an address and let the "
				 "others share it: --network container:NAME");
}

/* The command's words: run, create, container run, pod create, ... */
static bool is(int argc, char **argv, int i, const char *group,
	       const char *verb)
{
	if (i < argc && strcmp(argv[i], group) == 0)
		i++;
	else if (strcmp(group, "pod") == 0)
		return false;
	return i < argc && strcmp(argv[i], verb) == 0;
}

int podman_line(struct line *out, const struct settings *s, int argc,
		char **argv, struct err *e)
{
	static const char *const starting[] = {"run", "create", "start",
					       "restart"};
	struct line run = {0};
	bool unified;
	unsigned long job = slurm_job(&unified);
	int i = options_walk(argc, argv, 0, &podman_flags, pass, NULL, e);
	int verb = i + (i < argc && strcmp(argv[i], "container") == 0);
	int rc;

	line_add(out, "podman");
	if (job && unified)
		line_add(out, "--cgroup-manager=cgroupfs");
	if (is(argc, argv, i, "pod", "create")) {
		rc = options_walk(argc, argv, i + 2, &run_flags, no_ip, NULL,
				  e);
		if (rc < 0)
			return rc;
	}
	/* Where podman looks for hooks, should the user's settings not say so
	 */
	for (size_t k = 0; k < ARRAY_SIZE(starting); k++)
		if (is(argc, argv, i, "container", starting[k]))
			line_add(out, "--hooks-dir=%s", s->hooks);
	if (!is(argc, argv, i, "container", "run") &&
	    !is(argc, argv, i, "container", "create")) {
		line_add_words(out, argv, (size_t)argc);
		return 0;
	}
	rc = plan_run(&run, s, argc, argv, verb + 1, e);
	if (rc)
		return err_wrap(e, rc, "%s", argv[verb]);
	line_add_words(out, run.words, (size_t)verb + 1);
	/* Below its group podman may make none, and needs none */
	if (job && unified)
		line_add(out, "--cgroups=disabled");
	line_add_words(out, run.words + verb + 1, run.count - (size_t)verb - 1);
	return 0;
}

int cmd_check(const struct settings *s, int argc, char **argv, struct err *e)
{
	struct line l = {0};
	int skip = argc > 1 && strcmp(argv[1], "--") == 0 ? 2 : 1, rc;

	if (argc <= skip)
		return err_set(e, -EINVAL,
			       "check: which command line? ie-podman check -- "
			       "run --ip IMAGE");
	rc = podman_line(&l, s, argc - skip, argv + skip, e);
	return rc ? rc : line_print(&l);
}
