/* ie-stats: records to tables, verdicts, plot data and macros. It never
 * measures and never changes a record. */
#include <stdio.h>

#include "command.h"
#include "plainfile.h"
#include "stats/commands.h"
#include "version.h"

static const struct command commands[] = {
	{"summary", "RUN_DIR... [--format text|json|tsv]",
	 "medians with their intervals, shares of limits, proof", cmd_summary},
	{"compare",
	 "BASE NEW [--delta 5%] [--alpha 0.05] "
	 "[--format text|json|tsv|markdown|junit]",
	 "did it change: run folders, comma-separated, each DIR or DIR:TARGET; "
	 "exit 1: slower, 3: undecided",
	 cmd_compare},
	{"history", "RUN_DIR... [--format text|json]",
	 "where cells changed over many runs, oldest first", cmd_history},
	{"export", "RUN_DIR... --to DIR",
	 "cells.tsv and samples.tsv for gnuplot, macros.tex for LaTeX",
	 cmd_export},
	{"report", "RUN_DIR... -o FILE.html",
	 "everything about the runs in one HTML file; -o -: standard output",
	 cmd_report},
	{"check", "RUN_DIR... | --fields",
	 "validate every record; --fields prints the field dictionary",
	 cmd_check},
	{"pairs", "FILE.tsv [--format text|tsv]",
	 "median ratios of what was measured in pairs (make calibrate)",
	 cmd_pairs},
	{.name = 0},
};

int main(int argc, char **argv)
{
	if (plainfile_standard("ie-stats") < 0)
		return EXIT_FAILED;
	return command_dispatch("ie-stats", IE_VERSION, commands, argc, argv);
}
