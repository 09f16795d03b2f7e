# The macros of several runs (macros.tex of ie-stats export) to what they are
# together:
#   -v what=rows    a row of a table for each run: its name, samples, machine
#   -v what=totals  macros: samples of all, ok, failed, invalid; cells
/^\\newcommand\{\\ieRun[A-Za-z]*\}\{/ {
	name = value = $0
	sub(/^\\newcommand\{\\ieRun/, "", name)
	sub(/\}.*/, "", name)
	sub(/^[^}]*\}\{/, "", value)
	sub(/\}$/, "", value)
	if (name == "Ids")
		runs++
	of[runs, name] = value
	sum[name] += value
}

END {
	if (what == "totals") {
		split("Samples SamplesOk SamplesFailed SamplesInvalid Cells", \
			names, " ")
		for (i = 1; i <= 5; i++)
			printf "\\newcommand{\\all%s}{%d}\n", names[i], \
				sum[names[i]]
		printf "\\newcommand{\\allRuns}{%d}\n", runs
		exit
	}
	for (i = 1; i <= runs; i++)
		printf "\\run{%s} & %s & %d & %d & %d & %s; %s \\\\\n", \
			of[i, "Plans"], substr(of[i, "sStarted"], 1, 10), \
			of[i, "Samples"], of[i, "SamplesFailed"], \
			of[i, "SamplesInvalid"], of[i, "Machines"], \
			of[i, "HostKernels"]
}
