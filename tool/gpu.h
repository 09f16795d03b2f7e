/* Which GPUs there are, as the CDI files of the site say (Container Device
 * Interface: github.com/cncf-tags/container-device-interface, SPEC.md).
 * Answers only whether a device exists, so that a missing one is a clear error;
 * what the device means is Podman's business. JSON is read with jansson; of
 * YAML (what nvidia-ctk writes by default) only the kind and the devices'
 * names are read, by their indentation. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

/* Is this how a caller may name a device: "all", an index, a UUID? */
bool gpu_spec_valid(const char *spec);

/* Writes the name for --device ("nvidia.com/gpu=0") when one of the folders
 * (NULL at the end) has a file that declares it. spec NULL means "all".
 * -ENODEV: there is no such device here. */
int gpu_find(const char *const *dirs, const char *kind, const char *spec,
	     char *device, size_t size, struct err *e);

/* Calls `each` for every device of this kind. */
int gpu_list(const char *const *dirs, const char *kind,
	     void (*each)(const char *name, void *arg), void *arg,
	     struct err *e);
