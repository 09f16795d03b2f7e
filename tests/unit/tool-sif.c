/* SIF: what is written is read again, what is no SIF is refused, and the
 * scripts say what the image says. */
#include "sif.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cleanup.h"
#include "scratch.h"
#include "sif_make.h"
#include "sif_meta.h"
#include "tap.h"

static struct err e;

static struct sif two_objects(void)
{
	return (struct sif){
		.uuid = {1, 2, 3},
		.architecture = "amd64",
		.created = 1000,
		.count = 2,
		.objects = {{SIF_DEFFILE, 1, SIF_DATA_OFFSET, 10, "def"},
			    {SIF_PARTITION, 2, 32768, 8192, "squashfs"}},
	};
}

static int file_of(const struct sif *sif)
{
	int fd = memfd_create("sif", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, 32768 + 8192) < 0 ||
	    sif_write(sif, fd, &e) < 0)
		exit(1);
	return fd;
}

static void roundtrip(void)
{
	struct sif want = two_objects(), got;
	cleanup_fd int fd = file_of(&want);

	is_int(sif_read(&got, fd, &e), 0, "what is written can be read");
	ok(got.count == 2 && got.created == 1000 &&
		   memcmp(got.uuid, want.uuid, 16) == 0 &&
		   strcmp(got.architecture, "amd64") == 0 &&
		   memcmp(got.objects, want.objects, sizeof(got.objects)) == 0,
	   "and says the same");
}

/* Numbers at which no reader may trust the file. */
static void damage(void)
{
	static const struct {
		const char *what, *why;
		off_t at;
		int64_t value;
	} cases[] = {
		{"magic", "begin", 32, 0},
		{"version", "version", 42, 0x3230},
		{"number of descriptors", "descriptors", 88, -1},
		{"number of descriptors", "descriptors", 88, 70000},
		{"offset of descriptors", "descriptors", 96, -1},
		{"offset of descriptors", "descriptors", 96, 40000},
		{"offset of descriptors", "descriptors", 96, INT64_MAX},
		{"offset of an object", "outside", 4096 + 17, -1},
		{"offset of an object", "outside", 4096 + 17, 4096},
		{"offset of an object", "outside", 4096 + 17, INT64_MAX},
		{"size of an object", "outside", 4096 + 25, -1},
		{"size of an object", "outside", 4096 + 25, INT64_MAX},
		{"size of an object", "overlap", 4096 + 25, 600},
	};
	struct sif sif = two_objects(), got;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_fd int fd = file_of(&sif);

		if (pwrite(fd, &cases[i].value, 8, cases[i].at) != 8)
			exit(1);
		ok(sif_read(&got, fd, &e) == -EBADMSG &&
			   strstr(e.msg, cases[i].why),
		   "a bad %s (%lld) is refused", cases[i].what,
		   (long long)cases[i].value);
	}
	for (off_t n = 0; n < 32176; n += 100) {
		cleanup_fd int fd = file_of(&sif);

		if (ftruncate(fd, n) < 0 ||
		    sif_read(&got, fd, &e) != -EBADMSG) {
			ok(false, "a file of %lld bytes is refused",
			   (long long)n);
			return;
		}
	}
	ok(true, "a file that is cut off anywhere is refused");
}

static void endless_name(void)
{
	struct sif sif = two_objects(), got;
	char name[128];
	cleanup_fd int fd = file_of(&sif);

	memset(name, 'x', sizeof(name));
	if (pwrite(fd, name, sizeof(name), 4096 + 73) != sizeof(name))
		exit(1);
	is_int(sif_read(&got, fd, &e), -EBADMSG,
	       "a name without an end is refused");
}

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define IMAGE(created, config)                                                 \
	"[{\"Id\": \"" ID                                                      \
	"\", \"Architecture\": \"amd64\", \"Created\": \"" created             \
	"\", \"Config\": {" config "}}]"

/* Runs a script of the image's; what it says. */
static const char *script(const char *text, const char *arguments)
{
	char line[256];

	scratch_write("script", text, strlen(text));
	snprintf(line, sizeof(line), "sh ./script %s", arguments);
	return scratch_shell(line);
}

