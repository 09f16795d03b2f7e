/* Fuzzer for requests to ie-netd (libFuzzer): the input is a sequence of them,
 * each with a user. Nobody gets or loses what is another's. */
#include <stdint.h>
#include <unistd.h>

#include "fuzz.h"
#include "netd/netd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct netd d;

static void made(void)
{
	static char dir[] = "/dev/shm/ie-fuzz.XXXXXX";
	struct err e;

	if (!mkdtemp(dir) || leases_open(&d.leases, dir, &e))
		abort();
	d.conf.per_user = 3;
	pool_add(&d.conf.pool, "10.0.0.0/24");
}

static void begin(void)
{
	struct err e;

	for (uint32_t i = 0; i < 8; i++) {
		struct lease *x = i < d.leases.count ? &d.leases.list[i]
						     : lease_new(&d.leases);
		struct lease to = {.address = 0x0a000001 + i, .uid = i % 2};

		memset(to.container, 'a', sizeof(to.container));
		to.container[0] = (char)('0' + i);
		if (lease_save(&d.leases, x, &to, &e))
			abort();
	}
}

static size_t owned(uid_t uid)
{
	const struct lease *x = NULL;
	size_t n = 0;

	while ((x = lease_next(&d.leases, uid, x)))
		n++;
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct asker who = {1, -1, 1};
	struct netd_request q;
	struct netd_reply a;

	if (!d.leases.list)
		made();
	begin();
	for (; size >= sizeof(q); data += sizeof(q), size -= sizeof(q)) {
		memcpy(&q, data, sizeof(q));
		netd_answer(&d, &who, &q, &a);
		expect(memchr(a.why, '\0', sizeof(a.why)), "words end", "");
		expect(a.count <= NETD_PAGE, "a page is one", "");
		expect(!a.error == !*a.why, "an error has a reason", a.why);
		for (uint32_t i = 0; i < a.count; i++)
			expect(a.leases[i].uid == 1, "a user sees the own", "");
		expect(owned(0) == 4 && owned(1) <= 4,
		       "another's leases stay what they are", "");
	}
	return 0;
}
