/* The context's way from a user to root: what is sent arrives, and what must
 * not be done by any stream is not done. */
#include "context.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "context_wire.h"
#include "scratch.h"
#include "tap.h"

static const struct context_limits plenty = {1 << 20, 1000, 8, false};
static struct err e;

/* A stream in memory. */
static int stream_new(void)
{
	int fd = memfd_create("stream", MFD_CLOEXEC);

	if (fd < 0)
		exit(1);
	return fd;
}

static int folder(const char *name)
{
	const char *path = scratch_path(name);
	int fd;

	mkdir(path, 0700);
	fd = open(path, O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		exit(1);
	return fd;
}

static int carry(const char *from, const char *to, const struct ignore *ig,
		 const struct context_limits *limits)
{
	cleanup_fd int fd = stream_new();
	cleanup_fd int src = folder(".");
	cleanup_fd int dst = folder(to);
	int ret = context_send(fd, src, from, "context", ig, limits, &e);

	if (ret == 0)
		ret = context_end(fd, &e);
	else
		context_fail(fd, &e);
	lseek(fd, 0, SEEK_SET);
	if (ret == 0)
		ret = context_receive(fd, dst, limits, &e);
	return ret;
}

static const char listing[] =
	"find . -printf '%P %y %m %s %l %T@\\n' | sed 's/ d \\([0-9]*\\) "
	"[0-9]* "
	"/ d \\1 /' | sort; find . -type f -print0 | sort -z | "
	"xargs -0 cat | md5sum";

static void roundtrip(void)
{
	char line[1024], before[4096];

	scratch_shell(
		"mkdir -p a/sub/deep a/ro && echo hello >a/f && : >a/empty && "
		"head -c 200000 /dev/urandom >a/big && ln -s ../f a/sub/up && "
		"ln -s sub/deep a/down && chmod 4711 a/f && chmod 400 a/empty "
		"&& "
		"touch -d @1000000000.5 a/f a/sub a/ro && chmod 555 a/ro && "
		"echo odd >'a/a b\n\"c'");
	is_int(carry("a", "b", NULL, &plenty), 0, "a tree arrives");
	snprintf(line, sizeof(line),
		 "chmod 711 a/f; touch -d @1000000000.5 "
		 "a/f; cd a && %s",
		 listing);
	strcpy(before, scratch_shell(line));
	snprintf(line, sizeof(line), "cd b/context && %s", listing);
	is_str(scratch_shell(line), before,
	       "with contents, links, modes and times, but without set-id "
	       "bits");
	is_str(scratch_shell("find b/context -user 0 -printf x | wc -c; "
			     "find b/context -printf x | wc -c"),
	       getuid() == 0 ? "10\n10\n" : "0\n10\n",
	       "and everything belongs to who unpacks");
	is_int(carry("a/f", "c", NULL, &plenty), 0, "a file alone goes, too");
	is_str(scratch_shell("cat c/context"), "hello\n", "and is itself");
}

static void leaves_out(void)
{
	struct ignore *ig;

	scratch_shell(
		"mkdir -p i/logs/keep i/node/x i/src i/empty && touch i/logs/1 "
		"i/logs/keep/2 i/node/x/3 i/src/a.o i/src/a.c i/secret");
	if (ignore_parse(&ig, "logs\n!logs/keep\nnode\nempty\n**/*.o\nsecret\n",
			 &e) < 0)
		exit(1);
	is_int(carry("i", "j", ig, &plenty), 0, "patterns leave out");
	is_str(scratch_shell("cd j/context && find . | sort | tr '\\n' ' '"),
	       ". ./logs ./logs/keep ./logs/keep/2 ./src ./src/a.c ",
	       "what they say, and folders only where something is in them");
	ignore_free(ig);
}

static void refuses_to_send(void)
{
	struct context_limits few = plenty;

	scratch_shell("mkdir -p l && ln -s /etc/passwd l/absolute");
	is_int(carry("l", "m1", NULL, &plenty), -ELOOP,
	       "a link that leads outside is refused");
	is_str(e.msg,
	       "context/absolute: a link that leads outside of the context "
	       "(.containerignore can leave it out)",
	       "by its name, with the way out");
	few.links_outside = true;
	is_int(carry("l", "m2", NULL, &few), 0, "cp carries it as it is");
	is_str(scratch_shell("readlink m2/context/absolute"), "/etc/passwd\n",
	       "without following it");
	scratch_shell("mkdir -p p && mkfifo p/pipe");
	is_int(carry("p", "m3", NULL, &plenty), -EINVAL,
	       "what is neither file, folder nor link is refused");
	few = plenty;
	few.bytes = 200000;
	is_int(carry("a", "m4", NULL, &few), -E2BIG, "too many bytes are");
	few = plenty;
	few.entries = 4;
	is_int(carry("a", "m5", NULL, &few), -E2BIG, "too many files are");
	few = plenty;
	few.depth = 1;
	is_int(carry("a", "m6", NULL, &few), -ELOOP, "too many levels are");
	scratch_shell("ln -s a linked");
	few = plenty;
	few.links_outside = true;
	carry("linked", "m7", NULL, &few);
	is_str(scratch_shell("readlink m7/context"), "a\n",
	       "a link is never followed, not even the one that is named");
}

static void put(int fd, uint32_t type, const char *path, const char *rest,
		uint64_t size, uint32_t mode)
{
	struct context_head h = {
		.type = type,
		.mode = mode,
		.path_len = (uint32_t)strlen(path),
		.link_len = type == CONTEXT_LINK ? (uint32_t)strlen(rest) : 0,
		.size = size,
	};

	if (write(fd, &h, sizeof(h)) < 0 || write(fd, path, h.path_len) < 0 ||
	    write(fd, rest, strlen(rest)) < 0)
		exit(1);
}

static int unpack(int fd, const char *to, const struct context_limits *limits)
{
	cleanup_fd int dst = folder(to);
	int ret;

	put(fd, CONTEXT_END, "", "", 0, 0);
	lseek(fd, 0, SEEK_SET);
	ret = context_receive(fd, dst, limits, &e);
	close(fd);
	return ret;
}

/* Streams that no honest sender makes. */
static void hostile(void)
{
	static const struct {
		const char *what;
		struct {
			char type;
			const char *path, *rest;
			uint64_t size;
		} entry[4];
	} cases[] = {
		{"an absolute path", {{'f', "/tmp/ie-evil", "x", 1}}},
		{"a path that climbs", {{'f', "../evil", "x", 1}}},
		{"a path that climbs later",
		 {{'d', "d", "", 0}, {'f', "d/../../evil", "x", 1}}},
		{"a path with a dot", {{'f', "./evil", "x", 1}}},
		{"a path with an empty name", {{'f', "d//evil", "x", 1}}},
		{"a path with a slash at its end", {{'f', "evil/", "x", 1}}},
		{"an empty path", {{'f', "", "x", 1}}},
		{"the folder itself", {{'f', ".", "x", 1}}},
		{"a file through a link",
		 {{'d', "c", "", 0},
		  {'d', "c/d", "", 0},
		  {'l', "c/d/l", "..", 0},
		  {'f', "c/d/l/evil", "x", 1}}},
		{"a file over a link",
		 {{'d', "c", "", 0},
		  {'l', "c/l", "evil", 0},
		  {'f', "c/l", "x", 1}}},
		{"a folder over a link",
		 {{'d', "c", "", 0},
		  {'d', "c/e", "", 0},
		  {'l', "c/l", "e", 0},
		  {'d', "c/l", "", 0}}},
		{"a file twice", {{'f', "f", "x", 1}, {'f', "f", "y", 1}}},
		{"an absolute link",
		 {{'d', "c", "", 0}, {'l', "c/l", "/etc/passwd", 0}}},
		{"a link that climbs",
		 {{'d', "c", "", 0}, {'l', "c/l", "../x", 0}}},
		{"a link that climbs behind a name",
		 {{'d', "c", "", 0},
		  {'d', "c/d", "", 0},
		  {'l', "c/d/l", "x/../../x", 0}}},
		{"a link as the tree itself", {{'l', "c", "../x", 0}}},
		{"an empty link", {{'d', "c", "", 0}, {'l', "c/l", "", 0}}},
		{"a file before its folder", {{'f', "d/f", "x", 1}}},
		{"a device", {{'b', "b", "", 0}}},
		{"a hard link", {{'h', "h", "", 0}}},
		{"a folder with bytes", {{'d', "d", "x", 1}}},
		{"more bytes than there may be", {{'f', "f", "x", 1 << 30}}},
		{"a size that overflows", {{'f', "f", "x", UINT64_MAX}}},
		{"more bytes than there are", {{'f', "f", "x", 4096}}},
		{"folders without end",
		 {{'d', "1", "", 0}, {'d', "1/2/3/4/5/6/7/8/9/a", "", 0}}},
	};
	char to[32];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int fd = stream_new();

		for (size_t k = 0; k < 4 && cases[i].entry[k].type; k++)
			put(fd, (uint32_t)cases[i].entry[k].type,
			    cases[i].entry[k].path, cases[i].entry[k].rest,
			    cases[i].entry[k].size, 0777);
		snprintf(to, sizeof(to), "h%zu", i);
		ok(unpack(fd, to, &plenty) < 0, "%s is refused", cases[i].what);
	}
	is_str(scratch_shell(
		       "find . -name 'evil*' ; ls /tmp/ie-evil 2>/dev/null"),
	       "", "and nothing of it was made anywhere");
}

