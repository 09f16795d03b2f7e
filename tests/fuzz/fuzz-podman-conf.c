/* Fuzzer for the configuration of ie-podman (libFuzzer). What is refused has
 * a reason that names the file; what is taken has sane limits. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "conf.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_free char *text = strndup((const char *)data, size);
	cleanup_conf struct conf c = {0};
	struct err e = {""};

	if (!text)
		abort();
	if (conf_parse(&c, "site", text, &e)) {
		expect(strncmp(e.msg, "site:", 5) == 0,
		       "a message names the file", e.msg);
		return 0;
	}
	expect(c.state && c.state[0] == '/', "the state has a path", text);
	expect(c.memory <= c.memory_max, "limits are in order", text);
	expect(strcmp(c.network, "host") != 0, "no host network", text);
	expect(c.ids_first >= 65536 &&
		       c.ids_first + c.ids_users * 65536 <= UINT32_MAX,
	       "ids are ids", text);
	return 0;
}
