/* What engines say: where a build's time went, and what the engine is. The
 * transcripts are what Podman 4.3 and Docker 20.10 print. */
#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "case/case.h"
#include "cleanup.h"
#include "image/counters.h"
#include "image/steps.h"
#include "tap.h"

#define MS UINT64_C(1000000)

struct line {
	unsigned ms;
	const char *text;
};

static const struct {
	const char *name;
	struct line lines[20]; /* ends with {0, NULL} */
	unsigned end_ms, run_ms, copy_ms, commit_ms;
	bool known;
} builds[] = {
	{"Podman",
	 {{10, "STEP 1/4: FROM localhost/base"},
	  {20, "STEP 2/4: RUN echo hello && echo ie:run-done"},
	  {120, "hello"},
	  {150, "ie:run-done"},
	  {200, "--> 8fe6cd99eb7"},
	  {210, "STEP 3/4: COPY f /f"},
	  {240, "--> c8915f1d35f"},
	  {250, "STEP 4/4: RUN true && echo ie:run-done"},
	  {350, "ie:run-done"},
	  {360, "COMMIT t"},
	  {400, "--> 8a966adb508"},
	  {0, NULL}},
	 420,
	 130 + 100,
	 40,
	 60 + 70,
	 true},
	{"Docker's classic builder",
	 {{0, "Sending build context to Docker daemon  3.072kB"},
	  {10, "Step 1/3 : FROM base:1"},
	  {11, " ---> 25cd9f5bfb0b"},
	  {20, "Step 2/3 : RUN dd if=/dev/zero of=/big && echo ie:run-done"},
	  {30, " ---> Running in 42a528a6fff6"},
	  {90, "\033[91m20+0 records in"},
	  {100, "\033[0mie:run-done"},
	  {150, "Removing intermediate container 42a528a6fff6"},
	  {160, " ---> ecc689531f9b"},
	  {170, "Step 3/3 : ADD f /f"},
	  {190, " ---> 0aacd668b693"},
	  {0, NULL}},
	 200,
	 80,
	 30,
	 70,
	 true},
	{"a build whose RUN says nothing",
	 {{10, "STEP 1/1: RUN true"}, {50, "--> 8fe6cd99eb7"}, {0, NULL}},
	 60,
	 50,
	 0,
	 0,
	 false},
	{"BuildKit",
	 {{10, "#5 [2/4] RUN echo hello > /x && echo ie:run-done"},
	  {50, "#5 0.044 ie:run-done"},
	  {50, "#5 DONE 0.0s"},
	  {0, NULL}},
	 90,
	 0,
	 0,
	 0,
	 false},
};

static void test_steps(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(builds); i++) {
		struct steps s = {.now = STEP_NONE};

		for (const struct line *l = builds[i].lines; l->text; l++)
			steps_line(&s, l->text, l->ms * MS);
		steps_end(&s, builds[i].end_ms * MS);
		is_u64(s.run_ns / MS, builds[i].run_ms, "%s: RUN",
		       builds[i].name);
		is_u64(s.copy_ns / MS, builds[i].copy_ms, "%s: COPY",
		       builds[i].name);
		is_u64(s.commit_ns / MS, builds[i].commit_ms, "%s: commit",
		       builds[i].name);
		ok(steps_known(&s) == builds[i].known, "%s: parts are %s",
		   builds[i].name, builds[i].known ? "known" : "not known");
	}
}