static void scripts(void)
{
	static const struct {
		const char *config, *arguments, *says, *what;
	} cases[] = {
		{"\"Entrypoint\": [\"printf\", \"[%s]\"], \"Cmd\": [\"it's\", "
		 "\"$HOME\", \"a b\", \"\"]",
		 "", "[it's][$HOME][a b][]",
		 "ENTRYPOINT and CMD, to the letter"},
		{"\"Entrypoint\": [\"printf\", \"[%s]\"], \"Cmd\": [\"x\"]",
		 "1 '2 3'", "[1][2 3]", "arguments in the place of CMD"},
		{"\"Entrypoint\": [\"printf\", \"%s\"]", "", "",
		 "ENTRYPOINT alone"},
		{"\"Cmd\": [\"echo\", \"`id`\"]", "", "`id`\n", "CMD alone"},
		{"\"Cmd\": [\"echo\", \"x\"]", "printf y", "y",
		 "a command in the place of CMD"},
		{"\"Entrypoint\": null, \"Cmd\": null", "-c 'echo z'", "",
		 "arguments where there is neither"},
	};
	struct sif_meta m;
	char json[1024];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		snprintf(json, sizeof(json), IMAGE("%s", "%s"),
			 "2026-01-01T00:00:00Z", cases[i].config);
		if (sif_meta_read(&m, json, &e) < 0)
			exit(1);
		if (i + 1 < ARRAY_SIZE(cases))
			is_str(script(m.runscript, cases[i].arguments),
			       cases[i].says, "runscript: %s", cases[i].what);
		else
			ok(strstr(m.runscript, "set -- /bin/sh\nexec \"$@\""),
			   "runscript: a shell where there is nothing else");
		sif_meta_close(&m);
	}
}

static void environment(void)
{
	struct sif_meta m;
	char text[2048];

	if (sif_meta_read(&m,
			  IMAGE("2026-01-01T00:00:00Z",
				"\"Env\": [\"PATH=/image:/bin\", "
				"\"A=it's $HOME\", \"HELD=image\", \"E=\", "
				"\"bad-name=1\", \"1=2\", \"x;id=3\"]"),
			  &e) < 0)
		exit(1);
	setenv("HELD", "mine", 1);
	snprintf(text, sizeof(text), "%secho \"$PATH|$A|$HELD|$E|\"",
		 m.environment);
	is_str(script(text, ""), "/image:/bin|it's $HOME|mine||\n",
	       "the environment: the image's PATH, the caller's variables "
	       "before the image's, all to the letter");
	ok(!strstr(m.environment, "bad-name") && !strstr(m.environment, "id="),
	   "what is no name of a variable is left out");
	sif_meta_close(&m);
}

static void images(void)
{
	static const struct {
		const char *created;
		int64_t seconds;
	} times[] = {
		{"1970-01-01T00:01:40Z", 100},
		{"1970-01-01T00:01:40.123456789Z", 100},
		{"1970-01-01T09:01:40.5+09:00", 100},
		{"1969-12-31T20:01:40-04:00", 100},
		{"0001-01-01T00:00:00Z", 0},
		{"rubbish", 0},
	};
	static const char *const bad[] = {"", "[]", "[{}]", "[{\"Id\": 1}]",
					  "{"};
	struct sif_meta m;
	char json[512];

	for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
		snprintf(json, sizeof(json), IMAGE("%s", ""), times[i].created);
		is_int(sif_meta_read(&m, json, &e), 0, "an image of %s is read",
		       times[i].created);
		is_int(m.created, times[i].seconds, "its time is %lld",
		       (long long)times[i].seconds);
		is_str(m.deffile,
		       "bootstrap: docker-daemon\nfrom: sha256:" ID "\n\n"
		       "%environment\n\n%runscript\n"
		       "[ $# -gt 0 ] || set -- /bin/sh\nexec \"$@\"\n",
		       "and its definition names it, and says what runs");
		sif_meta_close(&m);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		is_int(sif_meta_read(&m, bad[i], &e), -EBADMSG,
		       "'%s' is no image", bad[i]);
	ok(sif_compression_valid("zstd") && sif_compression_valid("xz") &&
		   !sif_compression_valid("lzo") && !sif_compression_valid(""),
	   "compressions are a closed list");
}

int main(void)
{
	roundtrip();
	damage();
	endless_name();
	scripts();
	environment();
	images();
	return done_testing();
}
