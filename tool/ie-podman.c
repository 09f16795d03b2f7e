/* ie-podman: what every user of a shared server may do with rootful Podman.
 * Setuid root. main() is the checklist; nothing below it decides: the tables
 * of options.c say what can be asked, policy.c what is granted, plan.c what
 * podman is told, and store.h why nobody meets what is another's. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "cmd.h"
#include "policy.h"

/* Fixed when it is built: no caller chooses his own policy. */
#ifndef IE_PODMAN_CONF
#define IE_PODMAN_CONF "/etc/ie-podman.conf"
#endif

static int usage(void)
{
	for (size_t i = 0; i < verb_count; i++)
		printf("ie-podman %s %s\n", verb_specs[i].name,
		       verb_specs[i].usage);
	return fflush(stdout) ? 1 : 0;
}

static int dispatch(struct session *s, struct err *e)
{
	switch (s->op->verb->verb) {
	case V_BUILD:
		return cmd_build(s, e);
	case V_CP:
		return cmd_cp(s, e);
	case V_INFO:
		return cmd_info(s, e);
	case V_IP:
		return cmd_ip(s, e);
	case V_REAP:
		return cmd_reap(s, e);
	case V_RUN:
		return cmd_run(s, e);
	case V_SIF:
		return cmd_sif(s, e);
	default:
		return cmd_plain(s, e);
	}
}

/* Decides without any privilege, by the site's file or another. */
static int check(const struct op *op, const struct inherited *in, struct err *e)
{
	const char *path = op_value(op, O_CONF, NULL);
	cleanup_conf struct conf conf = {0};
	struct user user;
	int rc;

	if (setresgid(getgid(), getgid(), getgid()) ||
	    setresuid(getuid(), getuid(), getuid()))
		return err_sys(e, -errno, "check: giving up privileges");
	if (path && fchdir(in->cwd))
		return err_sys(e, -errno, "check: the current folder");
	rc = conf_load(&conf, path ? path : IE_PODMAN_CONF, !path, e);
	if (!rc)
		rc = user_find(&user, getuid(), e);
	return rc ? rc : cmd_check(&conf, &user, op, e);
}

/* Permitted: as root, with the user's store. */
static int serve(const struct conf *conf, const struct user *user,
		 const struct op *op, const struct inherited *in, struct err *e)
{
	struct session s = {.conf = conf, .user = user, .op = op, .in = *in};
	int rc = user_become_root(e);

	if (!rc)
		rc = store_open(&s.store, conf, user, e);
	s.podman = (struct podman){conf, &s.store};
	if (!rc)
		rc = dispatch(&s, e);
	store_free(&s.store);
	return rc;
}

static int decide(const struct op *op, int parsed, const struct inherited *in,
		  struct err *e)
{
	cleanup_conf struct conf conf = {0};
	struct user user;
	struct err why;
	int rc;

	if (geteuid() != 0)
		return err_set(e, -EPERM, "is not installed setuid root");
	rc = conf_load(&conf, IE_PODMAN_CONF, true, &why);
	if (!rc)
		rc = user_find(&user, getuid(), &why);
	if (rc) {
		*e = why;
		return rc;
	}
	if (!parsed)
		parsed = policy(op, &conf, &user, e);
	log_decision(&user, op, parsed, e->msg);
	if (parsed)
		return parsed;
	return op->verb->verb == V_WHITEOUTS ? cmd_whiteouts(&conf, e)
					     : serve(&conf, &user, op, in, e);
}

int main(int argc, char **argv)
{
	cleanup_free struct op *op = NULL;
	struct inherited in;
	struct err e = {""};
	int rc;

	if (argc < 1)
		return 2;
	rc = secure_process(&in, &e);
	if (rc)
		return complain(rc, &e);
	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return usage();
	op = calloc(1, sizeof(*op));
	if (!op)
		return 1;
	rc = op_parse(op, argc - 1, (const char *const *)argv + 1, &e);
	if (!rc && op->verb->verb == V_CHECK)
		rc = check(op, &in, &e);
	else
		rc = decide(op, rc, &in, &e);
	if (rc < 0 && op->verb && op->verb->verb == V_WHITEOUTS)
		whiteouts_failed(&e);
	return complain(rc, &e);
}