static const struct {
	const char *engine, *answer, *key, *value;
} answers[] = {
	{"podman", "{\"store\":{\"graphDriverName\":\"overlay\"}}",
	 "storage_driver", "overlay"},
	{"podman",
	 "{\"store\":{\"graphDriverName\":\"overlay\",\"graphOptions\":"
	 "{\"overlay.mount_program\":{\"Executable\":\"/usr/bin/f\"}}}}",
	 "storage_driver", "fuse-overlayfs"},
	{"podman-vfs",
	 "{\"store\":{\"graphDriverName\":\"vfs\",\"graphOptions\":{}},"
	 "\"host\":{\"ociRuntime\":{\"name\":\"runc\"}}}",
	 "runtime", "runc"},
	{"podman",
	 "{\"store\":{\"graphDriverName\":\"overlay\",\"graphStatus\":"
	 "{\"Native Overlay Diff\":\"false\"}}}",
	 "native_overlay_diff", "false"},
	{"podman", "{\"version\":{\"Version\":\"4.3.1\"}}", "engine_version",
	 "4.3.1"},
	{"docker", "{\"Driver\":\"vfs\"}", "storage_driver", "vfs"},
	{"docker",
	 "{\"Driver\":\"overlay2\",\"DriverStatus\":[[\"Backing Filesystem\","
	 "\"extfs\"]]}",
	 "backing_fs", "extfs"},
	{"docker", "{\"ServerVersion\":\"20.10\"}", "engine_version", "20.10"},
};

static void test_info(void)
{
	struct err e = {""};
	json_auto_t *none = json_object();

	for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
		json_auto_t *found = json_object();

		engine_info_read(engine_find(answers[i].engine),
				 answers[i].answer, found, &e);
		is_str(json_string_value(
			       json_object_get(found, answers[i].key)),
		       answers[i].value, "%s: %s", answers[i].engine,
		       answers[i].key);
	}
	is_int(engine_info_read(engine_find("docker"), "Cannot connect", none,
				&e),
	       -EINVAL, "what is no JSON is no answer");
	is_str(e.msg, "docker: info: the answer is no JSON object",
	       "and is said to be none");
}

static const char image_case[] =
	"{\"case\":\"e/build-warm/b/"
	"local\",\"kind\":\"image\",\"target\":\"e\","
	"\"driver\":\"podman-vfs\",\"engine\":\"podman-vfs\","
	"\"op\":\"build\",\"cache\":\"warm\",\"build\":\"/x/b\","
	"\"base\":\"/x/base.tar\",\"home\":\"local\",\"home_path\":\"/h\","
	"\"home_fstype\":\"nfs\",\"build_jobs\":2,\"count_syscalls\":true,"
	"\"timeout_s\":30,"
	"\"seed\":1,\"session\":1,\"block\":2,\"position\":3,"
	"\"options\":{\"store\":\"/s\",\"run\":\"/r\"},"
	"\"object\":\"ie-bench.r\"}";

static void test_case(void)
{
	json_auto_t *j = json_loads(image_case, 0, NULL);
	json_auto_t *back = NULL, *again = NULL;
	struct bench_case *c = NULL, *copy = NULL;
	struct err e = {""};

	is_int(case_from_json(&c, j, &e), 0, "a case of kind image is read");
	if (!c) {
		printf("# %s\n", e.msg);
		return;
	}
	back = case_to_json(c);
	ok(json_equal(j, back), "and is written as it was read");
	is_int(case_copy(&copy, c, &e), 0, "it can be copied");
	ok(copy && !copy->object, "and the copy has no object yet");
	json_object_del(back, "object");
	again = copy ? case_to_json(copy) : NULL;
	ok(json_equal(again, back), "but everything else");
	is_int(case_name(c, &e), 0, "it can be named again");
	is_str(c->name, "e/build-warm/b-j2/local", "and has the same name");
	c->jobs = 1;
	case_name(c, &e);
	is_str(c->name, "e/build-warm/b/local",
	       "one stage after the other is another build");
	case_free(copy);
	case_free(c);

	c = NULL;
	json_object_set_new(j, "driver", json_string("kaniko"));
	is_int(case_from_json(&c, j, &e), -EINVAL,
	       "an engine that is none is refused");
	is_str(e.msg, "case: unknown engine kaniko", "by its name");
}

/* Words as one line, for comparison. */
static const char *line_of(const struct words *w, char *buf, size_t size)
{
	size_t n = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < w->n && n < size; i++)
		n += (size_t)snprintf(buf + n, size - n, "%s%s", i ? " " : "",
				      w->v[i]);
	return buf;
}

/* What comes before depends on who runs this. */
static void like_end(const char *line, const char *end, const char *name)
{
	size_t n = strlen(line), m = strlen(end);

	is_str(n > m ? line + n - m : line, end, "%s", name);
}

