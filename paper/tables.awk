# What ie-stats derived, as LaTeX: nothing in the paper is typed by hand.
#   -v what=speeds     cells.tsv: a row for each target and size
#   -v what=compare    compare.tsv: a row for each cell of two targets
#   -v what=builds     builds.tsv: a row for each engine, build and home
#   -v what=effects    effects.tsv: a row for each effect on a build
#   -v what=sharing    cells.tsv: operations of two clients, on one node and two
#   -v what=cuts       cuts.tsv: a row for each target whose power was cut
#   -v what=answers    what ie-stats summary answers, as items of a list
#   -v what=calibrate  what ie-stats pairs says, as TSV
#   -v what=shown      compare.tsv: what a change of `cell` is and which of all
#                      would have been found, as macros named \PREFIX...
#   -v what=promises   the report of stats-promises.t (make simulate), as macros

function tex(text) {
	gsub(/[_%&#$]/, "\\\\&", text)
	return text
}

function size_text(bytes,    i) {
	for (i = 0; i < 4 && bytes % 1024 == 0; i++)
		bytes /= 1024
	return bytes "\\," substr("KMGT", i, 1) "iB"
}

# About three digits
function speed(v) {
	v /= 1e6
	return sprintf(v >= 99.95 ? "%.0f" : v >= 9.995 ? "%.1f" : "%.2f", v)
}

function shown(name) {
	return $col[name] != "NA"
}

function percent(ratio) {
	ratio = sprintf("%+.0f", (ratio - 1) * 100)
	return "$" (ratio + 0 ? ratio : 0) "$"
}

BEGIN {
	FS = what == "promises" || what == "answers" ? "X^" : "\t"
}

NR == 1 {
	for (i = 1; i <= NF; i++)
		col[$i] = i
}

NR > 1 && what == "speeds" {
	op = $col["op"] (shown("cache") ? " (" $col["cache"] ")" : "")
	key = $col["target"] SUBSEP $col["size_bytes"]
	if (!(key in place)) {
		place[key] = ++count
		keys[count] = key
		from[count] = tex($col["target"])
		size[count] = $col["size_bytes"] + 0
	}
	if (!(op in seen)) {
		seen[op] = ++ops
		op_name[ops] = op
	}
	cell[key, op] = !shown("median") ? $col["state"] : speed($col["median"]) \
		(shown("lo") ? " [" speed($col["lo"]) ", " speed($col["hi"]) "]" : "")
	disk[key, op] = shown("cold_ratio") ? $col["cold_ratio"] : 0
}

NR > 1 && what == "compare" {
	split($col["cell"], part, "/")
	verdict = $col["verdict"] == "regression" ? "slower" : \
		$col["verdict"] == "improvement" ? "faster" : $col["verdict"]
	printf "%s & %s & %s & %s & %s & [%s, %s] & %s & %s \\\\\n", part[1], \
		size_text($col["size_bytes"]), speed($col["base_median"]), \
		speed($col["new_median"]), percent($col["ratio"]), \
		shown("lo") ? percent($col["lo"]) : "--", \
		shown("hi") ? percent($col["hi"]) : "--", \
		sprintf("%.4f", $col["p_holm"]), verdict
}

NR > 1 && what == "shown" {
	if ($col["cell"] == cell_wanted)
		printf "\\newcommand{\\%sRatio}{%.2f}\n" \
			"\\newcommand{\\%sRatioLo}{%.2f}\n" \
			"\\newcommand{\\%sRatioHi}{%.2f}\n", prefix, \
			$col["ratio"], prefix, $col["lo"], prefix, $col["hi"]
	if ($col["verdict"] == "undecided" && shown("smallest_drop")) {
		drop = 100 * (1 - $col["smallest_drop"])
		if (!undecided++ || drop < least)
			least = drop
		if (drop > most)
			most = drop
	}
}

# A number with about three digits; "--" where there is none
function digits(name, unit,    v) {
	v = $col[name] / unit
	return !shown(name) ? "--" : sprintf(v >= 99.95 ? "%.0f" : \
		v >= 9.995 ? "%.1f" : v >= 0.9995 ? "%.2f" : "%.3f", v)
}

function interval(unit) {
	return shown("lo") ? " [" digits("lo", unit) ", " digits("hi", unit) "]" : ""
}

function share(name) {
	return shown(name) ? sprintf("%.0f", 100 * $col[name]) : "--"
}

function build_name() {
	return tex($col["build"]) \
		(shown("cache") && $col["cache"] != "none" ? ", cached" : "") \
		($col["home"] == "local" ? "" : " at " tex($col["home"]))
}

NR > 1 && what == "builds" {
	printf "%s & %s & %s & %s & %s & %s & %s \\\\\n", tex($col["target"]), \
		build_name(), shown("median") ? digits("median", 1) interval(1) : \
		$col["state"], digits("cpu_s", 1), digits("store_bytes", 1e6), \
		shown("store_files") ? sprintf("%.0f", $col["store_files"]) : "--", \
		digits("syscalls", 1e3)
}

NR > 1 && what == "effects" {
	printf "%s & %s & %s%s \\\\\n", tex($col["effect"]), build_name(), \
		digits("ratio", 1), interval(1)
}

# .../c2n1, .../c2n2/flock: what two clients do together, in operations a second
NR > 1 && what == "sharing" && match($col["case"], "/c2n[12]") {
	nodes = substr($col["case"], RSTART + 4, 1)
	how = substr($col["case"], RSTART + 6)
	op = $col["op"] (how ? " (" how ")" : "") SUBSEP $col["target"]
	if (!(op in seen)) {
		seen[op] = 1
		op_name[++ops] = op
	}
	cell[op, nodes] = !shown("median") ? $col["state"] : \
		digits("median", $col["block_bytes"]) interval($col["block_bytes"])
}

NR > 1 && what == "cuts" {
	printf "%s & %s & %d of %d & %s & %s \\\\\n", tex($col["target"]), \
		$col["cut"], $col["kept"], $col["cuts"], \
		share("intact_min"), share("control_min")
}

# An answer is a line, and those below it that are indented further
what == "answers" && answering && /^    / {
	sub(/^ +/, " ")
	printf "%s", tex($0)
}
what == "answers" && answering && /^  [^ ]/ {
	sub(/^ +/, "\n\\item ")
	printf "%s", tex($0)
}
what == "answers" && /^(answers)?$/ {
	answering = /a/
}

NR > 1 && what == "calibrate" {
	printf "%s & %s & %s & %s & %.2f & %s \\\\\n", tex($col["target"]), \
		tex($col["peer"]), $col["op"], $col["n"], $col["ratio"], \
		shown("lo") ? sprintf("%.2f-%.2f", $col["lo"], $col["hi"]) : \
		"too few"
}

# "ok 44 - a drop of 10 % ... found in 98.3 % ...": by what they say
what == "promises" && match($0, /[0-9.]+ %/) {
	tests += /^ok/
	if (/a change is seen where none is/ && !/two runs/) {
		sub(/.*where none is in /, "")
		alarm = $0 + 0 > alarm ? $0 + 0 : alarm
	} else if (/a threshold of 10 %/) {
		sub(/.*alarms in /, "")
		threshold = $0 + 0
	} else if (/raw p/) {
		sub(/.*alarms in /, "")
		raw = $0 + 0
	} else if (/a drop of 10 %/) {
		sub(/.*found in /, "")
		power = $0 + 0
	} else if (/two runs of one session/) {
		sub(/.*where none is in /, "")
		drift = $0 + 0
	}
}

END {
	if (what == "answers")
		print ""
	for (i = 1; what == "sharing" && i <= ops; i++) {
		split(op_name[i], part, SUBSEP)
		printf "%s & %s & %s & %s \\\\\n", part[1] == last ? "" : part[1], \
			tex(part[2]), cell[op_name[i], 1], \
			(op_name[i], 2) in cell ? cell[op_name[i], 2] : "--"
		last = part[1]
	}
	if (what == "speeds") {
		for (i = 1; i <= count; i++) {
			for (k = 1; k < i; k++)
				if (from[k] == from[i])
					break
			if (k < i)
				continue
			for (j = i; j <= count; j++) {
				if (from[j] != from[i])
					continue
				printf "%s & %s", j == i ? from[i] : "", \
					size_text(size[j])
				for (o = 1; o <= ops; o++)
					printf " & %s", (keys[j], op_name[o]) in cell ? \
						cell[keys[j], op_name[o]] : "--"
				print " \\\\"
			}
		}
	}
	if (what == "shown")
		printf "\\newcommand{\\%sUndecided}{%d}\n" \
			"\\newcommand{\\%sDropLeast}{%.0f}\n" \
			"\\newcommand{\\%sDropMost}{%.0f}\n", prefix, \
			undecided, prefix, least, prefix, most
	if (what == "promises" && !(alarm && threshold && raw && power && drift)) {
		print "tables.awk: " FILENAME ": a figure is missing" >"/dev/stderr"
		exit 1
	}
	if (what == "promises")
		printf "\\newcommand{\\simAlarm}{%.1f}\n" \
			"\\newcommand{\\simThreshold}{%.1f}\n" \
			"\\newcommand{\\simRaw}{%.1f}\n" \
			"\\newcommand{\\simPower}{%.1f}\n" \
			"\\newcommand{\\simDrift}{%.1f}\n", alarm, threshold, raw, \
			power, drift
}
