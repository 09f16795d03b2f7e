/* The user's containers, as podman lists them. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <time.h>

#include "err.h"

/* `podman ps --all`, for the caller to json_decref. */
int containers_list(json_t **out, struct err *e);
/* By its whole ID (64 digits, no NUL needed), or NULL. */
const json_t *containers_find(const json_t *list, const char *id);
const char *container_id(const json_t *container);
const char *container_name(const json_t *container);
/* Whether it is stopped (or was never started), and since when. */
bool container_stopped(const json_t *container, time_t *since);
