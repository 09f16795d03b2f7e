/* Preloaded into nfs-ganesha, so that it stands alone. Its registrations with
 * rpcbind succeed and do nothing: it serves NFSv3 on ports of its own where no
 * rpcbind runs and never disturbs one that does; clients must name both ports.
 * It finds the mounted file systems where /etc/mtab is missing, as in a
 * container, and the address to listen on where loopback is all there is: by
 * AI_ADDRCONFIG an address that is given in numbers has no meaning there. */
#include <dlfcn.h>
#include <mntent.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>

/* The signatures of libntirpc; the pointers are never looked at. */
bool rpcb_set(unsigned program, unsigned version, const void *config,
	      const void *address);
bool rpcb_unset(unsigned program, unsigned version, const void *config);

bool rpcb_set(unsigned program, unsigned version, const void *config,
	      const void *address)
{
	(void)program, (void)version, (void)config, (void)address;
	return true;
}

bool rpcb_unset(unsigned program, unsigned version, const void *config)
{
	(void)program, (void)version, (void)config;
	return true;
}

FILE *setmntent(const char *file, const char *mode)
{
	(void)file, (void)mode;
	return fopen("/proc/self/mounts", "re");
}

int getaddrinfo(const char *node, const char *service,
		const struct addrinfo *hints, struct addrinfo **found)
{
	int (*real)(const char *, const char *, const struct addrinfo *,
		    struct addrinfo **) =
		(int (*)(const char *, const char *, const struct addrinfo *,
			 struct addrinfo **))dlsym(RTLD_NEXT, "getaddrinfo");
	struct addrinfo any;

	if (!hints)
		return real(node, service, hints, found);
	any = *hints;
	any.ai_flags &= ~AI_ADDRCONFIG;
	return real(node, service, &any, found);
}
