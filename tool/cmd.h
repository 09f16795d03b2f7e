/* The commands of ie-podman that are not podman's. Each returns an exit code,
 * or -errno with the reason; argv[0] is the command's own word. */
#pragma once

#include "err.h"
#include "line.h"
#include "settings.h"

/* podman's words for a whole command line of the user's, argv[0] being the
 * first word behind our name: --ip and --gpu resolved, all else as it is. */
int podman_line(struct line *out, const struct settings *s, int argc,
		char **argv, struct err *e);

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
