/* Preloaded into nfs-ganesha: its registrations with rpcbind succeed and do
 * nothing, so it serves NFSv3 on ports of its own where no rpcbind runs and
 * never disturbs one that does. Clients must name both ports. */
#include <stdbool.h>

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
