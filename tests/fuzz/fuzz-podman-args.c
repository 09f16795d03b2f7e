/* Fuzzer for the command line of ie-podman (libFuzzer): the input is an argv,
 * words ended by newlines. What is permitted makes a podman command line in
 * which every word before "--" is the command or one of our options. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "plan.h"
#include "policy.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char site[] = "registries = r.example\nbinds = /srv/data\n"
			   "gpu = vendor.example/gpu\n"
			   "[network n]\nsubnet = 10.0.0.0/24\n";

static void check_argv(const struct op *op, const struct conf *c,
		       const struct user *u)
{
	struct found f = {.image = "ID", .name = "NAME", .work = "/WORK"};
	cleanup_store struct store store = {0};
	cleanup_strs struct strs argv = {0};
	size_t verb = 1, i = 0;

	store_paths(&store, c, u->uid);
	plan(&argv, op, c, u, &store, &f);
	if (!argv.count)
		return;
	verb += strchr(op->verb->name, ' ') || op->verb->verb == V_INSPECT;
	for (i = verb; i < argv.count && strcmp(argv.list[i], "--"); i++)
		expect(strncmp(argv.list[i], "--", 2) == 0,
		       "an option is written out", argv.list[i]);
	expect(i < argv.count, "arguments are behind --", op->verb->name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct user u = {.uid = 1000, .name = "alice"};
	cleanup_free char *words = strndup((const char *)data, size);
	cleanup_free struct op *op = calloc(1, sizeof(*op));
	cleanup_conf struct conf c = {0};
	struct err e = {""};
	const char *argv[64];
	char *rest = words;
	int argc = 0;

	if (!op || !words || conf_parse(&c, "site", site, &e))
		abort();
	for (char *w; argc < 64 && (w = strsep(&rest, "\n"));)
		argv[argc++] = w;
	if (op_parse(op, argc, argv, &e) || policy(op, &c, &u, &e))
		expect(e.msg[0], "a refusal has its reason", words);
	else
		check_argv(op, &c, &u);
	return 0;
}
