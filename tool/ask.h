/* The users' side of ie-netd's socket. */
#pragma once

#include "err.h"
#include "netd/message.h"

/* Sends the request from the network namespace that the caller is in, and
 * waits at most ten seconds. An error of ie-netd's is returned with its words:
 * -EDQUOT, -EADDRINUSE, ... */
int netd_ask(const char *socket, const struct netd_request *q,
	     struct netd_reply *a, struct err *e);

/* Calls fn for each lease of the user (root: of everybody). */
int netd_leases(const char *socket,
		int (*fn)(const struct lease *, void *, struct err *),
		void *arg, struct err *e);

/* "10.1.0.5"; 0 if it is not an address. */
uint32_t address_parse(const char *text);
#define ADDRESS_LEN 16
const char *address_text(uint32_t address, char out[ADDRESS_LEN]);
