#!/bin/sh
# The tables of README.md and docs/findings.md, from committed results: prints
# the one of that name. There it is the block after the line <!-- table NAME -->;
# tests/cli/readme.t compares the two.
#   sh tests/doc-tables.sh NAME
set -eu
export LC_ALL=C
cd "$(dirname "$0")/.."
stats=${BUILD:-build}/ie-stats
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

summary() { # RUN: for people
	"$stats" summary "results/reference-$1"
}
table() { # RUN PATTERN: each table of a summary whose title it matches
	summary "$1" | awk -v title="$2" '
		/^[a-z -]+: / { on = $0 ~ title; if (on && some++ && held == "") print "" }
		/^(proof|causes|effects|answers|notes)/ { on = 0 }
		on { held = held $0 "\n"; if ($0 != "") { printf "%s", held; held = "" } }
		!on { held = "" }'
}
# operations RUN TARGET/NODES...: operations a second of two clients together, a
# row for each operation, a column for each target on so many nodes
operations() {
	"$stats" export "results/reference-$1" --to "$tmp/$1"
	shift
	awk -F '\t' -v list="$*" '
		function digits(v) { return sprintf(v >= 99.95 ? "%.0f" : "%.1f", v) }
		BEGIN { columns = split(list, column, " ") }
		NR == 1 { for (i = 1; i <= NF; i++) col[$i] = i; next }
		match($col["variant"], /^c2n[12]/) {
			nodes = substr($col["variant"], 4, 1)
			how = substr($col["variant"], 5)
			gsub("/", ", ", how)
			row = $col["op"] how
			key = row SUBSEP $col["target"] "/" nodes
			b = $col["block_bytes"]
			cell[key] = digits($col["median"] / b) " [" \
				digits($col["lo"] / b) "-" digits($col["hi"] / b) "]"
			for (i = 1; i <= columns; i++)
				if (column[i] == $col["target"] "/" nodes && !(row in seen)) {
					seen[row] = 1
					rows[++n] = row
				}
		}
		END {
			line = sprintf("%-17s", "")
			for (i = 1; i <= columns; i++) {
				split(column[i], part, "/")
				line = line sprintf("  %-22s", part[1] (part[2] == 1 ? \
					", one node" : ", two nodes"))
			}
			sub(/ +$/, "", line)
			print line
			for (r = 1; r <= n; r++) {
				line = sprintf("%-17s", rows[r])
				for (i = 1; i <= columns; i++) {
					key = rows[r] SUBSEP column[i]
					line = line sprintf("  %-22s", key in cell ? cell[key] : "-")
				}
				sub(/ +$/, "", line)
				print line
			}
		}' "$tmp/$run/cells.tsv"
}

run=${1%%-*}
case $1 in
study) table study '^(write|read)' ;;
write) table study '^write' ;;
images) table images '^build: seconds' ;;
homes) table homes '^build: seconds' ;;
kernel) table kernel '^write' ;;
powercut) table powercut '^power cuts' ;;
locks) operations locks ext4-guest/1 gfs2-nolock/1 gfs2/1 gfs2/2 ;;
sharing-one) operations sharing gfs2/1 kcephfs/1 ganesha4/1 ;;
sharing-two) operations sharing gfs2/2 kcephfs/2 ganesha4/2 ;;
scale)
	"$stats" export results/reference-scale --to "$tmp/scale"
	awk -F '\t' '
		function digits(v) { return sprintf(v >= 99.95 ? "%.0f" : "%.1f", v) }
		NR == 1 { for (i = 1; i <= NF; i++) col[$i] = i; next }
		$col["role"] == "limit" || $col["driver"] == "null" { next }
		{
			clients = 1
			rest = $col["variant"] == "NA" ? "" : "/" $col["variant"]
			if (match(rest, /^\/c[0-9]+n[0-9]+/)) {
				split(substr(rest, 3, RLENGTH - 2), part, "n")
				clients = part[1]
				rest = substr(rest, RLENGTH + 1)
			}
			gsub("/", ", ", rest)
			group = $col["op"] ($col["cache"] == "NA" ? "" : "-" $col["cache"]) rest
			key = group SUBSEP $col["target"]
			if (!(group in seen)) { seen[group] = 1; groups[++n] = group }
			if (!(key in seen)) { seen[key] = 1; of[group] = of[group] " " $col["target"] }
			cell[key, clients] = digits($col["median"] / 1e6) " [" \
				digits($col["lo"] / 1e6) "-" digits($col["hi"] / 1e6) "]"
		}
		END {
			print "clients         1                  2                  4                  8"
			for (g = 1; g <= n; g++) {
				print groups[g]
				m = split(of[groups[g]], target, " ")
				for (t = 1; t <= m; t++) {
					line = sprintf("  %-13s", target[t])
					for (c = 1; c <= 8; c *= 2)
						line = line sprintf(" %-18s", cell[groups[g], target[t], c])
					sub(/ +$/, "", line)
					print line
				}
			}
		}' "$tmp/scale/cells.tsv"
	;;
*)
	echo "doc-tables.sh: unknown table $1" >&2
	exit 2
	;;
esac
