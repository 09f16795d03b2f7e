/* The pure parts of ie-podman: validators, numbers, names, the configuration,
 * the Containerfile's reader, private folders. The policy has its table in
 * tests/data/podman-policy.tsv. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"

#include "cleanup.h"
#include "conf.h"
#include "containerfile.h"
#include "names.h"
#include "number.h"
#include "plan.h"
#include "tree.h"
#include "valid.h"

static void test_images(void)
{
	static const struct {
		const char *name;
		bool valid;
	} cases[] = {
		{"web", true},
		{"web:1.2-rc_3", true},
		{"a.b/c__d/e--f", true},
		{"registry.example.org:5000/team/app", true},
		{"localhost/x", true},
		{"0123456789ab", true},
		{"", false},
		{"-web", false},
		{"Web", false},
		{"web:", false},
		{"web:-1", false},
		{"a//b", false},
		{"a/", false},
		{"/a", false},
		{"a._b", false},
		{"a___b", false},
		{"a..b", false},
		{"web@sha256:12", false},
		{"web@sha512:12", false},
		{"web\n", false},
		{"web id", false},
		{"dir:x", false},
		{"oci-archive:x", false},
		{"docker:x", false},
		{"[x]web", false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		ok(valid_image(cases[i].name) == cases[i].valid,
		   "as an image \"%s\" is %s", cases[i].name,
		   cases[i].valid ? "valid" : "refused");
}

static void test_numbers(void)
{
	uint64_t n = 0;

	ok(number_size("2g", &n) && n == 2ULL << 30, "2g is 2 GiB");
	ok(number_size("512", &n) && n == 512, "no unit is bytes");
	ok(!number_size("18446744073709551615t", &n), "too much is refused");
	ok(!number_size("16777216t", &n), "what overflows is refused");
	ok(!number_size("-1", &n) && !number_size("1gg", &n) &&
		   !number_size("", &n) && !number_size("0x10", &n),
	   "what is no size is refused");
	ok(number_seconds("14d", &n) && n == 14 * 86400, "14d is two weeks");
	ok(!number_seconds("200000d", &n), "500 years are refused");
	ok(number_thousandths("1.5", &n) && n == 1500, "1.5 is 1500/1000");
	ok(number_thousandths("0.125", &n) && n == 125, "0.125 is 125/1000");
	ok(!number_thousandths("1.", &n) && !number_thousandths(".5", &n) &&
		   !number_thousandths("1.2345", &n) &&
		   !number_thousandths("1e3", &n),
	   "what is no such number is refused");
}

static void test_names(void)
{
	const struct user u = {.name = "alice"};
	static const struct {
		const char *typed, *object, *image;
	} cases[] = {
		{"web", "alice-web", "localhost/alice-web"},
		{"alice-web", "alice-web", "localhost/alice-web"},
		{"alicex", "alice-alicex", "localhost/alice-alicex"},
		{"bob-web", "alice-bob-web", "localhost/alice-bob-web"},
		{"0123456789ab", "0123456789ab", "0123456789ab"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_free char *object = name_object(&u, cases[i].typed);
		cleanup_free char *image = name_image(&u, cases[i].typed);

		is_str(object, cases[i].object, "the name of %s is completed",
		       cases[i].typed);
		is_str(image, cases[i].image, "the image of %s, too",
		       cases[i].typed);
	}
	{
		cleanup_free char *full = name_image(&u, "example.org/x:1");

		is_str(full, "example.org/x:1", "a full name stays");
	}
}

static void test_conf(void)
{
	static const struct {
		const char *text, *why;
	} bad[] = {
		{"memory = much", "memory: much is no number"},
		{"state = relative", "state: relative is no plain"},
		{"state = /a\"b", "is no plain absolute path"},
		{"network = host", "host's own network"},
		{"network = a b", "is no plain name"},
		{"binds = /a b", "b is no absolute path"},
		{"slurm = yes", "slurm: yes is not"},
		{"wrong", "expected KEY = VALUE"},
		{"[network]", "a section is"},
		{"[network a]x", "a section is"},
		{"[network a]\nsubnet = 10.0.0.0/24\nsubmarine = 1",
		 "a network has"},
		{"[network a]\nsubnet = 10.0.0.0/99", "c:1: "},
		{"memory = 4g\nmemory_max = 1g", "more than its own maximum"},
		{"ids_first = 0", "not a range"},
		{"ids_users = 65537", "not a range"},
	};
	struct conf c;
	struct err e;

	is_int(conf_parse(&c, "c", "", &e), 0, "an empty file is the presets");
	is_str(c.state, "/var/lib/ie-podman", "which have a state folder");
	conf_free(&c);
	is_int(conf_parse(&c, "c",
			  "# comment\n memory=1g \nregistries = a.example "
			  "b.example\n[network n]\nsubnet = 10.0.0.0/24\n"
			  "[network m]\nsubnet = 10.0.1.0/24\n",
			  &e),
	       0, "a whole file is read");
	is_u64(c.memory, 1 << 30, "sizes arrive");
	is_u64(c.registries.count, 2, "lists arrive");
	is_u64(c.pool.count, 2, "networks arrive");
	conf_free(&c);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		int rc = conf_parse(&c, "c", bad[i].text, &e);

		ok(rc < 0 && strstr(e.msg, bad[i].why),
		   "refused with its reason: %s", bad[i].why);
		if (rc == 0)
			conf_free(&c);
	}
}

/* Images are named ID-NAME here; NO-... are not there. */
static int image(void *arg, const char *name, char **id, struct err *e)
{
	struct strs *asked = arg;

	if (strncmp(name, "no-", 3) == 0)
		return err_set(e, -ENOENT, "%s: not here", name);
	strs_add(asked, "%s", name);
	*id = text("id-%s", name);
	return 0;
}

