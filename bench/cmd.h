/* The commands of ie-bench; each parses, calls and returns an exit code. */
#pragma once

int cmd_list(int argc, char **argv);
int cmd_describe(int argc, char **argv);
int cmd_plan(int argc, char **argv);
int cmd_run(int argc, char **argv);
int cmd_worker(int argc, char **argv);
