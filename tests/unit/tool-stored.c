/* The stores' own files: which image a name means, and what is looked at before
 * it is built on. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"

#include "cleanup.h"
#include "conf.h"
#include "image.h"
#include "tree.h"

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define C "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
#define D "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
#define B2 "bbbbbbbbbbbb000000000000000000000000000000000000000000000000000b"
/* base64 of sha256: and AAAA, as the store writes it */
#define A_CONFIG                                                               \
	"=c2hhMjU2OmFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWF" \
	"h"                                                                    \
	"YWFhYWFhYWFhYWFhYWFhYWFhYWE="

static char top[] = "/tmp/tool-stored-XXXXXX";

static void put(const char *name, const char *content)
{
	cleanup_free char *path = text("%s/%s", top, name);
	struct err e;

	for (char *p = path + strlen(top) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(path, 0700);
		*p = '/';
	}
	if (tree_put(path, content, &e))
		abort();
}

/* The user's own store and two of the site's, of which one is not there. */
static int opened(struct stored *out, struct err *e)
{
	struct store store = {.root = text("%s/own", top)};
	struct conf conf = {0};
	const struct podman p = {.conf = &conf, .store = &store};
	int rc;

	strs_add(&conf.image_stores, "%s/none", top);
	strs_add(&conf.image_stores, "%s/site", top);
	rc = stored_open(out, &p, e);
	strs_free(&conf.image_stores);
	free(store.root);
	return rc;
}

static void test_names(void)
{
	static const struct {
		const char *name, *id;
	} cases[] = {
		{"alice-web", A},
		{"alice-web:latest", A},
		{"localhost/alice-web", A},
		{"alice-web:2", NULL},
		{"web", NULL},
		{"lice-web", NULL},
		{"base", B},
		{"localhost/base:1", D},
		{"base:1", D},
		{"r.example/team/app:3", C},
		{"team/app:3", C},
		{"app:3", C},
		{"app", NULL},
		{"pp:3", NULL},
		{"both", A},
		{"docker.io/debian", C},
		{"docker.io/library/debian", C},
		{"debian", C},
		{"docker.io/team/debian", NULL},
		{"twice", NULL},
		{"one.example/twice", C},
		{"aaaaaaaaaaaa", A},
		{A, A},
		{"bbbbbbbbbbbb", NULL},
		{"bbbbbbbbbbbbb", B},
		{"eeeeeeeeeeee", NULL},
		{"whatever:9@sha256:" D, C},
		{"r.example/x@sha256:" B, NULL},
		{"r.example/x@sha256:" A, NULL},
		{"odd", NULL},
	};
	cleanup_stored struct stored s = {0};
	struct err e;

	put("own/overlay-images/images.json",
	    "[{\"id\":\"" A "\",\"names\":[\"localhost/alice-web:latest\","
	    "\"localhost/both:latest\"],\"big-data-digests\":{\"sha256:" A
	    "\":\"sha256:" A "\"}},"
	    "{\"id\":\"" C "\",\"names\":[\"r.example/team/app:3\","
	    "\"docker.io/library/debian:latest\","
	    "\"one.example/twice:latest\"],"
	    "\"big-data-digests\":{\"manifest-sha256:" D "\":\"sha256:" D
	    "\"}},{\"id\":\"" D "\",\"names\":[\"two.example/twice:latest\"]},"
	    "{\"id\":\"short\",\"names\":[\"localhost/odd:latest\"]},{},3]");
	put("site/overlay-images/images.json",
	    "[{\"id\":\"" B "\",\"names\":[\"localhost/base:latest\","
	    "\"localhost/both:latest\"]},{\"id\":\"" B2 "\"},"
	    "{\"id\":\"" D "\",\"names\":[\"localhost/base:1\"]}]");
	is_int(opened(&s, &e), 0, "stores are read, and none where none is");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char id[IMAGE_ID_LEN];
		int rc = stored_find(&s, cases[i].name, id);

		is_str(rc ? "none" : id, cases[i].id ? cases[i].id : "none",
		       "which image is %s", cases[i].name);
	}
}

