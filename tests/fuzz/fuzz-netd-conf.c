/* Fuzzer for ie-netd's configuration (libFuzzer): what is refused has one line
 * with the file; what is taken is a pool that gives addresses of its own. */
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "netd/netd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char path[64];
	static int fd = -1;
	struct leases none = {.file = -1};
	struct netd_conf c;
	struct err e;
	uint32_t a;

	if (fd < 0) {
		fd = memfd_create("conf", 0);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	if (fd < 0 || ftruncate(fd, 0) < 0 ||
	    pwrite(fd, data, size, 0) != (ssize_t)size)
		abort();
	if (netd_conf_load(&c, path, &e)) {
		expect(strncmp(e.msg, path, strlen(path)) == 0,
		       "a message names the file", e.msg);
		return 0;
	}
	expect(c.per_user >= 1 && c.rest_days >= 1 &&
		       strlen(c.uplink) < IF_NAMESIZE,
	       "what is taken is in its range", "");
	a = pool_free(&c.pool, &none);
	expect(a && pool_has(&c.pool, a), "the pool gives an address", "");
	return 0;
}