static void test_containerfile(void)
{
	static const struct {
		const char *text, *why; /* NULL: permitted */
	} cases[] = {
		{"FROM base\nRUN id\nCMD [\"sh\"]\n", NULL},
		{"from base as one\nFROM one\nCOPY --from=one /a /b\n", NULL},
		{"FROM base\nFROM b\nCOPY --from=0 --chown=1:1 /a /b\n", NULL},
		{"FROM base\nCOPY --from=0 /a /b\n", "no stage before"},
		{"FROM a\nFROM b\nCOPY --from=99999999999 / /\n", "no stage"},
		{"FROM base AS 0\n", "AS NAME"},
		{"FROM base AS b c\n", "AS NAME"},
		{"FROM base\nONBUILD FROM base AS b\n", "ONBUILD FROM"},
		{"FROM a AS b\nFROM c\nONBUILD COPY --from=b / /\n",
		 "names other images"},
		{"FROM base\nRUN a \\\n# comment\n\n --mount=x\n", NULL},
		{"FROM base\nRUN echo --mount=type=bind\n", NULL},
		{"FROM base\nRUN <<EOF\nRUN --mount=x id\nEOF\n", "flags"},
		{"FROM base\nRUN --mount=type=bind id\n", "flags of RUN"},
		{"FROM base\nrUn\t--mount=type=bind id\n", "flags of RUN"},
		{"FROM base\nRUN \\\n--mount=type=bind id\n", "flags of RUN"},
		{"FROM base\nRU\\\nN --mount=type=bind id\n", "flags of RUN"},
		{"FROM base\nRUN \\  \n \\\t\n\\\n --mount=x id\n", "flags"},
		{"FROM base\nRUN \\\f\nRUN --mount=x id\n", "flags of RUN"},
		{"FROM base\nRUN \\\n# x \\\n --mount=x id\n", "flags of RUN"},
		{"FROM base\nRUN \\\n\xc2\xa0# x\n --mount=x id\n", "ASCII"},
		{"FROM base\nRUN \xc2\xa0--mount=x id\n", "ASCII"},
		{"FROM base\nRUN \x85--mount=x id\n", "ASCII"},
		{"# escape=`\nFROM base\nRUN `\n--mount=x id\n", "escape"},
		{"#\tEsCaPe = `\nFROM base\n", "escape"},
		{"\xef\xbb\xbf# escape=`\nFROM base\n", "escape"},
		{"FROM base\nRUN --security=insecure id\n", "flags of RUN"},
		{"FROM base\nONBUILD RUN --mount=x id\n", "flags of RUN"},
		{"FROM base\nONBUILD ONBUILD RUN --mount=x id\n", "flags"},
		{"FROM base\nONBUILD --x RUN id\n", "no such instruction"},
		{"FROM dir:/etc\n", "transports"},
		{"FROM dir:etc\n", "transports"},
		{"FROM \"dir:etc\"\n", "transports"},
		{"ARG A=dir:/etc\nFROM $A\n", "FROM dir:/etc: write"},
		{"ARG A=/etc\nFROM dir:$A\n", "FROM dir:/etc: write"},
		{"ARG A=-x\nFROM -$A\n", "FROM --x: write"},
		{"FROM $A\n", "no ARG A"},
		{"FROM a\nARG A=b\nFROM $A\n", "no ARG A"},
		{"FROM a\nENV A=b\nFROM $A\n", "no ARG A"},
		{"ARG A=\nFROM $A\n", "FROM : write"},
		{"ARG A=b\\ c\nFROM $A\n", "no ARG A"},
		{"ARG A='b' B='c'\nFROM $A\n", "no ARG A"},
		{"ARG A='$B'\nFROM $A\n", "no ARG A"},
		{"ARG A=b\nFROM ${A:+c}\n", "only $NAME"},
		{"ARG A=b\nFROM ${A\n", "only $NAME"},
		{"ARG A=b\nFROM ${}\n", "no name"},
		{"ARG A=b\nFROM a$\n", "no name"},
		{"ARG A=b\nFROM a\nONBUILD FROM $A\n", "ONBUILD FROM"},
		{"ARG A=b\nFROM a\nCOPY --from=$A x x\n", "variables"},
		{"FROM --platform=\"a b\" base\n", "refused"},
		{"FROM --platform=linux/none base\n", "images here are of"},
		{"FROM --platform=$A base\n", "no ARG A"},
		{"FROM --from=x base\n", "refused"},
		{"FROM base\nCOPY --from=dir:/etc a b\n", "transports"},
		{"FROM base\nCOPY --from=$A a b\n", "variables"},
		{"FROM base\nCOPY --chown=\"a b\" --from=dir:x a b\n",
		 "quotes"},
		{"FROM base\nCOPY --fr\\om=dir:x a b\n", "quotes"},
		{"FROM base\nCOPY --link a b\n", "this flag"},
		{"FROM base\nADD http://x/ /\n", "ADD"},
		{"FROM base\nADD $A /\n", "ADD"},
		{"FROM base\nADD [\"http\\u003a//x\", \"/\"]\n", "ADD"},
		{"FROM base\nADD git@x /\n", "ADD"},
		{"FROM base\nADD github.com/a/b /\n", "ADD"},
		{"FROM base\nADD --chown=1:1 a.tar /\n", NULL},
		{"FROM base\nINCLUDE /etc/shadow\n", "no such instruction"},
		{"", "is empty"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_strs struct strs images = {0};
		struct err e = {""};
		cleanup_free char *out = NULL;
		int rc = containerfile_check(cases[i].text, NULL, image,
					     &images, &out, &e);

		if (cases[i].why)
			ok(rc < 0 && strstr(e.msg, cases[i].why),
			   "Containerfile %zu is refused (%s)", i,
			   cases[i].why);
		else
			is_int(rc, 0, "Containerfile %zu is permitted", i);
	}
}

/* Which names are images, and what is built instead of them. */
static void test_bases(void)
{
	static const struct {
		const char *text, *asked, *built;
	} cases[] = {
		{"FROM a AS one\nFROM one\nFROM scratch\n"
		 "COPY --from=b /x /x\nCOPY --from=one /x /x\n",
		 "a b",
		 "FROM id-a AS one\nFROM one\nFROM scratch\n"
		 "COPY --from=id-b /x /x\nCOPY --from=one /x /x\n"},
		{"from --platform=$BUILDPLATFORM a AS b\n", "a",
		 "FROM id-a AS b\n"},
		/* The builder knows a stage when it has ended, by its name */
		{"FROM a AS one\nCOPY --from=one /x /x\n", "a one",
		 "FROM id-a AS one\nCOPY --from=id-one /x /x\n"},
		{"FROM one AS one\nFROM one\n", "one",
		 "FROM id-one AS one\nFROM one\n"},
		{"FROM a AS One\nFROM one\n", "a one",
		 "FROM id-a AS One\nFROM id-one\n"},
		{"FROM a\nFROM 0\n", "a 0", "FROM id-a\nFROM id-0\n"},
		{"FROM a\nFROM b\nCOPY --from=0 /x /x\n", "a b",
		 "FROM id-a\nFROM id-b\nCOPY --from=0 /x /x\n"},
		{"FROM a\nCOPY --chown=1 \\\n# why\n --from=b \\\n\t[\"x\", "
		 "\"y\"]\nRUN \\\n c\n",
		 "a b",
		 "FROM id-a\nCOPY --chown=1 --from=id-b [\"x\", \"y\"]\n"
		 "RUN \\\n c\n"},
		{"FROM a\nONBUILD COPY x y\n", "a",
		 "FROM id-a\nONBUILD COPY x y\n"},
		{"FROM a\nFROM no-b\n", "a",
		 "Containerfile line 2: FROM: no-b: not here"},
		{"FROM a\nCOPY --from=no-b / /\n", "a",
		 "Containerfile line 2: COPY --from: no-b: not here"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_strs struct strs asked = {0};
		cleanup_free char *out = NULL;
		cleanup_free char *all = text("%s", "");
		struct err e = {""};

		containerfile_check(cases[i].text, NULL, image, &asked, &out,
				    &e);
		is_str(e.msg[0] ? e.msg : out, cases[i].built,
		       "images %zu have IDs", i);
		for (size_t k = 0; k < asked.count; k++) {
			char *more = text("%s%s%s", all, k ? " " : "",
					  asked.list[k]);

			free(all);
			all = more;
		}
		is_str(all, cases[i].asked, "images %zu are looked at", i);
	}
}

static void test_long_line(void)
{
	cleanup_strs struct strs asked = {0};
	cleanup_free char *name = text("%070000d", 0);
	cleanup_free char *source = text("FROM a\nCOPY --from=b %s /\n", name);
	cleanup_free char *out = NULL;
	struct err e = {""};

	containerfile_check(source, NULL, image, &asked, &out, &e);
	ok(strstr(e.msg, "too long"),
	   "no line is made that the builder would cut");
}

static void test_triggers(void)
{
	struct err e = {""};

	is_int(containerfile_triggers("RUN a\nCOPY b c\n", &e), 0,
	       "triggers are permitted");
	is_int(containerfile_triggers("", &e), 0, "and none");
	is_int(containerfile_triggers("ADD \\\nENV http://x/ /y\n", &e), -EPERM,
	       "one that goes on in the next is refused");
	is_int(containerfile_triggers("COPY --from=a b c\n", &e), -EPERM,
	       "and one that names an image");
	is_int(containerfile_triggers("COPY --from=0 b c\n", &e), -EPERM,
	       "or a stage");
	is_int(containerfile_triggers("FROM scratch\n", &e), -EPERM,
	       "or begins one");
}

/* FROM's variables: what is given, what is written, what is built of it. */
static void test_variables(void)
{
	static const struct {
		const char *given, *text, *built;
	} cases[] = {
		{NULL, "FROM a\nRUN $A\n", "FROM id-a\nRUN $A\n"},
		{NULL, "ARG A=x\nFROM $A\n", "ARG A=x\nFROM id-x\n"},
		{"A=y", "ARG A=x\nFROM $A\n", "ARG A=x\nFROM id-y\n"},
		{"A=y", "ARG A\nFROM ${A}:1\n", "ARG A\nFROM id-y:1\n"},
		{"B=y", "ARG A=x\nFROM $A\n", "ARG A=x\nFROM id-x\n"},
		{NULL, "ARG A=x\nARG B=\"$A:2\"\nFROM ${B}\n",
		 "ARG A=x\nARG B=\"$A:2\"\nFROM id-x:2\n"},
		{NULL, "FROM ${A:-x:3} AS s\nFROM s\n",
		 "FROM id-x:3 AS s\nFROM s\n"},
		{"A=", "ARG A\nFROM ${A:-x}", "ARG A\nFROM id-x\n"},
		{NULL,
		 "ARG A='x'\nFROM --platform=${TARGETPLATFORM} "
		 "\\\n# why\n $A\nRUN b",
		 "ARG A='x'\nFROM id-x\nRUN b\n"},
		{NULL, "ARG A=x\nARG A\nARG A=z\nfrom $A\n",
		 "ARG A=x\nARG A\nARG A=z\nFROM id-z\n"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_strs struct strs images = {0};
		cleanup_strs struct strs given = {0};
		cleanup_free char *out = NULL;
		struct err e = {""};

		if (cases[i].given)
			strs_add(&given, "%s", cases[i].given);
		containerfile_check(cases[i].text, &given, image, &images, &out,
				    &e);
		is_str(e.msg[0] ? e.msg : out, cases[i].built,
		       "variables %zu are put in place", i);
	}
}

static void test_cp_names(void)
{
	static const char *const cases[][2] = {
		{"file", "file"}, {"a/b", "b"},	 {"a/b/", "b"},	  {".", "copy"},
		{"a/..", "copy"}, {"/", "copy"}, {"a/.", "copy"}, {"/x", "x"},
	};
	char out[NAME_MAX + 1];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		is_str(plan_cp_name(cases[i][0], out, sizeof(out)), cases[i][1],
		       "cp sends %s by its name", cases[i][0]);
}

static void test_tree(void)
{
	char top[] = "/tmp/tool-tree-XXXXXX", first[PATH_MAX], second[PATH_MAX];
	char path[PATH_MAX + 32];
	struct err e;
	int one = -1, two = -1;

	if (!mkdtemp(top))
		return;
	is_int(tree_work(top, &one, first, sizeof(first), &e), 0,
	       "a private folder is made");
	snprintf(path, sizeof(path), "%s/sub", first);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/sub/link", first);
	ok(symlink("/etc", path) == 0, "a link in it leads out");
	is_int(tree_work(top, &two, second, sizeof(second), &e), 0,
	       "another one is made");
	ok(access(first, F_OK) == 0, "which leaves the one in use alone");
	close(one);
	close(two);
	is_int(tree_work(top, &one, second, sizeof(second), &e), 0,
	       "one that comes later");
	ok(access(first, F_OK) != 0, "sweeps what nobody holds");
	ok(access("/etc/passwd", F_OK) == 0, "and follows no link");
	close(one);
	is_int(tree_remove(AT_FDCWD, top, &e), 0, "all of it is removed");
	is_int(tree_remove(AT_FDCWD, top, &e), 0, "twice is no error");
}

int main(void)
{
	test_images();
	test_numbers();
	test_names();
	test_conf();
	test_containerfile();
	test_bases();
	test_long_line();
	test_triggers();
	test_variables();
	test_cp_names();
	test_tree();
	return done_testing();
}
