# A TSV of ie-stats to a figure with a row for each thing: writes two data
# blocks for gnuplot to standard output, "y label mid lo hi style" and "y x",
# and the figure's variables to the file `vars`. The statistics are ie-stats's.
#
#   -v figure=latency   cells.tsv: time of one operation: 50 to 99.9 %, as far
#                       as there are operations beyond
#   -v figure=share     cells.tsv: share of the limit, at each size
#   -v figure=forest    compare.tsv: each cell's change and its interval
#   -v figure=builds    cells.tsv, samples.tsv: time of each image build
#   -v figure=effects   effects.tsv: what makes a build slower
#   -v figure=locks     cells.tsv, samples.tsv: operations a second of what
#                       clients do together, on one node and on more
#   -v several_clients=1  of locks: there are several numbers of clients, so a
#                       row says its own
#   -v vars=FILE
#
# Of latency and share a row is a target; the mark is its largest size. Of locks
# the rows of an operation are a ladder: what only one node mounts, then what
# nodes share, on one of them and on all. Exit status 1: there is nothing to
# show.

function plain(text) {
	gsub(/[^A-Za-z0-9.\/+-]/, "_", text)
	return text
}

# The same with blanks, for what is not ours to name
function words(text) {
	gsub(/[^A-Za-z0-9.,\/+ -]/, "_", text)
	return text
}

function number(name,    v) {
	v = $col[name]
	return v == "NA" ? "NaN" : v
}

function extent(v) {
	if (v != "NaN" && (low == "" || v + 0 < low))
		low = v + 0
	if (v != "NaN" && v + 0 > high)
		high = v + 0
}

# A row, or the row of that name again with what came later
function row(group, name, mid, lo, hi, style,    key) {
	key = group SUBSEP name
	if (!(group in seen)) {
		seen[group] = ++groups
		group_name[groups] = group
	}
	if (!(key in at)) {
		at[key] = ++rows[group]
		row_name[group, rows[group]] = name
	}
	line[key] = mid " " lo " " hi " " style
	extent(mid)
	extent(lo)
	extent(hi)
}

function dot(group, name, x,    key) {
	key = group SUBSEP name
	dots[key] = dots[key] " " x
	extent(x)
}

# A percentile after the median, where there is one: the line goes on to it
function later(group, name, percentile) {
	if ($col[percentile] == "NA")
		return
	row(group, name, $col["p50_ns"] / 1e6, $col["p50_ns"] / 1e6, \
		$col[percentile] / 1e6, 3)
	dot(group, name, $col[percentile] / 1e6)
}

BEGIN { FS = "\t" }

FNR == 1 {
	delete col
	for (i = 1; i <= NF; i++)
		col[$i] = i
	next
}

figure == "forest" {
	if ($col["ratio"] != "NA") {
		style = index("regression improvement equivalent undecided", \
			$col["verdict"])
		row("", plain($col["cell"]), number("ratio"), number("lo"), \
			number("hi"), style == 1 ? 1 : style == 12 ? 2 : \
			style == 24 ? 3 : 4)
	}
	next
}

figure == "builds" {
	if ($col["unit"] != "s" || $col["role"] == "limit")
		next
	group = $col["op"] ($col["cache"] == "NA" ? "" : "-" $col["cache"])
	group = words(group " " $col["variant"])
	target = plain($col["target"])
	if (!("median" in col))
		dot(group, target, number("value"))
	else if ($col["median"] != "NA")
		row(group, target, number("median"), number("lo"), \
			number("hi"), 3)
	next
}

figure == "effects" {
	group = $col["build"] "/" $col["home"]
	if ($col["cache"] != "NA")
		group = group " " $col["cache"]
	row(words(group), words($col["effect"]), number("ratio"), \
		number("lo"), number("hi"), 3)
	next
}

