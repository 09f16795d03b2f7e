/* check: what would be decided, and which podman command would run. Asks the
 * same parser, policy and planner; holds no privilege, touches no store. */
#include "cmd.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "names.h"
#include "policy.h"

/* What only the real thing can know. */
static void planned(struct strs *out, const struct op *op, const struct conf *c,
		    const struct user *u)
{
	cleanup_store struct store store = {0};
	cleanup_free char *image = NULL;
	cleanup_free char *name = NULL;
	const char *wish = op_value(op, O_NAME, NULL);
	const char *ip = op_value(op, O_IP, NULL);
	struct found f = {.work = "<private folder>"};

	store_paths(&store, c, u->uid);
	if (op->verb->first == A_IMAGE && op->arg_count) {
		cleanup_free char *full = name_image(u, op->args[0]);

		image = text("<ID of %s>", full);
	}
	name = wish ? name_object(u, wish) : text("%s-<random>", u->name);
	f.image = image;
	f.name = name;
	if (op_has(op, O_IP)) {
		const struct pool_net *net =
			ip ? pool_find(&c->pool, address_parse(ip)) : NULL;

		f.address = ip ? ip : "<address>";
		f.net = net ? net->name : "<network>";
	}
	if (op_has(op, O_GPU))
		f.device = "<GPU>";
	plan(out, op, c, u, &store, &f);
	if (out->count) {
		cleanup_strs struct strs rest = *out;

		*out = (struct strs){0};
		plan_global(out, c, &store);
		for (size_t i = 0; i < rest.count; i++)
			strs_add(out, "%s", rest.list[i]);
	}
}

/* As a shell would need it, on one line. */
static void print_word(const char *s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789%+,-./:=@_";

	if (*s && s[strspn(s, plain)] == '\0') {
		fputs(s, stdout);
		return;
	}
	putchar('\'');
	for (; *s; s++) {
		if (*s == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*s);
	}
	putchar('\'');
}

static void print_text(int verdict, const char *why, const struct strs *argv)
{
	if (verdict) {
		printf("deny: %s\n", why);
		return;
	}
	printf("permit:");
	for (size_t i = 0; i < argv->count; i++) {
		putchar(' ');
		print_word(argv->list[i]);
	}
	puts(argv->count ? "" : " (no podman command)");
}

static void print_json(int verdict, const char *why, const struct strs *argv)
{
	json_auto_t *out = json_object();
	json_t *list = json_array();
	cleanup_free char *line = NULL;

	for (size_t i = 0; i < argv->count; i++)
		json_array_append_new(
			list, json_stringn_nocheck(argv->list[i],
						   strlen(argv->list[i])));
	json_object_set_new(out, "verdict",
			    json_string(verdict ? "deny" : "permit"));
	if (verdict)
		json_object_set_new(out, "reason",
				    json_stringn_nocheck(why, strlen(why)));
	json_object_set_new(out, "argv", list);
	line = json_dumps(out, JSON_ENSURE_ASCII);
	puts(line ? line : "{\"verdict\": \"deny\"}");
}

int cmd_check(const struct conf *c, const struct user *u,
	      const struct op *check, struct err *e)
{
	cleanup_free struct op *op = calloc(1, sizeof(*op));
	cleanup_strs struct strs argv = {0};
	int verdict;

	if (!op)
		return err_set(e, -ENOMEM, "check: out of memory");
	verdict = op_parse(op, (int)check->arg_count, check->args, e);
	if (!verdict)
		verdict = policy(op, c, u, e);
	if (!verdict)
		planned(&argv, op, c, u);
	if (op_has(check, O_JSON))
		print_json(verdict, e->msg, &argv);
	else
		print_text(verdict, e->msg, &argv);
	return verdict ? 1 : 0;
}
