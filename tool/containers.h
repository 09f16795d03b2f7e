/* What Podman says of its containers: reads the output of
 * `podman ps --all --format json`. It runs nothing. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

/* The label by which a container says which address it has. Set it always,
 * empty where there is none: an image can bring labels of its own. */
#define CONTAINER_ADDRESS_LABEL "ie.address"

struct container {
	char id[65];
	char name[256];
	uint32_t address; /* host byte order; 0: none of the site's */
	bool stopped;	  /* it has ended, or never began */
	int64_t finished; /* when; seconds since 1970. Never began: made */
};

int containers_parse(struct container **list, size_t *count, const char *json,
		     struct err *e);
