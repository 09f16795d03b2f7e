# series.tsv of ie-stats to the figure of throughput over time: a data block
# for each target, "seconds MB/s" with a blank line between samples, and the
# figure's variables to the file `vars`. It shows the first operation that has
# them, at its largest size. Exit status 1: there is nothing to show.

BEGIN { FS = "\t" }

NR == 1 {
	for (i = 1; i <= NF; i++)
		col[$i] = i
	next
}

{
	is = $col["op"] ($col["cache"] == "NA" ? "" : "-" $col["cache"])
	if (op == "")
		op = is
	# cells come by size, so that what is larger takes the place of all
	if (is != op || $col["size_bytes"] + 0 < size)
		next
	if ($col["size_bytes"] + 0 > size) {
		size = $col["size_bytes"] + 0
		delete lines
		delete sample
		count = 0
		low = high = ""
	}
	target = $col["target"]
	if (!(target in lines))
		order[++count] = target
	id = $col["case"] FS $col["run_id"] FS $col["session"] FS $col["block"]
	if (sample[target] != "" && sample[target] != id)
		lines[target] = lines[target] "\n"
	sample[target] = id
	# nothing was answered: a gap, on a logarithmic axis
	lines[target] = lines[target] $col["start_ns"] / 1e9 " " \
		($col["value"] > 0 ? $col["value"] / 1e6 : "NaN") "\n"
	if ($col["value"] > 0)
		extent($col["value"] / 1e6)
}

function extent(v) {
	if (low == "" || v < low)
		low = v
	if (v > high)
		high = v
}

END {
	if (!count)
		exit 1
	for (i = 1; i <= count; i++) {
		printf "%s\n\n", lines[order[i]]
		gsub(/[^A-Za-z0-9.+-]/, "_", order[i])
		names = names (i > 1 ? " " : "") order[i]
	}
	# a run in which nothing was answered has an axis, too
	printf "series = %d\nnames = \"%s\"\nhow = \"%s, %s\"\n" \
		"low = %.9g\nhigh = %.9g\n", count, names, op, \
		size_text(size), low == "" ? 1 : low, high == "" ? 1 : high >vars
}
