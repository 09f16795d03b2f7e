/* What the parts of ie-cluster share: a cluster, the services in it, its
 * folder, and the processes that hold it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "err.h"

/* --- services (service.c) --- */

struct service {
	const char *name, *summary;
	const char *steps;   /* folder of its steps below provision/ */
	const char *setting; /* NAME=VALUE for its steps, or NULL */
	int up_limit_s, down_limit_s;
	bool guests; /* the cluster has a network of its own, for them */
};

#define SERVICES_MAX 12
extern const struct service services[];
extern const size_t services_count;

#define DIR_MAX_CHARS 82 /* leaves room for sun_path's 107 */

struct member {
	const struct service *service;
	int port;	  /* first of PORT_BLOCK */
	uint64_t took_ns; /* until it was ready; 0: not yet */
};

struct cluster {
	char dir[DIR_MAX_CHARS + 1];
	char *self; /* this program */
	char *bin;  /* folder of its helpers */

	char *steps;			     /* provision/ */
	struct member members[SERVICES_MAX]; /* in starting order */
	size_t count;
	bool keep;    /* leave the folder when the cluster is gone */
	bool created; /* the folder was not there before */
	const char *state;
	uint64_t started_ns; /* CLOCK_MONOTONIC */
	pid_t supervisor, init;
};

void cluster_free(struct cluster *c);

/* Finds the programs and the steps beside this program. */
int cluster_paths(struct cluster *c, struct err *e);

/* Puts services into starting order; `local` is always among them. -EINVAL
 * for an unknown one, with the list of what is allowed. */
int services_pick(struct cluster *c, char *const names[], size_t count,
		  struct err *e);
const struct service *service_find(const char *name);
struct member *member_find(struct cluster *c, const char *name);

/* The cluster has a network namespace of its own. */
bool cluster_has_network(const struct cluster *c);

/* The member whose guest this is, or NULL. */
struct member *guest_find(struct cluster *c, const char *name);

/* Path of a step (caller frees); NULL: the service has none, or no memory. */
char *step_path(const struct cluster *c, const struct member *m,
		const char *step);

/* Sets the IE_ variables of a member in this process' environment. */
void environment_set(const struct cluster *c, const struct member *m);

/* Adds what running services tell their users (NAME=VALUE lines in their
 * file `env`), the member's own first. */
void environment_add_users(const struct cluster *c, const struct member *m);

/* --- ports (ports.c) --- */

#define PORT_BLOCK 100

/* Gives each member a block of free ports. The blocks stay reserved among
 * clusters until this process and its children end. */
int ports_reserve(struct cluster *c, struct err *e);

/* --- the cluster's folder (dir.c, state.c) --- */

/* Makes c->dir absolute and refuses what the services could not use. */
int dir_set(struct cluster *c, const char *arg, struct err *e);

/* Creates or takes over the folder and locks it for this process' life; the
 * descriptor of the lock, -EBUSY when another cluster runs there, -EEXIST
 * when it holds files that are not ours. */
int dir_claim(struct cluster *c, struct err *e);

/* Locks a folder of ours that no cluster runs in; the descriptor, -EBUSY when
 * one does. */
int dir_lock(const struct cluster *c, struct err *e);

/* The folder that this lock was taken in is still there. */
bool dir_held(int lock);

/* Process that holds the lock; 0: none; -errno. */
pid_t dir_holder(const struct cluster *c, struct err *e);

/* Removes what a cluster of ours left in its folder, and the folder if it
 * was created for it. Files that are not ours stay. */
int dir_remove(const struct cluster *c, struct err *e);

/* Reads keep and created from the marker; -ENOENT: no folder of ours. */
int dir_marker_read(struct cluster *c, struct err *e);

int state_write(const struct cluster *c, struct err *e);

/* Reads the state of a cluster that runs in c->dir and finds its supervisor.
 * -ESRCH when none runs. */
int state_read(struct cluster *c, struct err *e);

/* --- control groups (cgroup.c) --- */

#define CGROUP_NAME_MAX (DIR_MAX_CHARS + 16)

/* Where services put the groups that they make: the same for one folder. */
void cgroup_name(const struct cluster *c, char name[CGROUP_NAME_MAX]);

/* Removes them, empty as they are once the cluster's processes have ended. */
int cgroups_remove(const struct cluster *c, struct err *e);

/* --- processes (supervise.c, init.c, enter.c) --- */

/* What init and supervisor report: a letter, then a text. */
enum {
	REPORT_STAGE = 's',  /* a stage of a service is over */
	REPORT_READY = 'r',  /* a service is ready: NAME NANOSECONDS */
	REPORT_ALL = 'k',    /* all are */
	REPORT_ERROR = 'e',  /* why it failed */
	REPORT_DETAIL = 'l', /* a line of a log */
};

#define REPORT_MAX 1024

/* Reports travel whole through a pipe in packet mode (O_DIRECT). */
void report(int fd, char kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Waits for one; false: no one is left to report. */
bool report_read(int fd, char line[REPORT_MAX]);

/* Holds the cluster until it is told to end, its owner ends (owner_fd: pidfd
 * or -1), or front (who reads `reports`) goes before it is ready. Never
 * returns. */
void supervise(struct cluster *c, int owner_fd, int reports)
	__attribute__((noreturn));

/* Starts the first process of new PID and mount namespaces, which starts the
 * services. It dies with its parent. */
pid_t init_start(struct cluster *c, int reports, struct err *e);

/* Arranges that this process dies with its parent, whose end of the pipe
 * `life` is closed by its death. Unlike getppid() this also works across PID
 * namespaces. */
void die_with_parent(int life);

/* Runs a command inside the cluster's namespaces, or in a guest of the member
 * (NULL: none), and ends this process as it ended; returns only -errno, when
 * it could not be started. */
int cluster_exec(struct cluster *c, const struct member *m, const char *guest,
		 char *const argv[], struct err *e);

/* --- daemons (daemons.c) --- */

#define DAEMONS_MAX 32

struct daemon {
	char name[64];
	pid_t pid; /* as the cluster's own /proc shows it */
	bool alive;
};

/* The daemons of a service, looked up in a mounted /proc of the cluster's PID
 * namespace. Returns how many. */
size_t daemons_list(const struct cluster *c, const struct member *m,
		    const char *proc, struct daemon list[DAEMONS_MAX]);

/* --- files (file_text.c) --- */

/* Reads up to size - 1 bytes of a small file; 0 or -errno. */
int text_read(const char *path, char *buf, size_t size);

/* The last lines of a file, from an offset on, without a newline at the end;
 * points into buf. */
char *file_tail(int fd, off_t from, int lines, char *buf, size_t size);

/* --- commands --- */

/* Runs a step of a service in the cluster and returns what it prints (caller
 * frees). NULL in *out: the service has no such step. */
int step_output(const struct cluster *c, const struct member *m,
		const char *step, char **out, struct err *e);

struct options {
	const char *dir;
	bool keep, json;
	pid_t owner;
	char **args; /* operands */
	int count;
	char **command; /* after "--", or NULL */
};

/* Finds the cluster that runs in o->dir. */
int cluster_open(struct cluster *c, const struct options *o, struct err *e);

/* 0 done, 1 failed without a word of its own, or -errno with a message;
 * -EINVAL is bad usage. */
int cmd_up(const struct options *o, struct err *e);
int cmd_site(const struct options *o, struct err *e);
int cmd_status(const struct options *o, struct err *e);
int cmd_down(const struct options *o, struct err *e);
int cmd_exec(const struct options *o, struct err *e);
