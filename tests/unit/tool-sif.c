/* SIF: what is said of an image, and where it is in the file. Whole files are
 * the live test's. */
#include "sif.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cleanup.h"
#include "scratch.h"
#include "tap.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static struct err e;

/* Of an image with this configuration; the caller closes it. */
static struct sif_meta described(const char *config)
{
	char text[8192];
	struct sif_meta m;

	snprintf(text, sizeof(text), ID " amd64 1700000000 %s\n", config);
	if (sif_meta_read(&m, text, &e) < 0) {
		printf("Bail out! %s\n", e.msg);
		exit(1);
	}
	return m;
}

/* What a script says when it runs in the scratch folder. */
static const char *said(const char *script, const char *before,
			const char *arguments)
{
	char line[512];

	scratch_write("script", script, strlen(script));
	snprintf(line, sizeof(line), "%s sh ./script %s 2>&1", before,
		 arguments);
	return scratch_shell(line);
}

static void runscripts(void)
{
	static const struct {
		const char *config, *arguments, *says;
	} cases[] = {
		{"{\"Entrypoint\":[\"echo\",\"e\"],\"Cmd\":[\"a  b\",\"$X\"]}",
		 "", "e a  b $X\n"},
		{"{\"Entrypoint\":[\"echo\",\"e\"],\"Cmd\":[\"a\"]}", "'c  d'",
		 "e c  d\n"},
		{"{\"Entrypoint\":[\"echo\",\"it's\"]}", "", "it's\n"},
		{"{\"Cmd\":[\"echo\",\"one\\ntwo\"]}", "", "one\ntwo\n"},
		{"{\"Cmd\":[\"echo\",\"a\"]}", "echo b", "b\n"},
		{"{\"Cmd\":[\"pwd\"],\"WorkingDir\":\"/usr\"}", "", "/usr\n"},
		{"{\"Cmd\":[\"pwd\"],\"WorkingDir\":\"/usr\"}",
		 "sh -c '[ \"$PWD\" != /usr ] && echo here'", "here\n"},
		{"{\"Cmd\":[\"echo\",\"a\"],\"WorkingDir\":\"/no/such\"}", "",
		 "a\n"},
		{"{}", "echo a", "a\n"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct sif_meta m = described(cases[i].config);

		is_str(said(m.text[SIF_RUNSCRIPT], "", cases[i].arguments),
		       cases[i].says, "%s runs with \"%s\"", cases[i].config,
		       cases[i].arguments);
		sif_meta_close(&m);
	}
}

static void environments(void)
{
	struct sif_meta m =
		described("{\"Env\":[\"PATH=/image\",\"QUOTE=it's \\\"$X\\\"\","
			  "\"LINES=a\\n%post\\nb\",\"MINE=image\",\"1BAD=x\","
			  "\"B-D=x\",\"NONE\",\"=x\"]}");
	char script[2048];

	snprintf(script, sizeof(script),
		 "%s/bin/echo \"$PATH|$QUOTE|$LINES|$MINE\"\n",
		 m.text[SIF_ENVIRONMENT]);
	is_str(said(script, "MINE=user", ""),
	       "/image|it's \"$X\"|a\n%post\nb|user\n",
	       "the environment is the image's, but for what the user has set");
	ok(!strstr(m.text[SIF_ENVIRONMENT], "BAD") &&
		   !strstr(m.text[SIF_ENVIRONMENT], "B-D"),
	   "what the shell cannot name is left out");
	ok(!strstr(m.text[SIF_DEFINITION], "%post"),
	   "the definition has no section of the image's making");
	sif_meta_close(&m);
}

static void described_badly(void)
{
	static const char *const bad[] = {
		"",
		"x",
		"0123 amd64 1 {}",
		ID " amd64 {}",
		ID " amd64 1 {",
		ID " an-architecture-too-long 1 {}",
	};
	struct sif_meta m;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		is_int(sif_meta_read(&m, bad[i], &e), -EBADMSG,
		       "not a description: \"%s\"", bad[i]);
		sif_meta_close(&m);
	}
	is_int(sif_meta_read(&m, ID " amd64 -62135596800 {}", &e), 0,
	       "an image may have no time");
	is_u64(m.created, 0, "which is the first one");
	sif_meta_close(&m);
}

static uint64_t number(const uint8_t *at, int bytes)
{
	uint64_t n = 0;

	while (bytes-- > 0)
		n = n << 8 | at[bytes];
	return n;
}

/* Offsets as sylabs/sif, pkg/sif has them. */
static void head(const char *arch, const char *code)
{
	struct sif_meta m = described("{\"Labels\":{\"who\":\"alice\"}}");
	uint64_t at = sif_head_size(&m);
	cleanup_fd int fd = memfd_create("sif", MFD_CLOEXEC);
	static uint8_t f[65536];
	const uint8_t *d = f + 4096 + 3 * 585;

	strcpy(m.arch, arch);
	if (fd < 0 || ftruncate(fd, (off_t)at + 8192) < 0)
		exit(1);
	is_int(sif_head_write(&m, "zstd", fd, &e), 0, "%s: it is written",
	       arch);
	ok(pread(fd, f, sizeof(f), 0) == (ssize_t)at + 8192,
	   "before the file system");
	ok(memcmp(f + 32,
		  "SIF_MAGIC\0"
		  "01",
		  13) == 0 &&
		   memcmp(f + 45, code, 3) == 0,
	   "the header has magic, version and architecture");
	ok(number(f + 64, 8) == 1700000000 && number(f + 88, 8) == 48 &&
		   number(f + 96, 8) == 4096,
	   "time, and where descriptors are");
	ok(number(d, 4) == 0x4004 && d[4] == 1 && number(d + 17, 8) == at &&
		   number(d + 25, 8) == 8192 && number(d + 201, 4) == 1 &&
		   number(d + 205, 4) == 2 && memcmp(d + 209, code, 3) == 0,
	   "the fourth descriptor is of the primary partition, squashfs");
	is_u64(at % 4096, 0, "which is aligned");
	d = f + 4096 + 585;
	ok(memmem(f + number(d + 17, 8), number(d + 25, 8), "\"alice\"", 7),
	   "the second is of the labels");
	sif_meta_close(&m);
}

int main(void)
{
	runscripts();
	environments();
	described_badly();
	head("amd64", "02");
	head("riscv64", "12");
	head("unheard-of", "00");
	return done_testing();
}
