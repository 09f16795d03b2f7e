/* See plan.h. */
#include "plan.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cleanup.h"
#include "containers.h"
#include "names.h"
#include "policy.h"
#include "valid.h"

/* As in Podman's own preset: what package managers and servers need, inside a
 * user namespace. */
#define CAPABILITIES                                                           \
	"CHOWN,DAC_OVERRIDE,FOWNER,FSETID,KILL,NET_BIND_SERVICE,SETFCAP,"      \
	"SETGID,SETPCAP,SETUID,SYS_CHROOT"

void plan_global(struct strs *out, const struct conf *c, const struct store *s)
{
	strs_add(out, "%s", c->podman);
	strs_add(out, "--tmpdir=%s/tmp", s->run);
	strs_add(out, "--hooks-dir=%s", s->hooks);
	strs_add(out, "--events-backend=none");
}

/* What Podman gets as the caller gave it. */
static void own_options(struct strs *out, const struct op *op)
{
	for (size_t i = 0; i < op->option_count; i++) {
		const struct value *v = &op->options[i];

		if (v->spec->ours)
			continue;
		if (v->text)
			strs_add(out, "--%s=%s", v->spec->name, v->text);
		else
			strs_add(out, "--%s", v->spec->name);
	}
}

static void add_object(struct strs *out, const struct user *u, const char *name)
{
	cleanup_free char *full = name_object(u, name);

	strs_add(out, "%s", full);
}

static void add_image(struct strs *out, const struct user *u, const char *name)
{
	cleanup_free char *full = name_image(u, name);

	strs_add(out, "%s", full);
}

static void isolation(struct strs *out)
{
	static const char *const fixed[] = {
		"--pull=never", "--security-opt=no-new-privileges",
		"--cap-drop=all", "--cap-add=" CAPABILITIES,
		/* A namespace of its own, but without the /dev/shm that Podman
		 * mounts on the host: with a user namespace its removal
		 * sometimes fails (Podman 4.3) */
		"--ipc=none",
		"--tmpfs=/dev/shm:rw,nosuid,nodev,noexec,size=65536k,mode=1777",
		"--pid=private", "--uts=private", "--cgroupns=private",
		"--systemd=false", "--sdnotify=ignore", "--no-healthcheck",
		"--http-proxy=false", "--log-driver=k8s-file"};

	for (size_t i = 0; i < ARRAY_SIZE(fixed); i++)
		strs_add(out, "%s", fixed[i]);
}

static void volumes(struct strs *out, const struct op *op, const struct user *u)
{
	for (size_t i = 0; i < op->option_count; i++) {
		const struct value *v = &op->options[i];
		size_t n;

		if (v->spec->option != O_VOLUME)
			continue;
		n = strcspn(v->text, ":");
		if (v->text[0] == '/') {
			strs_add(out, "--volume=%s,nosuid,nodev", v->text);
		} else {
			cleanup_free char *name = text("%.*s", (int)n, v->text);
			cleanup_free char *full = name_object(u, name);

			strs_add(out, "--volume=%s%s", full, v->text + n);
		}
	}
}

/* An address has one link-layer address, too: neighbours need to learn nothing
 * when its container starts again. */
static void address(struct strs *out, const char *s)
{
	uint32_t a = address_parse(s);

	strs_add(out, "--ip=%s", s);
	if (a)
		strs_add(out, "--mac-address=02:1e:%02x:%02x:%02x:%02x",
			 a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255);
	else
		strs_add(out, "--mac-address=<from the address>");
}

static void plan_run(struct strs *out, const struct op *op,
		     const struct conf *c, const struct user *u,
		     const struct store *s, const struct found *f)
{
	isolation(out);
	strs_add(out, "--uidmap=0:%s:65536", s->ids);
	strs_add(out, "--gidmap=0:%s:65536", s->ids);
	strs_add(out, "--name=%s", f->name);
	strs_add(out, "--label=" CONTAINER_ADDRESS_LABEL "=%s",
		 f->address ? f->address : "");
	strs_add(out, "--network=%s", f->net ? f->net : c->network);
	if (f->address)
		address(out, f->address);
	strs_add(out, "--pids-limit=%llu", (unsigned long long)c->pids);
	strs_add(out, "--memory=%llu",
		 (unsigned long long)policy_memory(op, c));
	strs_add(out, "--cpus=%g", (double)policy_cpus(op, c) / 1000);
	strs_add(out, "--log-opt=max-size=%llu",
		 (unsigned long long)c->log_bytes);
	if (f->device)
		strs_add(out, "--device=%s", f->device);
	if (f->cgroup)
		strs_add(out, "--cgroup-parent=%s", f->cgroup);
	volumes(out, op, u);
	own_options(out, op);
	strs_add(out, "--");
	strs_add(out, "%s", f->image);
	for (size_t i = 1; i < op->arg_count; i++)
		strs_add(out, "%s", op->args[i]);
}