static void test_broken_list(void)
{
	static const char *const cases[] = {
		"", "[", "[{\"id\":\"x\",\"id\":\"y\"}]", "[]x"};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_stored struct stored s = {0};
		struct err e;

		put("own/overlay-images/images.json", cases[i]);
		ok(opened(&s, &e) < 0, "list %zu is none", i);
	}
}

/* What image_base() says of an image with these files: "" is yes. */
static const char *verdict(const char *store, const char *manifest,
			   const char *config)
{
	static struct err e;
	cleanup_stored struct stored s = {0};
	cleanup_free char *one =
		text("%s/overlay-images/" A "/manifest", store);
	cleanup_free char *two =
		text("%s/overlay-images/" A "/" A_CONFIG, store);
	char id[IMAGE_ID_LEN];

	e.msg[0] = '\0';
	if (manifest)
		put(one, manifest);
	if (config)
		put(two, config);
	if (!opened(&s, &e))
		image_base(&s, "alice-web", id, &e);
	return e.msg;
}

static void test_looks(void)
{
	static const struct {
		const char *manifest, *config, *why;
	} cases[] = {
		{"{}", "{}", ""},
		{"{\"annotations\":{\"a\":\"b\"}}", NULL, ""},
		{"{\"annotations\":{\"a\":\"\",\"run.oci.x\":\"\"}}", NULL,
		 "annotation run.oci.x"},
		{"{\"Annotations\":{\"io.kubernetes.x\":\"\"}}", NULL,
		 "annotation io.kub"},
		/* Go takes this for an s */
		{"{\"annotation\xc5\xbf\":{\"org.criu.x\":\"\"}}", NULL,
		 "annotation org.criu"},
		{"{\"annotations\":{\"\\u0072un.oci.x\":\"\"}}", NULL,
		 "annotation run.oci.x"},
		{"{\"annotations\":{},\"annotations\":{}}", NULL,
		 "cannot be read"},
		{"{", NULL, "cannot be read"},
		{"{}", "{\"config\":{\"OnBuild\":null}}", ""},
		{NULL, "{\"config\":{\"OnBuild\":[\"RUN id\"]}}", ""},
		{NULL, "{\"config\":{\"OnBuild\":[\"RUN --mount=x id\"]}}",
		 "flags of RUN"},
		{NULL, "{\"Config\":{\"onbuild\":[\"RUN --mount=x id\"]}}",
		 "flags of RUN"},
		{NULL,
		 "{\"config\":{\"OnBuild\":[],\"ONBUILD\":[\"ADD a:b c\"]}}",
		 "ADD"},
		{NULL,
		 "{\"config\":{\"OnBuild\":[\"ADD \\\\\",\"ENV a:b c\"]}}",
		 "ADD"},
		{NULL, "{\"config\":{\"OnBuild\":[3]}}", "no such"},
		{NULL, "{\"config\":{},\"config\":{}}", "cannot be read"},
	};

	put("own/overlay-images/images.json",
	    "[{\"id\":\"" A "\",\"names\":[\"localhost/alice-web:latest\"]}]");
	ok(strstr(verdict("own", NULL, NULL), "manifest: is not there"),
	   "an image without a manifest is none");
	ok(strstr(verdict("own", "{}", NULL), "configuration: is not there"),
	   "nor is one without a configuration");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *said =
			verdict("own", cases[i].manifest, cases[i].config);

		ok(cases[i].why[0] ? strstr(said, cases[i].why) != NULL
				   : !said[0],
		   "image %zu is looked at: %s", i, said);
	}
	is_str(verdict("own", "{}", "{}"), "", "an image may be in two stores");
	ok(strstr(verdict("site", "{\"annotations\":{\"run.oci.x\":\"\"}}",
			  "{}"),
		  "annotation run.oci.x"),
	   "and has to be good in both");
}

int main(void)
{
	struct err e;

	if (!mkdtemp(top))
		return 1;
	test_names();
	test_broken_list();
	test_looks();
	tree_remove(AT_FDCWD, top, &e);
	return done_testing();
}
