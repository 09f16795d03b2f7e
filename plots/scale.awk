# Cells and samples of ie-stats export to the figure of throughput against
# clients: reads samples.tsv and cells.tsv (in this order), writes for each
# operation (a row of panels) and each line two data blocks, "clients median lo
# hi" and "clients value" (MB/s of all clients), and the figure's variables to
# the file `vars`. A line is a target, with `shared` where all have one file; at
# any number of clients it is what most nodes gave. It shows the size, block,
# depth and jobs with the most cells. Exit status 1: there are less than three
# numbers of clients.

function plain(text) {
	gsub(/[^A-Za-z0-9._+-]/, "_", text)
	return text
}

function mb(v) {
	return v == "NA" ? "NaN" : v / 1e6
}

# clients, nodes, shared and rest of a variant like c4n1/shared/next
function parse(variant,    part, n, i, number) {
	clients = nodes = 1
	shared = rest = ""
	n = variant == "NA" ? 0 : split(variant, part, "/")
	for (i = 1; i <= n; i++) {
		if (part[i] ~ /^c[0-9]+n[0-9]+$/) {
			split(substr(part[i], 2), number, "n")
			clients = number[1]
			nodes = number[2]
		} else if (part[i] == "shared")
			shared = " shared"
		else if (part[i] != "next")
			rest = rest " " part[i]
	}
}

BEGIN { FS = "\t" }

FNR == 1 {
	files++
	delete col
	for (i = 1; i <= NF; i++)
		col[$i] = i
	next
}

# the null driver bounds the harness, not the storage
$col["unit"] != "B/s" || $col["driver"] == "null" { next }

{
	parse($col["variant"])
	how = $col["size_bytes"] FS $col["block_bytes"] FS $col["depth"] FS \
		$col["jobs"] FS rest
	op = $col["op"] ($col["cache"] == "NA" ? "" : "-" $col["cache"])
	line = $col["target"] shared
	key = how SUBSEP op SUBSEP line
	at = key SUBSEP clients
}

files == 1 {
	raw[at, nodes] = raw[at, nodes] clients " " mb($col["value"]) "\n"
	next
}

$col["median"] != "NA" {
	if (!(at in most) || nodes + 0 > most[at]) {
		most[at] = nodes + 0
		cell[at] = clients " " mb($col["median"]) " " mb($col["lo"]) \
			" " mb($col["hi"]) "\n"
	}
	count[how]++
	if (!((how, clients) in steps))
		numbers[how]++
	steps[how, clients] = 1
	if (!((how, op) in op_seen))
		op_at[how, ++ops[how]] = op
	op_seen[how, op] = 1
	kind = $col["role"] == "limit" ? "limit" : "target"
	if (!((how, line) in line_seen))
		line_at[how, kind, ++lines[how, kind]] = line
	line_seen[how, line] = 1
	if (clients + 0 > largest)
		largest = clients + 0
}

# The range of a panel: of all clients together, and of each
function extent(row, clients, v,    k) {
	for (k = 2 * row - 1; k <= 2 * row; k++) {
		if (!(k in low) || v < low[k])
			low[k] = v
		if (!(k in high) || v > high[k])
			high[k] = v
		v /= clients
	}
}

function block(text) {
	printf "%s\n\n", text == "" ? "NaN NaN NaN NaN\n" : text
}

# In the order of clients, whatever that of the cells
function line_print(row, key,    c, i, n, medians, samples, value) {
	for (c = 1; c <= largest; c++)
		if ((key, c) in cell) {
			medians = medians cell[key, c]
			samples = samples raw[key, c, most[key, c]]
		}
	n = split(samples, value, /[ \n]/)
	for (i = 1; i < n; i += 2)
		extent(row, value[i], value[i + 1])
	block(medians)
	block(samples)
}

END {
	for (how in count)
		if (numbers[how] > 2 && (best == "" || \
		    count[how] > count[best] || \
		    (count[how] == count[best] && how < best)))
			best = how
	if (best == "")
		exit 1
	split("target limit", kinds, " ")
	for (o = 1; o <= ops[best]; o++)
		for (k = 1; k <= 2; k++)
			for (i = 1; i <= lines[best, kinds[k]]; i++)
				line_print(o, best SUBSEP op_at[best, o] SUBSEP \
					line_at[best, kinds[k], i])
	for (o = 1; o <= ops[best]; o++)
		panels = panels (o > 1 ? " " : "") plain(op_at[best, o])
	for (k = 1; k <= 2; k++)
		for (i = 1; i <= lines[best, kinds[k]]; i++)
			names = names (names == "" ? "" : " ") \
				plain(line_at[best, kinds[k], i])
	for (k = 1; k <= 2 * ops[best]; k++) {
		lows = lows sprintf(" %.9g", low[k])
		highs = highs sprintf(" %.9g", high[k])
	}
	for (c = 1; c <= largest; c++)
		if ((best, c) in steps) {
			marks = marks (marks == "" ? "" : ", ") c
			least = least == "" ? c : least
			last = c
		}
	split(best, part, FS)
	printf "how = \"%s a client, %s blocks%s%s\"\n", size_text(part[1]), \
		size_text(part[2]), part[3] == 1 ? "" : ", depth " part[3], \
		part[4] == 1 ? "" : ", " part[4] " jobs" >vars
	printf "rows = %d\ntargets = %d\nlimits = %d\nops = \"%s\"\n" \
		"names = \"%s\"\nset xtics (%s)\nleast = %d\nmost = %d\n" \
		"lows = \"%s\"\nhighs = \"%s\"\n", \
		ops[best], lines[best, "target"], lines[best, "limit"], \
		panels, names, marks, least, last, lows, highs >vars
}