static void plan_build(struct strs *out, const struct op *op,
		       const struct conf *c, const struct user *u,
		       const struct store *s, const struct found *f)
{
	strs_add(out, "--pull=never");
	strs_add(out, "--isolation=oci");
	strs_add(out, "--cap-drop=all");
	strs_add(out, "--cap-add=" CAPABILITIES);
	strs_add(out, "--http-proxy=false");
	strs_add(out, "--hooks-dir=%s", s->build_hooks);
	strs_add(out, "--userns-uid-map=0:%s:65536", s->ids);
	strs_add(out, "--userns-gid-map=0:%s:65536", s->ids);
	strs_add(out, "--network=%s", c->build_network);
	strs_add(out, "--memory=%llu", (unsigned long long)c->memory_max);
	strs_add(out, "--cpu-period=100000");
	strs_add(out, "--cpu-quota=%llu",
		 (unsigned long long)c->cpus_max * 100);
	strs_add(out, "--ulimit=nproc=%llu:%llu", (unsigned long long)c->pids,
		 (unsigned long long)c->pids);
	if (f->cgroup)
		strs_add(out, "--cgroup-parent=%s", f->cgroup);
	for (size_t i = 0; i < op->option_count; i++) {
		if (op->options[i].spec->option == O_TAG) {
			cleanup_free char *full =
				name_image(u, op->options[i].text);

			strs_add(out, "--tag=%s", full);
		}
	}
	own_options(out, op);
	strs_add(out, "--file=%s/" WORK_CONTAINERFILE, f->work);
	strs_add(out, "--");
	strs_add(out, "%s/" WORK_CONTEXT, f->work);
}

const char *plan_cp_name(const char *path, char *out, size_t size)
{
	size_t end = strlen(path), start;

	while (end && path[end - 1] == '/')
		end--;
	for (start = end; start && path[start - 1] != '/'; start--)
		;
	snprintf(out, size, "%.*s", (int)(end - start), path + start);
	if (!out[0] || strcmp(out, ".") == 0 || strcmp(out, "..") == 0)
		snprintf(out, size, WORK_COPY);
	return out;
}

/* The caller's side: one that is read has its own name there. */
static void cp_private(struct strs *out, const char *path, bool source,
		       const char *work)
{
	char name[NAME_MAX + 1];
	size_t n = strlen(path);
	bool inside;

	if (!source) {
		strs_add(out, "%s/" WORK_COPY, work);
		return;
	}
	plan_cp_name(path, name, sizeof(name));
	inside = path[n - 1] == '.' && strcmp(name, WORK_COPY) == 0;
	strs_add(out, "%s/%s%s", work, name, inside ? "/." : "");
}

static void plan_cp(struct strs *out, const struct op *op, const struct user *u,
		    const struct found *f)
{
	strs_add(out, "--");
	for (size_t i = 0; i < 2; i++) {
		const char *s = op->args[i];
		size_t n = strcspn(s, ":/");

		if (s[n] == ':') {
			cleanup_free char *name = text("%.*s", (int)n, s);
			cleanup_free char *full = name_object(u, name);

			strs_add(out, "%s%s", full, s + n);
		} else {
			cp_private(out, s, i == 0, f->work);
		}
	}
}

static bool names_images(const struct op *op)
{
	const char *type = op_value(op, O_TYPE, NULL);

	return op->verb->first == A_IMAGE ||
	       (type && strcmp(type, "image") == 0);
}

static void plan_plain(struct strs *out, const struct op *op,
		       const struct user *u)
{
	own_options(out, op);
	strs_add(out, "--");
	for (size_t i = 0; i < op->arg_count; i++) {
		enum arg kind = i ? op->verb->rest : op->verb->first;

		if (kind == A_WORD)
			strs_add(out, "%s", op->args[i]);
		else if (names_images(op))
			add_image(out, u, op->args[i]);
		else
			add_object(out, u, op->args[i]);
	}
}

static void verb_words(struct strs *out, const struct op *op)
{
	cleanup_free char *copy = text("%s", op->verb->name);
	char *rest = copy;

	if (op->verb->verb == V_INSPECT)
		strs_add(out, "%s", names_images(op) ? "image" : "container");
	for (char *word; (word = strsep(&rest, " "));)
		strs_add(out, "%s", word);
}

void plan(struct strs *out, const struct op *op, const struct conf *c,
	  const struct user *u, const struct store *s, const struct found *f)
{
	switch (op->verb->verb) {
	case V_IP:
	case V_REAP:
	case V_WHITEOUTS:
	case V_INFO:
	case V_CHECK:
		return;
	case V_SIF:
		strs_add(out, "export");
		strs_add(out, "--");
		strs_add(out, "%s", f->name);
		return;
	default:
		break;
	}
	verb_words(out, op);
	if (op->verb->verb == V_RUN)
		plan_run(out, op, c, u, s, f);
	else if (op->verb->verb == V_BUILD)
		plan_build(out, op, c, u, s, f);
	else if (op->verb->verb == V_CP)
		plan_cp(out, op, u, f);
	else if (op->verb->verb == V_PULL) {
		own_options(out, op);
		strs_add(out, "--");
		strs_add(out, "docker://%s", op->args[0]);
	} else
		plan_plain(out, op, u);
}
