#!/bin/sh
# Draws every figure from the files of `ie-stats export` (and compare.tsv, where
# there is one) as SVG, PDF and PNG, and beside them what they show, NAME.dat:
#   plots/plot.sh DATA_DIR OUT_DIR
# Offline; a figure for which there is no data is left out with a line.
set -eu
export LC_ALL=C

if [ $# -ne 2 ]; then
	echo 'usage: plot.sh DATA_DIR OUT_DIR' >&2
	exit 2
fi
for file in samples.tsv cells.tsv; do
	if [ ! -r "$1/$file" ]; then
		echo "plot.sh: read $1/$file: not there (ie-stats export makes it)" >&2
		exit 2
	fi
done
mkdir -p "$2"
data=$(cd "$1" && pwd)
out=$(cd "$2" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
cd "$(dirname "$0")"

# put FILE: in its place; what is a link there or no regular file is written into
put() {
	if [ -L "$out/$1" ] || { [ -e "$out/$1" ] && [ ! -f "$out/$1" ]; }; then
		cat "$tmp/$1" >"$out/$1"
	else
		mv "$tmp/$1" "$out/$1"
	fi
}

# draw NAME SCRIPT WHY [VARIABLES]: from NAME.dat and NAME.vars, when the awk
# script before it ended with status 0; 1 means that there is nothing to show
draw() {
	if [ "$status" -eq 1 ]; then
		echo "$1: not made: $3"
		return
	fi
	[ "$status" -eq 0 ] || exit "$status"
	for term in svg pdf png; do
		gnuplot -e "term='$term'; vars='$tmp/$1.vars'; data='$tmp/$1.dat'; out='$tmp/$1.$term'; ${4:-}" "$2"
		put "$1.$term"
	done
	put "$1.dat"
	echo "$1: $out/$1.svg, .pdf, .png"
}

# speeds NAME GROUPS: NAME.gp, speed by size, of these operations
speeds() {
	status=0
	awk -v groups="$2" -v vars="$tmp/$1.vars" -f size.awk -f data.awk \
		"$data/samples.tsv" "$data/cells.tsv" >"$tmp/$1.dat" || status=$?
	draw "$1" "$1.gp" "no cell of $2 has a median"
}

# rows NAME FILES WHAT TITLE NOTE AXIS ONES [VARIABLE=VALUE]: rows.gp, a row for each cell that
# has WHAT
rows() {
	status=0
	# shellcheck disable=SC2086 # several files
	env -C "$data" awk -v figure="$1" -v vars="$tmp/$1.vars" ${8:+-v "$8"} \
		-f "$PWD/size.awk" -f "$PWD/rows.awk" $2 \
		>"$tmp/$1.dat" || status=$?
	draw "$1" rows.gp "no cell has $3" \
		"title='$4'; note='$5'; axis='$6'; ones='$7'"
}

speeds throughput 'write/-'
speeds cold-warm 'read/cold read/warm'
rows latency cells.tsv 'a latency' 'Time of one operation' \
	'largest size; dot: median; crosses: 90, 99, 99.9 %, where 10 operations took longer' \
	'ms (logarithmic)' ''
rows share cells.tsv 'a limit' 'Throughput as a share of the lowest limit' \
	'dot: largest size, with its 95 % interval; crosses: each size' \
	'% of the limit (logarithmic)' 100
# throughput by clients, where there are several numbers of them
status=0
awk -v vars="$tmp/scale.vars" -f size.awk -f scale.awk "$data/samples.tsv" \
	"$data/cells.tsv" >"$tmp/scale.dat" || status=$?
[ "$status" -eq 1 ] || draw scale scale.gp ''
# what clients do together, where the plan asked for it
clients=$(awk -F '\t' '$10 ~ /^c[0-9]+n/ { split($10, part, "n"); print part[1] }' \
	"$data/cells.tsv" | sort -u | wc -l)
if [ "$clients" -gt 0 ]; then
	rows locks 'cells.tsv samples.tsv' 'several clients' \
		'What sharing costs' \
		'dot: median, with its 95 % interval; crosses: samples' \
		'operations a second (logarithmic)' '' \
		"several_clients=$((clients > 1))"
fi
# throughput over time, where the plan asked for it
if [ -s "$data/series.tsv" ]; then
	status=0
	awk -v vars="$tmp/series.vars" -f size.awk -f series.awk \
		"$data/series.tsv" >"$tmp/series.dat" || status=$?
	draw series series.gp 'no sample has throughput over time'
fi
# image builds, where there are any
if [ -s "$data/builds.tsv" ]; then
	rows builds 'cells.tsv samples.tsv' 'a time' 'Time of an image build' \
		'dot: median, with its 95 % interval; crosses: samples' \
		'seconds (logarithmic)' ''
	status=0
	awk -v vars="$tmp/factorial.vars" -f factorial.awk \
		"$data/samples.tsv" "$data/cells.tsv" \
		>"$tmp/factorial.dat" || status=$?
	draw factorial factorial.gp 'no build by Podman has a median'
fi
if [ -s "$data/effects.tsv" ]; then
	rows effects effects.tsv 'an effect' 'What makes an image build slower' \
		'Hodges-Lehmann ratio of times and its 95 % interval' \
		'ratio of times (logarithmic)' 1
fi
# a comparison, where there is one: of speeds, of times of builds, or of both
if [ -e "$data/compare.tsv" ]; then
	what=$(awk -F '\t' 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "unit") u = i }
		NR > 1 { kinds[$u] = 1 }
		END { print !("s" in kinds) ? "throughput" : !("B/s" in kinds) ? \
			"time" : "throughput, and of the time of builds" }' \
		"$data/compare.tsv")
	rows forest compare.tsv 'a comparison' \
		"Change of $what, new against base" \
		'Hodges-Lehmann ratio and its 95 % interval' \
		'ratio (logarithmic)' 1
fi
