/* The commands of ie-podman that are not podman's, and what they share. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "err.h"
#include "line.h"

/* The site's settings, /etc/ie-podman.conf (ie-podman.conf.5). They are
 * convenience, not policy: whoever runs podman directly goes without. */
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

/* podman's words for a whole command line of the user's, argv[0] being the
 * first word behind our name: --ip and --gpu resolved, all else as it is. */
int podman_line(struct line *out, const struct settings *s, int argc,
		char **argv, struct err *e);

/* Each returns an exit code, or -errno with the reason; argv[0] is the
 * command's own word. */
typedef int command_run(const struct settings *s, int argc, char **argv,
			struct err *e);
command_run cmd_check, cmd_ip, cmd_info, cmd_reap, cmd_hook, cmd_sif;
/* Prints what reap has to tell the user, if anything. */
void reap_notice(void);

/* The annotation that asks the hook for an address: an address, or "any", then
 * "@" and this machine's word, which an image from elsewhere does not know. */
#define ADDRESS_ANNOTATION "ie-podman.ip"
#define MACHINE_WORD 33
void machine_word(char out[MACHINE_WORD]);

/* A container of the user's, as podman lists it. */
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