static void damaged(void)
{
	struct context_head h = {.type = 'f', .path_len = 1u << 30};
	struct context_limits few = plenty;
	int fd = stream_new();
	int dst = folder("n1");

	put(fd, 'f', "f", "x", 1, 0644);
	lseek(fd, 0, SEEK_SET);
	is_int(context_receive(fd, dst, &plenty, &e), -EBADMSG,
	       "a stream without an end is refused");
	close(fd);
	fd = stream_new();
	if (write(fd, &h, sizeof(h)) < 0)
		exit(1);
	ok(unpack(fd, "n2", &plenty) == -EBADMSG, "so is a path without end");
	fd = stream_new();
	h.path_len = 3;
	if (write(fd, &h, sizeof(h)) < 0 || write(fd, "a\0b", 3) < 0)
		exit(1);
	ok(unpack(fd, "n3", &plenty) == -EBADMSG, "so is one with a zero byte");
	few.entries = 2;
	fd = stream_new();
	put(fd, 'f', "1", "", 0, 0644);
	put(fd, 'f', "2", "", 0, 0644);
	put(fd, 'f', "3", "", 0, 0644);
	ok(unpack(fd, "n4", &few) == -EBADMSG, "so are too many files");
	fd = stream_new();
	put(fd, 'f', "set", "", 0, 07777);
	put(fd, 'd', "setd", "", 0, 07777);
	ok(unpack(fd, "n5", &plenty) == 0, "set-id bits are no reason to fail");
	is_str(scratch_shell("stat -c %a n5/set n5/setd"), "777\n777\n",
	       "but are not set");
	fd = stream_new();
	context_fail(fd, &(struct err){"no\nway"});
	is_int(unpack(fd, "n6", &plenty), -EPIPE, "the sender can give up");
	is_str(e.msg, "no?way", "and its reason is one line");
	close(dst);
}

static void links(void)
{
	static const struct {
		const char *path, *target;
		bool inside;
	} table[] = {
		{"c/l", "x", true},
		{"c/l", "./x/y", true},
		{"c/l", "..", false},
		{"c/d/l", "..", true},
		{"c/d/l", "../", true},
		{"c/d/l", "../..", false},
		{"c/d/e/l", "../../x", true},
		{"c/d/l", ".//./../x", true},
		{"c/d/l", "x/..", false},
		{"c/d/l", "../x/../y", false},
		{"c/d/l", "...", true},
		{"c/d/l", "..x", true},
		{"c/l", "/", false},
		{"c/l", "", false},
		{"c", "x", true},
		{"c", "..", false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		ok(context_link_inside(table[i].path, table[i].target) ==
			   table[i].inside,
		   "%s -> '%s' %s", table[i].path, table[i].target,
		   table[i].inside ? "stays inside" : "might leave");
}

int main(void)
{
	roundtrip();
	leaves_out();
	refuses_to_send();
	links();
	hostile();
	damaged();
	return done_testing();
}
