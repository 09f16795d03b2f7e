/* Fuzzer for the leases of ie-netd (libFuzzer): the input is the file. What is
 * read has every address once, and is the same when it is read again. */
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"
#include "netd/netd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t taken(const struct leases *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->count; i++) {
		const struct lease *x = &l->list[i];

		if (!x->address)
			continue;
		n++;
		expect(lease_at(l, x->address), "an address is found", "");
		expect(strnlen(x->link, LINK_NAME) < LINK_NAME,
		       "a link's name ends", "");
	}
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char dir[] = "/dev/shm/ie-fuzz.XXXXXX", path[64];
	struct leases l;
	struct err e;
	size_t n;
	int fd;

	if (!*path) {
		if (!mkdtemp(dir))
			abort();
		snprintf(path, sizeof(path), "%s/leases", dir);
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	close(fd);
	if (!leases_open(&l, dir, &e)) {
		const struct lease to = {.address = 1};
		struct lease *x = lease_new(&l);

		n = taken(&l);
		if (!lease_at(&l, 1) && !lease_save(&l, x, &to, &e))
			n++;
		leases_close(&l);
		if (!leases_open(&l, dir, &e))
			expect(taken(&l) == n, "it is the same again", "");
	}
	leases_close(&l);
	return 0;
}