figure == "locks" {
	if (!match($col["variant"], /^c[0-9]+n[0-9]+/) || $col["role"] == "limit")
		next
	split(substr($col["variant"], 2, RLENGTH - 1), number_of, "n")
	how = substr($col["variant"], RLENGTH + 1)
	clients = number_of[1]
	nodes = number_of[2]
	sub(/^\//, ", ", how)
	group = words($col["op"] how ", " size_text($col["block_bytes"]) " blocks")
	name = plain($col["target"]) (nodes == 1 ? ", 1 node" : ", " nodes " nodes")
	if (several_clients)
		name = name ", " clients " clients"
	if (!("median" in col)) {
		dot(group, name, $col["value"] / $col["block_bytes"])
		next
	}
	if (nodes > 1)
		shared[$col["target"]] = 1
	of[group, name] = $col["target"]
	on[group, name] = 1000 * nodes + clients
	if ($col["median"] != "NA")
		row(group, name, $col["median"] / $col["block_bytes"], \
			$col["lo"] == "NA" ? "NaN" : $col["lo"] / $col["block_bytes"], \
			$col["hi"] == "NA" ? "NaN" : $col["hi"] / $col["block_bytes"], 3)
	next
}

# limits are not rows of their own: they are what shares are of
$col["role"] == "limit" || $col["median"] == "NA" { next }

{
	group = $col["op"] ($col["cache"] == "NA" ? "" : "-" $col["cache"])
	if ($col["depth"] != 1)
		group = group " d" $col["depth"]
	if ($col["jobs"] != 1)
		group = group " j" $col["jobs"]
	if ($col["block_bytes"] != 65536)
		group = group " b" size_text($col["block_bytes"])
	if ($col["variant"] != "NA")
		group = group " " plain($col["variant"])
	target = plain($col["target"])
}

figure == "latency" && $col["p50_ns"] != "NA" {
	dots[group, target] = ""
	row(group, target, $col["p50_ns"] / 1e6, $col["p50_ns"] / 1e6, \
		$col["p50_ns"] / 1e6, 3)
	later(group, target, "p90_ns")
	later(group, target, "p99_ns")
	later(group, target, "p999_ns")
}

figure == "share" && $col["share"] != "NA" {
	scale = 100 * $col["share"] / $col["median"]
	row(group, target, 100 * $col["share"], \
		$col["lo"] == "NA" ? "NaN" : scale * $col["lo"], \
		$col["hi"] == "NA" ? "NaN" : scale * $col["hi"], 3)
	dot(group, target, 100 * $col["share"])
}

function rung(group, name,    key) {
	key = group SUBSEP name
	return (of[key] in shared) * 1e9 + on[key]
}

# In place, and those of one rung stay in their order
function ladder(group,    i, j, t) {
	for (i = 2; i <= rows[group]; i++)
		for (j = i; j > 1 && rung(group, row_name[group, j - 1]) > \
				rung(group, row_name[group, j]); j--) {
			t = row_name[group, j]
			row_name[group, j] = row_name[group, j - 1]
			row_name[group, j - 1] = t
		}
}

END {
	if (!groups)
		exit 1
	for (g = 1; g <= groups && figure == "locks"; g++)
		ladder(group_name[g])
	longest = y = 0
	for (g = 1; g <= groups; g++) {
		group = group_name[g]
		if (group != "")
			printf "%d \"%s\" NaN NaN NaN 4\n", --y, "- " group " -"
		if (length(group) + 4 > longest && group != "")
			longest = length(group) + 4
		for (i = 1; i <= rows[group]; i++) {
			name = row_name[group, i]
			printf "%d \"%s\" %s\n", --y, name, line[group, name]
			n = split(dots[group, name], x, " ")
			for (k = 1; k <= n; k++)
				marks = marks y " " x[k] "\n"
			if (length(name) > longest)
				longest = length(name)
		}
	}
	printf "\n\n%s", marks == "" ? "NaN NaN\n" : marks
	printf "rows = %d\nlongest = %d\nlow = %.9g\nhigh = %.9g\n", -y, \
		longest, low, high >vars
}
