/* The commands of ie-bench; each parses, calls, and returns an exit
 * code or -errno (see command.h). */
#pragma once

#include "err.h"

/* SIGINT, SIGTERM and SIGHUP set launch_interrupted. */
void signals_catch(void);

int cmd_list(int argc, char **argv, struct err *e);
int cmd_describe(int argc, char **argv, struct err *e);
int cmd_plan(int argc, char **argv, struct err *e);
int cmd_run(int argc, char **argv, struct err *e);
int cmd_selftest(int argc, char **argv, struct err *e);
int cmd_worker(int argc, char **argv, struct err *e);
