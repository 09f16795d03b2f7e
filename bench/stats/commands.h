/* The commands of ie-stats, one file each (cmd_NAME.c): they read their
 * arguments, call what does the work, and return 0 or -errno. */
#pragma once

#include "err.h"

int cmd_summary(int argc, char **argv, struct err *e);
int cmd_compare(int argc, char **argv, struct err *e);
int cmd_history(int argc, char **argv, struct err *e);
int cmd_export(int argc, char **argv, struct err *e);
int cmd_report(int argc, char **argv, struct err *e);
int cmd_check(int argc, char **argv, struct err *e);
int cmd_pairs(int argc, char **argv, struct err *e);
