/* What a Containerfile may say, and what is built instead of it. */
#include <errno.h>
#include <stdlib.h>

#include "tap.h"

#include "cleanup.h"
#include "containerfile.h"
#include "strs.h"

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

int main(void)
{
	test_containerfile();
	test_bases();
	test_long_line();
	test_triggers();
	test_variables();
	return done_testing();
}
