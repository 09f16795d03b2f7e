/* sif: podman exports a container of the image that never runs; the user's side
 * makes the file of it. */
#include "cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cleanup.h"
#include "containers.h"
#include "image.h"
#include "names.h"
#include "side.h"
#include "sif_make.h"

struct work {
	char *inspect;
	char file[4096];
};

/* web:2 -> web_2.sif in the current folder, unless the caller said. */
static void file_name(const struct session *s, struct work *w)
{
	const char *base = strrchr(s->op->args[0], '/');

	if (s->op->arg_count > 1) {
		snprintf(w->file, sizeof(w->file), "%s", s->op->args[1]);
		return;
	}
	base = base ? base + 1 : s->op->args[0];
	snprintf(w->file, sizeof(w->file), "%s.sif", base);
	for (char *p = w->file; *p; p++)
		if (*p == ':' || *p == '@')
			*p = '_';
}

static int make(const struct session *s, int fd, void *arg, struct err *e)
{
	const struct work *w = arg;
	const char *compression = op_value(s->op, O_COMPRESS, NULL);
	const struct sif_source source = {
		.inspect = w->inspect,
		.tar = fd,
		.id_base = (uint32_t)strtoul(s->store.ids, NULL, 10),
		.compression = compression ? compression : "zstd",
		.processors = (unsigned)((s->conf->cpus_max + 999) / 1000),
	};
	int rc = sif_make(&source, w->file, op_has(s->op, O_FORCE), e);

	return rc ? err_wrap(e, rc, "sif") : 0;
}

static int quietly(const struct session *s, const struct strs *args,
		   struct err *e)
{
	cleanup_free char *out = NULL;

	return podman_capture(&s->podman, args, &out, e);
}

static int create(const struct session *s, const char *id, const char *name,
		  struct err *e)
{
	cleanup_strs struct strs args = {0};

	strs_add(&args, "create");
	strs_add(&args, "--pull=never");
	strs_add(&args, "--network=none");
	strs_add(&args, "--uidmap=0:%s:65536", s->store.ids);
	strs_add(&args, "--gidmap=0:%s:65536", s->store.ids);
	strs_add(&args, "--label=" CONTAINER_ADDRESS_LABEL "=");
	strs_add(&args, "--name=%s", name);
	strs_add(&args, "--");
	strs_add(&args, "%s", id);
	/* An image without a command cannot be created without one */
	strs_add(&args, "true");
	return quietly(s, &args, e);
}

static void remove_container(const struct session *s, const char *name)
{
	cleanup_strs struct strs args = {0};
	struct err e;

	strs_add(&args, "rm");
	strs_add(&args, "--volumes");
	strs_add(&args, "--");
	strs_add(&args, "%s", name);
	if (quietly(s, &args, &e))
		log_event("sif: %s: %s", name, e.msg);
}

/* Ends podman and what it has started: it would wait for ever to be read when
 * nobody reads any more. At its beginning it has no session of its own yet. */
static void stop(pid_t pid)
{
	const struct timespec pause = {.tv_nsec = 50000000};

	for (int i = 0; waitpid(pid, NULL, WNOHANG) == 0; i++) {
		int signal = i < 40 ? SIGTERM : SIGKILL;

		if (kill(-pid, signal) < 0)
			kill(pid, signal);
		nanosleep(&pause, NULL);
	}
}

static int export(const struct session *s, const char *name, struct work *w,
		  struct err *e)
{
	const struct found f = {.name = name};
	cleanup_strs struct strs args = {0};
	struct side side;
	pid_t pid;
	int status, rc = side_start(&side, s, false, make, w, e);

	if (rc)
		return rc;
	plan(&args, s->op, s->conf, s->user, &s->store, &f);
	rc = podman_start(&s->podman, &args, (int[]){-1, side.fd, 2}, &pid, e);
	close(side.fd);
	side.fd = -1;
	if (rc)
		return rc;
	rc = podman_wait(side.pid);
	if (rc) {
		stop(pid);
		return -ECHILD;
	}
	status = podman_wait(pid);
	return status ? err_set(e, -EIO, "sif: podman export failed") : 0;
}

int cmd_sif(struct session *s, struct err *e)
{
	cleanup_free char *name =
		text("%s-sif-%d", s->user->name, (int)getpid());
	char id[IMAGE_ID_LEN];
	struct work w = {0};
	int rc = image_find(&s->podman, s->user, s->op->args[0], id, &w.inspect,
			    e);

	if (rc)
		return rc;
	file_name(s, &w);
	rc = create(s, id, name, e);
	if (!rc) {
		rc = export(s, name, &w, e);
		remove_container(s, name);
	}
	free(w.inspect);
	return rc;
}