static void test_commands(void)
{
	json_auto_t *docker =
		json_pack("{ss ss}", "host", "unix:///d", "store", "/s");
	json_auto_t *podman = json_pack("{ss ss ss}", "store", "/s", "run",
					"/r", "cgroup_parent", "/g");
	const struct passwd *me = getpwuid(geteuid());
	json_auto_t *ours = json_pack("{ss ss ss ss}", "store", "/s", "run",
				      "/r/ie", "user", me ? me->pw_name : "",
				      "containers_conf", "/c");
	struct engine_use d = {
		engine_find("docker-buildkit"), docker, "/s", NULL, NULL, 1};
	struct engine_use p = {
		engine_find("podman-fuse"), podman, "/s", "/mnt/h", "share", 2};
	struct engine_use i = {
		engine_find("ie-podman"), ours, "/s", NULL, NULL, 1};
	struct words w = {.n = 0};
	struct err e = {""};
	char line[1024];

	engine_build(&w, &d, "/b", "image:1", false, &e);
	is_str(line_of(&w, line, sizeof(line)),
	       "env DOCKER_HOST=unix:///d DOCKER_BUILDKIT=1 docker build "
	       "--progress plain --no-cache --network none "
	       "-t image:1 -f /b/Containerfile /b",
	       "BuildKit builds with plain progress and without a network");
	words_free(&w);
	engine_build(&w, &p, "/b", "image:1", true, &e);
	is_str(line_of(&w, line, sizeof(line)),
	       "env podman --root /mnt/h --runroot /r-share --storage-driver "
	       "overlay "
	       "--storage-opt overlay.mount_program=/usr/bin/fuse-overlayfs "
	       "build --isolation oci --pull=never --layers --cgroup-parent "
	       "/g --jobs=2 --network none -t image:1 -f /b/Containerfile /b",
	       "Podman on fuse-overlayfs is told so, where its images are, and "
	       "to build two stages at once");
	words_free(&w);
	engine_run(&w, &d, "image:1", "name", "true", &e);
	is_str(line_of(&w, line, sizeof(line)),
	       "env DOCKER_HOST=unix:///d DOCKER_BUILDKIT=1 docker run --rm "
	       "--network none --name name image:1 /bin/sh -c true",
	       "Docker runs a script in a container that can be found again");
	words_free(&w);
	engine_run(&w, &p, "image:1", "name", "true", &e);
	ok(strstr(line_of(&w, line, sizeof(line)),
		  " run --rm --network none --cgroup-parent=/g-check image:1 "),
	   "Podman in a control group that no build is in");
	words_free(&w);
	is_int(engine_build(&w, &i, "/b", "image:1", false, &e), 0,
	       "a user's build by ie-podman: %s", e.msg);
	like_end(line_of(&w, line, sizeof(line)),
		 "XDG_RUNTIME_DIR=/r CONTAINERS_CONF=/c ie-podman --root /s "
		 "--runroot /r/ie --storage-driver overlay build --isolation "
		 "oci --pull=never --layers --no-cache --network none -t "
		 "image:1 -f /b/Containerfile /b",
		 "is rootless Podman's by another program");
	words_free(&w);
	engine_info(&w, &i, &e);
	like_end(line_of(&w, line, sizeof(line)),
		 "ie-podman --root /s --runroot /r/ie --storage-driver overlay "
		 "info --format json",
		 "the store's options come first, so that info is Podman's");
	words_free(&w);
	is_int(engine_prune(&w, &d, &e), 0, "a build cache that is not ours");
	is_u64(w.n, 0, "is not emptied");
	words_free(&w);
}

static void test_counters(void)
{
	uint64_t before = processes_cpu_ns(), after = before;
	const char *sink = "";

	/* Until the ticks have been counted: less than a tenth of a second */
	while (after < before + 20 * MS) {
		for (int i = 0; i < 1000; i++)
			sink = strchr(image_case, '}') ? sink : "no";
		after = processes_cpu_ns();
	}
	ok(*sink == '\0' && after > before, "what a process does is counted");
}

int main(void)
{
	test_steps();
	test_counters();
	test_info();
	test_case();
	test_commands();
	return done_testing();
}
