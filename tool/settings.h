/* The site's settings, /etc/ie-podman.conf (ie-podman.conf.5). They are
 * convenience, not policy: whoever runs podman directly goes without. */
#pragma once

#include <stdint.h>

#include "err.h"

struct settings {
	char *socket;	   /* of ie-netd */
	char *resolv_conf; /* for containers with an address; "": as the host */
	char *gpu;	   /* kind of CDI devices that --gpu names */
	char *storage;	   /* folder on the disk for images; "": any */
	uint64_t stopped_s, notice_s; /* reap */
	uint64_t reap_limit_s;	      /* for each user */
	uint64_t gone_s; /* rest of an address whose container is gone */
	char *bin;	 /* the folder of this program */
};

/* From $IE_PODMAN_CONF or the file of the site, which need not be there. */
int settings_load(struct settings *s, struct err *e);
