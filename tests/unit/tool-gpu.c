/* GPUs by CDI files: a made-up vendor, in JSON and in the YAML that tools
 * write. */
#include "gpu.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "scratch.h"
#include "tap.h"

static const char json[] =
	"{\"cdiVersion\": \"0.5.0\", \"kind\": \"example.org/gpu\", "
	"\"devices\": "
	"[{\"name\": \"0\", \"containerEdits\": {}}, {\"name\": \"all\"}]}";

static const char yaml[] = "---\n"
			   "cdiVersion: 0.5.0\n"
			   "containerEdits:\n"
			   "  deviceNodes:\n"
			   "  - path: /dev/ctl\n"
			   "    name: not-a-device\n"
			   "devices:\n"
			   "- containerEdits:\n"
			   "    deviceNodes:\n"
			   "    - path: /dev/gpu1\n"
			   "      name: nor-this\n"
			   "  name: \"1\"\n"
			   "- name: GPU-0a1b-2c3d # its UUID\n"
			   "  containerEdits: {}\n"
			   "kind: 'example.net/gpu'\n";

static const char indented[] = "kind: example.com/gpu\n"
			       "devices:\n"
			       "  - name: two\n"
			       "    containerEdits:\n"
			       "      env:\n"
			       "      - name: no\n"
			       "  # name: comment\n"
			       "  - containerEdits: {}\n"
			       "    name: three\n"
			       "name: none\n";

static void gather(const char *name, void *arg)
{
	char *all = arg;

	strcat(all, name);
	strcat(all, " ");
}

static const char *list(const char *const *dirs, const char *kind)
{
	static char all[256];
	struct err e;

	all[0] = '\0';
	return gpu_list(dirs, kind, gather, all, &e) < 0 ? strdup(e.msg) : all;
}

int main(void)
{
	static const char *const specs[] = {"",	   "-all", "a b", "0,1",
					    "x=y", "../0", "a/b"};
	char one[PATH_MAX], two[PATH_MAX], device[64];
	const char *dirs[] = {one, two, "/nonexistent/cdi", NULL};
	struct err e;

	strcpy(one, scratch_path("one"));
	strcpy(two, scratch_path("two"));
	if (mkdir(one, 0700) < 0 || mkdir(two, 0700) < 0)
		return 1;
	is_int(gpu_find(dirs, "example.org/gpu", NULL, device, sizeof(device),
			&e),
	       -ENODEV, "without files there is no GPU");
	is_str(e.msg,
	       "GPU: this machine has none (no CDI file declares "
	       "example.org/gpu)",
	       "and the message says what was looked for");
	scratch_write("one/a.json", json, sizeof(json) - 1);
	scratch_write("two/b.yaml", yaml, sizeof(yaml) - 1);
	scratch_write("two/c.yml", indented, sizeof(indented) - 1);
	scratch_write("two/README", "kind: example.org/gpu", 21);
	is_str(list(dirs, "example.org/gpu"), "0 all ", "JSON is read");
	is_str(list(dirs, "example.net/gpu"), "1 GPU-0a1b-2c3d ",
	       "so is YAML, and only the devices' names in it");
	is_str(list(dirs, "example.com/gpu"), "two three ",
	       "however it is indented");
	is_str(list(dirs, "example.org/nic"), "", "another kind is another");
	is_int(gpu_find(dirs, "example.org/gpu", NULL, device, sizeof(device),
			&e),
	       0, "no name means all");
	is_str(device, "example.org/gpu=all", "as Podman wants to be told");
	gpu_find(dirs, "example.net/gpu", "GPU-0a1b-2c3d", device,
		 sizeof(device), &e);
	is_str(device, "example.net/gpu=GPU-0a1b-2c3d", "a UUID is found");
	is_int(gpu_find(dirs, "example.org/gpu", "7", device, sizeof(device),
			&e),
	       -ENODEV, "one that is not there is not");
	is_str(e.msg, "GPU 7: this machine has no such one", "by its name");
	for (size_t i = 0; i < ARRAY_SIZE(specs); i++)
		is_int(gpu_find(dirs, "example.org/gpu", specs[i], device,
				sizeof(device), &e),
		       -EINVAL, "'%s' is no name of a GPU", specs[i]);
	scratch_write("one/d.json", "{", 1);
	is_int(gpu_find(dirs, "example.org/gpu", "0", device, sizeof(device),
			&e),
	       -EBADMSG, "a file that is broken is an error");
	ok(strstr(e.msg, "one: d.json: no JSON"), "with its name");
	return done_testing();
}
