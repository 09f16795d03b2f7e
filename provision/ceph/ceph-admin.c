/* ceph-admin: what a throwaway Ceph needs from an administrator, over one
 * librados connection with time limits: monitor commands, a wait for real
 * readiness, a command told to every OSD, and a fresh keyring. It stands in
 * for ceph(1), whose start alone takes longer than most of these commands.
 * It starts and ends nothing. */
#include "ceph-admin.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "units.h"

#define CONNECT_LIMIT_S "20"

static int cluster_connect(rados_t *cluster, const struct options *o,
			   struct err *e)
{
	int r = rados_create(cluster, "admin");

	if (r < 0)
		return err_sys(e, r, "connect");
	r = rados_conf_read_file(*cluster, o->conf);
	if (r < 0) {
		err_sys(e, r, "read %s", o->conf);
	} else {
		rados_conf_set(*cluster, "client_mount_timeout",
			       CONNECT_LIMIT_S);
		rados_conf_set(*cluster, "rados_mon_op_timeout", o->limit_s);
		rados_conf_set(*cluster, "rados_osd_op_timeout", o->limit_s);
		r = rados_connect(*cluster);
		if (r < 0)
			err_sys(e, r, "connect to the cluster of %s", o->conf);
	}
	if (r < 0)
		rados_shutdown(*cluster);
	return r;
}

static int cmd_command(rados_t cluster, const struct options *o, struct err *e)
{
	for (int i = 0; i < o->count; i++) {
		cleanup_free char *answer = NULL;
		int r = order_text(cluster, ORDER_MON, o->args[i], &answer, e);

		if (r < 0)
			return r;
		puts(answer);
	}
	return 0;
}

static int cmd_osd_tell(rados_t cluster, const struct options *o, struct err *e)
{
	json_auto_t *ids = NULL;
	json_t *id;
	size_t i;
	int r = order_json(cluster,
			   "{\"prefix\":\"osd ls\",\"format\":\"json\"}", &ids,
			   e);

	if (r < 0)
		return r;
	json_array_foreach (ids, i, id) {
		cleanup_free char *answer = NULL;
		int osd = (int)json_integer_value(id);

		r = order_text(cluster, osd, o->args[0], &answer, e);
		if (r < 0)
			return err_wrap(e, r, "osd.%d", osd);
		puts(answer);
	}
	return 0;
}

static int cmd_pools(rados_t cluster, const struct options *o, struct err *e)
{
	json_auto_t *all = NULL;
	json_auto_t *list = json_array();
	json_t *pool;
	size_t i;
	int r = order_json(cluster,
			   "{\"prefix\":\"osd pool ls\",\"detail\":\"detail\","
			   "\"format\":\"json\"}",
			   &all, e);

	(void)o;
	if (r < 0)
		return r;
	json_array_foreach (all, i, pool) {
		static const char *const keys[] = {"size", "min_size",
						   "pg_num"};
		json_t *p = json_object();

		json_object_set(p, "name", json_object_get(pool, "pool_name"));
		for (size_t k = 0; k < ARRAY_SIZE(keys); k++)
			json_object_set(p, keys[k],
					json_object_get(pool, keys[k]));
		json_array_append_new(list, p);
	}
	json_dumpf(list, stdout, JSON_COMPACT);
	putchar('\n');
	return 0;
}

static const struct command {
	const char *name;
	int (*run)(rados_t cluster, const struct options *o, struct err *e);
	bool offline;
	int min, max; /* arguments after the options */
	const char *usage;
} commands[] = {
	{"command", cmd_command, false, 1, 1000, "JSON..."},
	{"osd-tell", cmd_osd_tell, false, 1, 1, "JSON"},
	{"wait", cmd_wait, false, 0, 1000,
	 "--osds N [--pools N] [--fs] [--up-only] [PIDFILE...]"},
	{"pools", cmd_pools, false, 0, 0, ""},
	{"keyring", cmd_keyring, true, 0, 0, "--osds N"},
};

static int usage(void)
{
	fprintf(stderr, "usage: ceph-admin [-c CONF] [-t SECONDS] COMMAND\n");
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(stderr, "       ceph-admin ... %s %s\n",
			commands[i].name, commands[i].usage);
	return 2;
}

static bool options_read(struct options *o, int argc, char **argv)
{
	static const struct option names[] = {
		{"osds", required_argument, NULL, 'o'},
		{"pools", required_argument, NULL, 'p'},
		{"fs", no_argument, NULL, 'f'},
		{"up-only", no_argument, NULL, 'u'},
		{NULL, 0, NULL, 0},
	};
	uint64_t seconds;
	int c;

	while ((c = getopt_long(argc, argv, "c:t:", names, NULL)) != -1) {
		if (c == 'c')
			o->conf = optarg;
		else if (c == 't')
			o->limit_s = optarg;
		else if (c == 'f')
			o->fs = true;
		else if (c == 'u')
			o->up_only = true;
		else if (c == '?' ||
			 count_parse(optarg, 1, 1000,
				     c == 'o' ? &o->osds : &o->pools) < 0)
			return false;
	}
	o->args = argv + optind;
	o->count = argc - optind;
	return count_parse(o->limit_s, 1, 3600, &seconds) == 0;
}

int main(int argc, char **argv)
{
	struct options o = {.conf = getenv("CEPH_CONF"), .limit_s = "60"};
	const struct command *cmd = NULL;
	rados_t cluster = NULL;
	struct err e;
	int r = 0;

	if (!options_read(&o, argc, argv) || o.count == 0)
		return usage();
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (strcmp(o.args[0], commands[i].name) == 0)
			cmd = &commands[i];
	o.args++;
	o.count--;
	if (!cmd || o.count < cmd->min || o.count > cmd->max ||
	    (!cmd->offline && !o.conf))
		return usage();
	if (!cmd->offline)
		r = cluster_connect(&cluster, &o, &e);
	if (r == 0) {
		r = cmd->run(cluster, &o, &e);
		if (cluster)
			rados_shutdown(cluster);
	}
	if (r < 0)
		fprintf(stderr, "ceph-admin: %s: %s\n", cmd->name, e.msg);
	return r < 0 || fflush(stdout) != 0 ? 1 : 0;
}
