/* The tar stream's way to mksquashfs: what is added, left out, shifted and
 * refused. Streams are made and read by tar. */
#include "tar_filter.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cleanup.h"
#include "scratch.h"
#include "tap.h"

static const struct tar_extra extras[] = {
	{'5', 0755, ".ours", NULL, false},
	{'0', 0644, ".ours/text", "hello\n", false},
	{'2', 0777, ".link", ".ours/text", false},
	{'5', 0755, "maybe", NULL, true},
	{'5', 0700, "there", NULL, true},
};

static struct err e;

/* in.tar to out.tar, as they stand in the scratch folder. */
static int filter(uint32_t base)
{
	cleanup_fd int in = open(scratch_path("in.tar"), O_RDONLY | O_CLOEXEC);
	cleanup_fd int out =
		open(scratch_path("out.tar"),
		     O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	return tar_filter(in, out, base, extras, ARRAY_SIZE(extras), &e);
}

static const char made[] =
	"rm -rf t && mkdir -p t/there t/.ours/x t/sub && echo f >t/sub/f && "
	"echo evil >t/.ours/text && ln -s sub/f t/.link && ln t/sub/f t/hard "
	"&& "
	"head -c 300000 /dev/zero >t/sub/big && chmod 4755 t/sub/big && "
	"n=$(printf %0150d 0) && mkdir -p t/$n/$n && echo l >t/$n/$n/f && "
	"ln -s $n/$n/$n t/long && tar -C t --sort=name --mtime=@1000000000 "
	"--owner=1000070000 --group=1000000000 --numeric-owner";

static void formats(void)
{
	static const char *const names[] = {"ustar", "gnu", "pax"};
	char line[2048];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		/* ustar holds neither such owners nor such paths */
		snprintf(line, sizeof(line), "%s --format=%s %s -cf in.tar .",
			 made, names[i],
			 i ? ""
			   : "--owner=70000 --group=5 --exclude='./0*' "
			     "--exclude=./long");
		is_str(scratch_shell(line), "", "tar makes a stream of %s",
		       names[i]);
		is_int(filter(i ? 1000000000 : 0), 0, "%s is passed on",
		       names[i]);
		snprintf(line, sizeof(line),
			 "rm -rf u && mkdir u && tar -C u -xf out.tar && "
			 "rm -rf t/.ours t/.link && diff -r --no-dereference "
			 "t u%s; cat u/.ours/text u/sub/f; readlink u/.link; "
			 "find u/.ours | wc -l",
			 i ? "" : " -x '0*' -x long");
		is_str(scratch_shell(line),
		       "Only in u: .link\nOnly in u: .ours\nOnly in u: "
		       "maybe\nhello\nf\n.ours/text\n2\n",
		       "%s: all is there, ours in the place of the image's",
		       names[i]);
		is_str(scratch_shell("tar --numeric-owner -tvf out.tar | "
				     "awk '$6 ~ /big|hard|there|^.ours/ "
				     "{print $1, $2, $6}'"),
		       i ? "-rw-r--r-- 70000/0 ./hard\n"
			   "-rwsr-xr-x 70000/0 ./sub/big\n"
			   "drwxr-xr-x 70000/0 ./there/\n"
			   "drwxr-xr-x 0/0 .ours\n"
			   "-rw-r--r-- 0/0 .ours/text\n"
			 : "-rw-r--r-- 70000/5 ./hard\n"
			   "-rwsr-xr-x 70000/5 ./sub/big\n"
			   "drwxr-xr-x 70000/5 ./there/\n"
			   "drwxr-xr-x 0/0 .ours\n"
			   "-rw-r--r-- 0/0 .ours/text\n",
		       "%s: with modes, and owners as in a container",
		       names[i]);
	}
}

