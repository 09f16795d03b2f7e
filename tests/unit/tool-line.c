/* From the user's command line to podman's. */
#include "cmd.h"

#include <stdlib.h>
#include <string.h>

#include "scratch.h"
#include "tap.h"

static struct settings site;

static char word_of_machine[MACHINE_WORD];

/* Replaces one text by another. */
static void without(char *s, const char *old, const char *new)
{
	char *at = strstr(s, old);
	size_t n = strlen(new);

	if (!at)
		return;
	memmove(at + n, at + strlen(old), strlen(at + strlen(old)) + 1);
	memcpy(at, new, n);
}

/* The words, with spaces between; "!" and why. */
static const char *planned(const char *words)
{
	static char out[4096];
	char *copy = strdup(words), *rest = copy, *argv[64], *word;
	struct line l = {0};
	struct err e;
	int argc = 0;

	while ((word = strsep(&rest, " ")))
		argv[argc++] = word;
	argv[argc] = NULL;
	out[0] = '\0';
	if (podman_line(&l, &site, argc, argv, &e))
		snprintf(out, sizeof(out), "! %s", e.msg);
	for (size_t i = 0; !*out && i < 1; i++)
		for (size_t k = 0; k < l.count; k++)
			snprintf(out + strlen(out), sizeof(out) - strlen(out),
				 "%s%s", k ? " " : "", l.words[k]);
	without(out, word_of_machine, "WORD");
	return out;
}

#define HOOKS "--hooks-dir=/h/../share/ie-podman/hooks.d"
#define IP                                                                     \
	"--network=none --annotation=ie-podman.ip=any@WORD "                   \
	"--volume=/r:/etc/resolv.conf:ro"

static void same(const char *words)
{
	char want[4096], got[4096];

	snprintf(want, sizeof(want), "podman %s", words);
	snprintf(got, sizeof(got), "%s", planned(words));
	without(got, " " HOOKS, "");
	is_str(got, want, "podman gets it as it is: %s", words);
}

static void becomes(const char *words, const char *want)
{
	is_str(planned(words), want, "it becomes podman's: %s", words);
}

static void refused(const char *words, const char *why)
{
	ok(planned(words)[0] == '!' && strstr(planned(words), why),
	   "it is refused: %s", words);
}

int main(void)
{
	machine_word(word_of_machine);
	site = (struct settings){.socket = (char *)"/s",
				 .resolv_conf = (char *)"/r",
				 .gpu = (char *)"nobody.has/this",
				 .bin = (char *)"/h"};
	same("ps -a");
	becomes("run base", "podman " HOOKS " run base");
	same("run -it base --ip");
	same("run -e A=b base sh -c --gpu --ip");
	same("run -e --ip base");
	same("run -e=--ip base");
	same("run -eA --name --ip base");
	same("run --env --ip base");
	same("run -ite --ip base");
	same("run -- base --ip");
	same("exec web --ip");
	same("pod create --name x");
	same("pod ps --ip");
	same("build --ip .");
	same("--log-level debug run base");
	same("container inspect x");
	same("create");
	same("container");
	same("-");
	becomes("run --ip base", "podman " HOOKS " run " IP " base");
	becomes("run -it --ip base --ip",
		"podman " HOOKS " run " IP " -it base --ip");
	becomes("create -d --ip --rm -e A=b base id",
		"podman " HOOKS " create " IP " -d --rm -e A=b base id");
	becomes("container run --ip base",
		"podman " HOOKS " container run " IP " base");
	becomes("--log-level debug run --ip base",
		"podman " HOOKS " --log-level debug run " IP " base");
	becomes("-r --root /x container create --ip base",
		"podman " HOOKS " -r --root /x container create " IP " base");
	becomes("run --ip=10.1.0.5 --privileged -v a:/b base",
		"podman " HOOKS " run --network=none "
		"--annotation=ie-podman.ip=10.1.0.5@WORD "
		"--volume=/r:/etc/resolv.conf:ro --privileged -v a:/b base");
	becomes("run -v own:/etc/resolv.conf:ro --ip base",
		"podman " HOOKS " run --network=none "
		"--annotation=ie-podman.ip=any@WORD -v own:/etc/resolv.conf:ro "
		"base");
	becomes("container --log-level=debug run --ip base",
		"podman " HOOKS " container --log-level=debug run " IP " base");
	becomes("container --log-level debug run --ip base",
		"podman " HOOKS " container --log-level debug run " IP " base");
	becomes("run --remote --ip base",
		"podman " HOOKS " run " IP " --remote base");
	becomes("run --ip --publish-all=false -P=0 -itP=f base",
		"podman " HOOKS " run " IP
		" --publish-all=false -P=0 -itP=f base");
	refused("run --ip --publish-all=true base", "--ip and --publish-all");
	refused("run --ip -P=1 base", "--ip and -P");
	refused("run --ip -p 80:80 base", "--ip and -p");
	refused("run --ip -itp 80:80 base", "--ip and -p");
	refused("run --ip --publish=80:80 base", "--ip and --publish");
	refused("run --network none --ip base", "--ip and --network");
	refused("run --ip --pod x base", "--network container:NAME");
	refused("run --ip --dns 1.1.1.1 base", "-v FILE:/etc/resolv.conf:ro");
	refused("run --ip=10.1 base", "expected an IPv4 address");
	refused("run --ip=0.0.0.0 base", "expected an IPv4 address");
	refused("run --ip 10.1.0.5 base", "write --ip=10.1.0.5");
	refused("run --ip=10.1.0.5x base", "expected an IPv4 address");
	refused("run --gpu base", "no file in /etc/cdi declares");
	refused("pod create --ip", "a pod gets no address");
	refused("pod create --name x --ip=10.1.0.5", "a pod gets no address");
	refused("pod create --infra --ip", "a pod gets no address");
	refused("pod create --share-parent --ip=10.1.0.5 x",
		"a pod gets no address");
	refused("pod --log-level debug create --ip", "a pod gets no address");
	return done_testing();
}
