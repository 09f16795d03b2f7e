# Cells and samples of ie-stats export to what one figure shows: reads
# samples.tsv and cells.tsv (in this order), writes data blocks for gnuplot to
# standard output and the figure's variables to the file `vars`. Takes every
# number as it is; the statistics are ie-stats's.
#
#   -v groups="read/cold read/warm"   operation and cache state of each series
#   -v vars=FILE
#
# For each target and group two blocks: size median lo hi, then size value
# (MB/s). An empty block holds one line of NaN, so that blocks can be counted.
# Exit status 1: there is nothing to show.

function fail(why) {
	print "plots: " why >"/dev/stderr"
	failed = 2
	exit 2
}

function mb(v) {
	return v == "NA" ? "NaN" : v / 1e6
}

# plain enough for a gnuplot string
function plain(text) {
	gsub(/[^A-Za-z0-9._+-]/, "_", text)
	return text
}

function size_long(bytes,    text) {
	text = size_text(bytes)
	if (sub(/k$/, " KiB", text) || sub(/M$/, " MiB", text) ||
	    sub(/G$/, " GiB", text))
		return text
	return text " bytes"
}

BEGIN {
	FS = "\t"
	group_count = split(groups, group, " ")
	for (i = 1; i <= group_count; i++)
		wanted[group[i]] = i
}

FNR == 1 {
	files++
	delete col
	for (i = 1; i <= NF; i++)
		col[$i] = i
	if (!("case" in col) || !("role" in col))
		fail(FILENAME ": not a file of ie-stats export")
	next
}

# builds have figures of their own
$col["unit"] != "B/s" { next }

{
	key = $col["op"] "/" ($col["cache"] == "NA" ? "-" : $col["cache"])
	target = $col["target"]
	limit = $col["role"] == "limit"
	# colours go by place among all targets, whatever a figure shows
	if (files == 2 && !limit && !(target in style)) {
		style[target] = 1
		names[++name_count] = target
	}
	# the null driver bounds the harness, not the storage; what several
	# clients do has figures of its own
	if (!(key in wanted) || $col["driver"] == "null" || \
	    $col["variant"] ~ /^c[0-9]+n[0-9]/)
		next
	how = $col["block_bytes"] FS $col["depth"] FS $col["jobs"] FS \
		$col["variant"]
	size = $col["size_bytes"]
	at = how SUBSEP target SUBSEP wanted[key]
	if (files == 1) {
		raw[at] = raw[at] size " " mb($col["value"]) "\n"
		next
	}
	# a cell without a median leaves a gap in its line
	cells[at] = cells[at] size " " mb($col["median"]) " " \
		mb($col["lo"]) " " mb($col["hi"]) "\n"
	if ($col["median"] == "NA")
		next
	if ($col["lo"] != "NA")
		bars[how] = 1
	count[how]++
	shown[how SUBSEP target] = 1
	sizes[how SUBSEP size] = size
	if (limit)
		limits[target] = 1
}

function sort(list, n,    i, j, t) {
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && list[j - 1] > list[j]; j--) {
			t = list[j]
			list[j] = list[j - 1]
			list[j - 1] = t
		}
}

function block(text) {
	printf "%s\n\n", text == "" ? "NaN NaN NaN NaN\n" : text
}

# By depth, jobs, variant (none, then the shortest), and block
function plainer(a, b,    x, y, i) {
	split(a, x, FS)
	split(b, y, FS)
	for (i = 2; i <= 3; i++)
		if (x[i] != y[i])
			return x[i] + 0 < y[i] + 0
	if (x[4] != y[4])
		return x[4] == "NA" || (y[4] != "NA" && \
			(length(x[4]) < length(y[4]) || \
			(length(x[4]) == length(y[4]) && x[4] < y[4])))
	return x[1] + 0 < y[1] + 0
}

END {
	if (failed)
		exit failed
	if (files < 2)
		fail("samples.tsv or cells.tsv is empty")
	# one combination of block, depth, jobs: the one with the most cells,
	# and of several the plainest
	for (how in count) {
		hows++
		if (best == "" || count[how] > count[best] ||
		    (count[how] == count[best] && plainer(how, best)))
			best = how
	}
	if (best == "")
		exit 1
	sort(names, name_count)
	for (i = 1; i <= name_count; i++)
		style[names[i]] = i
	n = 0
	for (i = 1; i <= name_count; i++)
		if ((best SUBSEP names[i]) in shown)
			list[++n] = names[i]
	plain_count = n
	m = 0
	for (t in limits)
		if ((best SUBSEP t) in shown)
			extra[++m] = t
	sort(extra, m)
	for (i = 1; i <= m; i++)
		list[++n] = extra[i]
	for (i = 1; i <= n; i++)
		for (g = 1; g <= group_count; g++) {
			block(cells[best SUBSEP list[i] SUBSEP g])
			block(raw[best SUBSEP list[i] SUBSEP g])
		}
	split(best, part, FS)
	title = size_long(part[1]) " blocks"
	if (part[2] != 1)
		title = title ", depth " part[2]
	if (part[3] != 1)
		title = title ", " part[3] " jobs"
	if (part[4] != "NA")
		title = title ", " plain(part[4])
	# gnuplot would set what follows an underscore low
	gsub(/_/, "/", title)
	k = 0
	for (s in sizes)
		if (index(s, best SUBSEP) == 1)
			order[++k] = sizes[s] + 0
	sort(order, k)
	printf "others = %d\n", hows - 1 >vars
	printf "how = \"%s\"\ntargets = %d\nlimits = %d\nbars = %d\n", \
		title, plain_count, m, bars[best] >vars
	line = ""
	for (i = 1; i <= n; i++)
		line = line (i > 1 ? " " : "") plain(list[i])
	printf "names = \"%s\"\n", line >vars
	line = ""
	for (i = 1; i <= plain_count; i++)
		line = line (i > 1 ? " " : "") style[list[i]]
	printf "styles = \"%s\"\n", line >vars
	line = ""
	for (i = 1; i <= k; i++)
		line = line (i > 1 ? ", " : "") \
			sprintf("\"%s\" %.0f", size_text(order[i]), order[i])
	printf "set xtics (%s)\nsize_min = %.0f\nsize_max = %.0f\n", line, \
		order[1], order[k] >vars
}
