/* The user's containers, as podman lists them. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <time.h>

#include "err.h"

struct container {
	const char *id, *name; /* borrowed from the list; "" where unknown */
	bool stopped;	       /* or never started */
	time_t since;
};

/* `podman ps --all`, for the caller to json_decref. */
int containers_list(json_t **out, struct err *e);
/* What an item of the list says. */
struct container container_read(json_t *item);
/* The one with this whole ID (64 digits, no NUL needed), or NULL. */
json_t *containers_find(const json_t *list, const char *id);
