/* A guest, and the way to its agent: waits for one that is still booting; one
 * that shows no sign of life within the limit is ended. All failures end this
 * process, with the guest's console as their reason. */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/types.h>

#include "frame.h"

struct guest {
	const char *dir, *name; /* of its service */
	pid_t pid;		/* of its kernel */
	int pidfd;
	struct sockaddr_in at;
	unsigned limit_s; /* longest silence */

	int sock, signals;
	bool input_open, input_sent; /* sent: not taken yet */
	struct frame frame;
};

/* From run/NAME.pid and guests/NAME, which holds the address. */
void guest_read(struct guest *g);
void guest_connect(struct guest *g);

/* The last lines of the guest's console come with it, all on one line, so that
 * they are the last words of a worker that was run there. */
void guest_give_up(const struct guest *g, const char *fmt, ...)
	__attribute__((noreturn, format(printf, 2, 3)));

/* Nothing that hangs should hold up what others wait for: ends the guest. */
void guest_silent(const struct guest *g) __attribute__((noreturn));

/* The connection has failed with -errno, or come to its end (0): it is silent,
 * it has ended, or only its agent has. */
void guest_lost(const struct guest *g, int r) __attribute__((noreturn));
