/* From the user's command line to podman's: --ip becomes a container without a
 * network and an annotation, by which our hook gives it a link of its own, and
 * --gpu becomes CDI devices. In a Slurm job podman is told to stay in it. */
#include "cmd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ask.h"
#include "cleanup.h"
#include "machine.h"
#include "proc.h"

struct run {
	struct line rest; /* the options that are podman's */
	const char *ip;	  /* NULL: not asked for; "": any */
	const char *gpu;  /* NULL: not asked for; "": those of the job, all */
	const char *against; /* an option that contradicts --ip */
	bool own_resolv;     /* a file of the user's in place of resolv.conf */
};

/* What belongs to networks of podman's, which a container with an address of
 * the site's does not have. */
static const char against_ip[] =
	"network net p publish P publish-all pod pod-id-file mac-address ip6 "
	"network-alias dns dns-search dns-option dns-opt";

static int take_option(struct run *r, const struct options *o, struct err *e)
{
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
	if (!r->against && word_in(against_ip, o->name) &&
	    !(word_in("P publish-all", o->name) &&
	      word_in("0 f F false FALSE False", value)))
		r->against = strdup(o->name);
	if (word_in("volume v mount", o->name))
		r->own_resolv |= strstr(value, "/etc/resolv.conf") != NULL;
	line_add_words(&r->rest, o->argv + o->at, o->next - o->at);
	return 0;
}

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
			       "the site's has no network of podman's; all of "
			       "its ports can be reached, --network "
			       "container:NAME of another shares its address, "
			       "-v FILE:/etc/resolv.conf:ro chooses its name "
			       "servers",
			       r->against[1] ? "--" : "-", r->against);
	line_add(out, "--network=none");
	machine_word(word);
	line_add(out, "--annotation=" ADDRESS_ANNOTATION "=%s@%s",
		 *r->ip ? r->ip : "any", word);
	if (resolv)
		line_add(out, "--volume=%s:/etc/resolv.conf:ro", resolv);
	return 0;
}

/* In a job, those that Slurm gave it, by the numbers that CDI files use. */
static int plan_gpu(struct line *out, const struct settings *s,
		    const char *spec, struct err *e)
{
	const char *step = getenv("SLURM_STEP_GPUS");
	const char *given = step ? step : getenv("SLURM_JOB_GPUS");
	const char *all = given && *given ? given : "all";
	cleanup_free char *list = strdup(*spec ? spec : all);
	char *rest = list, *one;
	cleanup_free char *said = NULL;
	struct err ignored;

	setenv("IE_GPU", s->gpu, 1);
	if (proc_capture("grep -RqsFe \"$IE_GPU\" /etc/cdi /run/cdi "
			 "/var/run/cdi",
			 10000, &said, &ignored))
		return err_set(e, -EINVAL,
			       "--gpu: no file in /etc/cdi declares %s; with a "
			       "GPU of NVIDIA's the administrator runs "
			       "nvidia-ctk cdi generate",
			       s->gpu);
	while (rest && (one = strsep(&rest, ",")))
		line_add(out, "--device=%s=%s", s->gpu, one);
	return 0;
}

static int plan_run(struct line *out, const struct settings *s,
		    struct options *o, struct err *e)
{
	struct run r = {0};
	const char *image;
	int rc = 0;

	while (!rc && options_next(o))
		rc = take_option(&r, o, e);
	image = o->next < o->argc ? o->argv[o->next] : "";
	if (!rc && r.ip && !*r.ip && address_parse(image))
		rc = err_set(e, -EINVAL, "--ip %s: write --ip=%s", image,
			     image);
	if (!rc && r.ip)
		rc = plan_ip(out, s, &r, e);
	if (!rc && r.gpu)
		rc = plan_gpu(out, s, r.gpu, e);
	line_add_words(out, r.rest.words, (int)r.rest.count);
	line_add_words(out, o->argv + o->next, o->argc - o->next);
	free(r.rest.words);
	return rc;
}

int podman_line(struct line *out, const struct settings *s, int argc,
		char **argv, struct err *e)
{
	int at, rc;
	const char *command = command_find(argc, argv, &at);
	struct options o = {.argc = argc,
			    .argv = argv,
			    .next = at + 1,
			    .letters = RUN_LETTERS};
	bool unified, alone = slurm_job(&unified) && unified;

	line_add(out, "podman");
	if (alone)
		line_add(out, "--cgroup-manager=cgroupfs");
	/* Should the user's settings not say where hooks are */
	if (word_in("run create start restart", command))
		line_add(out, "--hooks-dir=%s/../share/ie-podman/hooks.d",
			 s->bin);
	if (!word_in("run create", command)) {
		while (strcmp(command, "pod create") == 0 && options_next(&o))
			if (strcmp(o.name, "ip") == 0)
				return err_set(
					e, -EINVAL,
					"--ip: a pod gets no address of the "
					"site's; give one container an "
					"address and let the others share it: "
					"--network container:NAME");
		line_add_words(out, argv, argc);
		return 0;
	}
	line_add_words(out, argv, at + 1);
	/* Below its group podman may make none, and needs none */
	if (alone)
		line_add(out, "--cgroups=disabled");
	rc = plan_run(out, s, &o, e);
	return rc ? err_wrap(e, rc, "%s", command) : 0;
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
	if (!rc)
		line_print(&l);
	return rc;
}
