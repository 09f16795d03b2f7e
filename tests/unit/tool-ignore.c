/* .containerignore: which paths each pattern leaves out. */
#include "ignore.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "scratch.h"
#include "tap.h"

static const struct {
	const char *file, *path;
	bool out;
} cases[] = {
	{"", "a", false},
	{"# a\n\n  \n", "a", false},
	{"a", "a", true},
	{"/a/", "a", true},
	{"  a  \r\n", "a", true},
	{"a", "a/b/c", true},
	{"a", "b/a", false},
	{"a/b", "a/b", true},
	{"a/b", "a", false},
	{"*", "a", true},
	{"*", "a/b", true},
	{"*/b", "a/b", true},
	{"*/b", "b", false},
	{"*.o", "x.o", true},
	{"*.o", "d/x.o", false},
	{"*.o", ".o", true},
	{"**/*.o", "x.o", true},
	{"**/*.o", "d/e/x.o", true},
	{"a/**", "a", false},
	{"a/**", "a/b", true},
	{"a/**/z", "a/z", true},
	{"a/**/z", "a/b/c/z", true},
	{"a/**/z", "a/b/c", false},
	{"**", "a/b", true},
	{"a?c", "abc", true},
	{"a?c", "a/c", false},
	{"[a-c]x", "bx", true},
	{"[^a-c]x", "bx", false},
	{"\\*", "*", true},
	{"\\*", "a", false},
	{"a\n!a", "a", false},
	{"!a\na", "a", true},
	{"*\n!a", "a", false},
	{"*\n!a", "b", true},
	{"*\n!a/keep", "a/keep/x", false},
	{"*\n!a/keep", "a/other", true},
	{"a\n!a/b\na/b/c", "a/b/c/d", true},
};

static void files(void)
{
	struct ignore *ig;
	struct err e;
	cleanup_fd int dir = -1;

	scratch_path(".");
	dir = open(scratch_dir, O_DIRECTORY | O_CLOEXEC);
	is_int(ignore_load(&ig, dir, &e), 0, "no file is no error");
	ok(!ig, "and leaves nothing out");
	scratch_write(".dockerignore", "docker", 6);
	ignore_load(&ig, dir, &e);
	ok(ig && ignore_match(ig, "docker"), ".dockerignore is read");
	ignore_free(ig);
	scratch_write(".containerignore", "podman", 6);
	ignore_load(&ig, dir, &e);
	ok(ig && ignore_match(ig, "podman") && !ignore_match(ig, "docker"),
	   ".containerignore goes before it");
	ignore_free(ig);
	scratch_write(".containerignore", "a\n../b\n", 7);
	is_int(ignore_load(&ig, dir, &e), -EINVAL,
	       "a pattern that leads outside is refused");
	is_str(e.msg, ".containerignore: pattern ../b: leads outside",
	       "with its file and itself");
	unlink(scratch_path(".containerignore"));
	if (symlink(".dockerignore", scratch_path(".containerignore")) < 0)
		exit(1);
	is_int(ignore_load(&ig, dir, &e), -ELOOP, "no link is followed to it");
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct ignore *ig = NULL;
		struct err e;

		ok(ignore_parse(&ig, cases[i].file, &e) == 0 &&
			   ignore_match(ig, cases[i].path) == cases[i].out,
		   "case %zu: %s is %s", i + 1, cases[i].path,
		   cases[i].out ? "left out" : "sent");
		ignore_free(ig);
	}
	files();
	return done_testing();
}
