/* The site's configuration, one file that only root can write: `key = value`
 * lines and a [network NAME] section for each network that gives addresses.
 * ie-podman.conf.5 describes every key. It knows no user's settings. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "pool.h"
#include "strs.h"

enum slurm_policy { SLURM_IGNORE, SLURM_CONFINE, SLURM_GPU_NEEDS_JOB };

struct conf {
	char *state, *run; /* folders: what lasts, what a reboot may clear */
	char *podman;
	char *containers_conf, *auth_file;
	struct strs image_stores, binds, registries, cdi_dirs;
	char *network, *build_network, *gpu;
	uint64_t ids_first, ids_users;
	uint64_t memory, memory_max, pids, cpus, cpus_max; /* CPUs in 1/1000 */
	uint64_t context_bytes, context_entries, log_bytes;
	uint64_t addresses_per_user, address_rest_s;
	uint64_t reap_stopped_s, reap_notice_s;
	uint64_t slurm; /* enum slurm_policy */
	struct pool pool;
};

/* Reads and checks the file on one descriptor. With trusted set it must be
 * a regular file of root's that nobody else can write. */
int conf_load(struct conf *c, const char *path, bool trusted, struct err *e);
/* The same from text; errors name the line. */
int conf_parse(struct conf *c, const char *name, const char *text,
	       struct err *e);
void conf_free(struct conf *c);

#define cleanup_conf __attribute__((cleanup(conf_free)))
