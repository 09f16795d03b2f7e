/* See selftest.h. */
#include "selftest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "jsonl.h"
#include "case/record.h"
#include "case/suite.h"

static size_t lies_count(const json_t *lies, const char *result)
{
	size_t i, n = 0;
	const json_t *one;

	json_array_foreach (lies, i, one)
		n += strcmp(json_string_value(json_object_get(one, "result")),
			    result) == 0;
	return n;
}

static void host_name(char *name, size_t size)
{
	name[0] = '\0';
	gethostname(name, size - 1);
	name[size - 1] = '\0';
}

json_t *selftest_result(const char *site, json_t *lies)
{
	static const char *const results[] = {"caught", "missed", "untried"};
	json_t *r = json_pack("{ss}", "record", "selftest");
	char host[256];

	host_name(host, sizeof(host));
	if (site)
		json_object_set_new(r, "site", json_string(site));
	record_set_started(r);
	json_object_set_new(r, "host", json_string(host));
	json_object_set_new(r, "suite", json_string(suite_build()));
	for (size_t i = 0; i < ARRAY_SIZE(results); i++)
		record_set_count(r, results[i], lies_count(lies, results[i]));
	json_object_set(r, "lies", lies);
	return r;
}

int selftest_keep(const char *results, const json_t *result, struct err *e)
{
	cleanup_free char *path = NULL;
	cleanup_fd int fd = -1;

	if (asprintf(&path, "%s/selftest.jsonl", results) < 0) {
		path = NULL;
		return err_sys(e, -ENOMEM, "keep the result");
	}
	if (mkdir(results, 0777) < 0 && errno != EEXIST)
		return err_sys(e, -errno, "make %s", results);
	fd = jsonl_open(path, e);
	return fd < 0 ? fd : jsonl_append(fd, result, e);
}

struct last {
	const char *site;
	char host[256];
	json_t *of_site, *of_host;
};

static bool text_is(const json_t *o, const char *key, const char *want)
{
	const char *v = json_string_value(json_object_get(o, key));

	return v && strcmp(v, want) == 0;
}

static int last_take(json_t *o, size_t line, void *arg, struct err *e)
{
	struct last *l = arg;
	bool of_site = text_is(o, "site", l->site);
	json_t **to = of_site ? &l->of_site : &l->of_host;

	(void)line;
	(void)e;
	if (!text_is(o, "record", "selftest") || !text_is(o, "host", l->host) ||
	    (!of_site && json_object_get(o, "site")))
		return 0;
	json_decref(*to);
	*to = json_incref(o);
	return 0;
}

json_t *selftest_last(const char *results, const char *site)
{
	struct last l = {.site = site};
	cleanup_free char *path = NULL;
	struct err e;

	host_name(l.host, sizeof(l.host));
	if (asprintf(&path, "%s/selftest.jsonl", results) < 0)
		path = NULL;
	if (path && access(path, R_OK) == 0)
		jsonl_each(path, last_take, &l, &e);
	if (l.of_site)
		json_decref(l.of_host);
	json_object_del(l.of_site ? l.of_site : l.of_host, "record");
	return l.of_site ? l.of_site : l.of_host;
}
