/* The pure parts of ie-podman: validators, numbers, names, the configuration,
 * private folders. The policy has its table in
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
	test_cp_names();
	test_tree();
	return done_testing();
}
