/* run, and what hands one command line to podman as it is planned. */
#include "cmd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include "address.h"
#include "cleanup.h"
#include "gpu.h"
#include "image.h"
#include "job.h"
#include "names.h"
#include "relay.h"

#define CANNOT_INVOKE 126 /* podman-run(1) */

/* A name of its own for a container that the caller gave none. */
static char *container_name(const struct session *s)
{
	const char *wish = op_value(s->op, O_NAME, NULL);
	uint32_t random = 0;

	if (wish)
		return name_object(s->user, wish);
	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		random = (uint32_t)getpid();
	return text("%s-%08x", s->user->name, random);
}

static int take_address(const struct session *s, char out[ADDRESS_LEN],
			struct found *f, struct err *e)
{
	const char *wish = op_value(s->op, O_IP, NULL);
	const struct pool_net *net;
	uint32_t address;
	int rc = address_take(s, wish ? address_parse(wish) : 0, &net, &address,
			      e);

	if (rc)
		return err_wrap(e, rc, "run: --ip");
	f->address = address_text(address, out);
	f->net = net->name;
	log_event("%s (uid %u): address %s for %s", s->user->name,
		  (unsigned)s->user->uid, f->address, f->name);
	return 0;
}

static int find_gpu(const struct session *s, char *out, size_t size,
		    struct found *f, struct err *e)
{
	int rc = gpu_find((const char *const *)s->conf->cdi_dirs.list,
			  s->conf->gpu, op_value(s->op, O_GPU, NULL), out, size,
			  e);

	f->device = out;
	return rc ? err_wrap(e, rc, "run: --gpu") : 0;
}

static int run_once(const struct session *s, const struct found *f, int *status,
		    bool *stale, struct err *e)
{
	cleanup_strs struct strs args = {0};

	plan(&args, s->op, s->conf, s->user, &s->store, f);
	*stale = false;
	return f->address ? relay_run(&s->podman, &args, status, stale, e)
			  : podman_foreground(&s->podman, &args, status, e);
}

/* What a run that failed may have left. */
static void remove_failed(const struct session *s, const char *name)
{
	cleanup_strs struct strs args = {0};
	cleanup_free char *out = NULL;
	struct err ignored;

	strs_add(&args, "rm");
	strs_add(&args, "--force");
	strs_add(&args, "--");
	strs_add(&args, "%s", name);
	podman_capture(&s->podman, &args, &out, &ignored);
}

/* An address is reserved by this process until podman has made a container
 * that says it has it. */
static int run(const struct session *s, struct found *f, int *status,
	       struct err *e)
{
	char id[IMAGE_ID_LEN], address[ADDRESS_LEN], device[256];
	struct slurm_job job;
	bool stale;
	int rc = image_find(&s->podman, s->user, s->op->args[0], id, NULL, e);

	f->image = id;
	if (!rc)
		rc = job_find(s, &job, &f->cgroup, e);
	if (!rc && op_has(s->op, O_GPU))
		rc = find_gpu(s, device, sizeof(device), f, e);
	if (!rc && op_has(s->op, O_IP))
		rc = take_address(s, address, f, e);
	if (!rc)
		rc = run_once(s, f, status, &stale, e);
	if (!rc && stale) {
		remove_failed(s, f->name);
		rc = run_once(s, f, status, &stale, e);
	}
	if (!rc && *status == CANNOT_INVOKE && f->cgroup && job.devices)
		fputs("ie-podman: run: if that was about devices.allow: "
		      "control groups 1 hold this Slurm job to its devices, "
		      "and podman can start nothing there while the machine "
		      "has a GPU that the job was not given; run a SIF file "
		      "of the image instead\n",
		      stderr);
	return rc;
}

int cmd_run(struct session *s, struct err *e)
{
	cleanup_free char *name = container_name(s);
	struct found f = {.name = name};
	int status, rc = run(s, &f, &status, e);

	/* It never came: neither does its address stay. One that came and went
	 * is seen by the next start: Podman still cleans up after it */
	if (f.address && (rc || (status >= 125 && status <= 127))) {
		struct err quiet;

		if (address_settle(s, &quiet))
			log_event("after run: %s", quiet.msg);
	}
	return rc ? rc : status;
}

/* Holds it locks that others wait for, such as that of the firewall? Then it
 * must not be stopped from a terminal. */
static bool touches_networks(const struct op *op)
{
	switch (op->verb->verb) {
	case V_START:
	case V_STOP:
	case V_RESTART:
	case V_RM:
		return true;
	default:
		return false;
	}
}

/* What the last reap had to say to this user. */
static void show_notice(const struct session *s)
{
	cleanup_free char *path = text("%s/users/%u/notice", s->conf->state,
				       (unsigned)s->user->uid);
	cleanup_file FILE *f = fopen(path, "re");
	char line[512];

	while (f && fgets(line, sizeof(line), f))
		fputs(line, stderr);
}

int cmd_plain(struct session *s, struct err *e)
{
	cleanup_strs struct strs args = {0};
	const struct found none = {0};
	int status, rc;

	if (s->op->verb->verb == V_PS)
		show_notice(s);
	plan(&args, s->op, s->conf, s->user, &s->store, &none);
	if (!touches_networks(s->op))
		return podman_exec(&s->podman, &args, e);
	if (s->op->verb->verb != V_START && s->op->verb->verb != V_RESTART)
		rc = podman_foreground(&s->podman, &args, &status, e);
	else {
		bool stale;

		rc = relay_run(&s->podman, &args, &status, &stale, e);
		if (!rc && stale)
			rc = podman_foreground(&s->podman, &args, &status, e);
	}
	return rc ? rc : status;
}