static void hidden(void)
{
	static const char *const names[] = {".ours",	"./.ours",     "/.ours",
					    ".//.ours", "././.ours/x", ".link"};
	char line[512];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(line, sizeof(line),
			 "rm -rf t && mkdir t && ln -s /etc t/l && tar -C t -P "
			 "--transform 's,^l$,%s,' -cf in.tar l",
			 names[i]);
		scratch_shell(line);
		is_int(filter(0), 0, "an image's own %s is read", names[i]);
		is_str(scratch_shell("tar -tvf out.tar | grep -c /etc"), "0\n",
		       "and left out");
	}
	scratch_shell(
		"tar -C t -P --transform 's,^l$,a/../.ours,' -cf in.tar l");
	is_int(filter(0), -EBADMSG, "a path that climbs is refused");
	is_str(e.msg, "the image's files: no tar stream: a path with ..",
	       "with the reason");
	scratch_shell("tar -C t -P --transform 's,^l$,../.ours,' -cf in.tar l");
	is_int(filter(0), -EBADMSG, "so is one that mksquashfs would cut");
}

static void broken(void)
{
	scratch_shell(
		"rm -rf t && mkdir t && head -c 100000 /dev/zero >t/f && "
		"tar -C t -b 1 -cf whole.tar f && head -c -1024 whole.tar "
		">in.tar");
	is_int(filter(0), -ENODATA, "a stream without its end is refused");
	is_str(e.msg, "the image's files: they end too early",
	       "because half an image is none");
	scratch_shell("head -c 50000 whole.tar >in.tar");
	is_int(filter(0), -ENODATA, "so is one that ends in a file");
	scratch_shell(": >in.tar");
	is_int(filter(0), -ENODATA, "and an empty one");
	scratch_shell("head -c 10240 /dev/urandom >in.tar");
	is_int(filter(0), -EBADMSG, "noise is refused");
	scratch_shell(
		"truncate -s 1M t/s && tar -C t -S --format=gnu -cf in.tar s");
	is_int(filter(0), -EBADMSG, "so are sparse files of GNU");
	scratch_shell("tar -C t -S --format=pax -cf in.tar s");
	is_int(filter(0), -EBADMSG, "and of pax");
	scratch_shell(
		"cp whole.tar in.tar; head -c 3000000 /dev/zero >>in.tar");
	is_int(filter(0), 0, "what follows the end is read, and no more");
	is_u64(strtoull(scratch_shell("stat -c %s out.tar"), NULL, 10) < 200000,
	       1, "and not passed on");
}

/* Large files go from pipe to pipe; it must make no difference. */
static void pipes(void)
{
	int a[2], b[2];
	char line[PATH_MAX + 100];

	scratch_shell(
		"rm -rf t && mkdir t && head -c 3000000 /dev/urandom >t/f && "
		"tar -C t -cf in.tar f");
	if (pipe(a) < 0 || pipe(b) < 0)
		exit(1);
	fcntl(a[0], F_SETFD, FD_CLOEXEC);
	fcntl(b[1], F_SETFD, FD_CLOEXEC);
	snprintf(line, sizeof(line), "cat <%s >&%d &", scratch_path("in.tar"),
		 a[1]);
	if (system(line) < 0)
		exit(1);
	close(a[1]);
	snprintf(line, sizeof(line), "cat <&%d >%s & echo $! >%s.pid", b[0],
		 scratch_path("out.tar"), scratch_path("out.tar"));
	if (system(line) < 0)
		exit(1);
	close(b[0]);
	is_int(tar_filter(a[0], b[1], 0, extras, ARRAY_SIZE(extras), &e), 0,
	       "a stream goes through pipes");
	close(a[0]);
	close(b[1]);
	is_str(scratch_shell(
		       "while kill -0 $(cat out.tar.pid) 2>/dev/null; do sleep "
		       "0.05; done; tar -xOf out.tar f | cmp - t/f && echo "
		       "same"),
	       "same\n", "and a large file is the same behind them");
}

int main(void)
{
	formats();
	hidden();
	broken();
	pipes();
	return done_testing();
}
