/* See protocol.h. */
#include "protocol.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "case/clock.h"
#include "units.h"

int protocol_say(const char *say, struct err *e)
{
	char line[16];

	printf("%s\n", say);
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		if (strcmp(line, "go\n") == 0)
			return 0;
		if (strcmp(line, "clock\n") != 0)
			return err_set(e, -EINVAL, "a line other than go came");
		printf("clock %llu %llu\n", (unsigned long long)now_ns(),
		       (unsigned long long)clock_id());
		fflush(stdout);
	}
	return err_set(e, -EPIPE, "standard input ended before go");
}

void protocol_progress(uint64_t operations)
{
	printf("progress %llu\n", (unsigned long long)operations);
	fflush(stdout);
}

bool protocol_alone(void)
{
	struct pollfd fd = {.fd = STDIN_FILENO};

	return poll(&fd, 1, 0) > 0 && (fd.revents & (POLLHUP | POLLERR));
}
