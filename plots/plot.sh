#!/bin/sh
# Draws every figure from the files of `ie-stats export`, as SVG, PDF and PNG:
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

# figure NAME GROUPS: draws NAME.gp from the cells of these operations
figure() {
	status=0
	awk -v groups="$2" -v vars="$tmp/$1.vars" -f data.awk \
		"$data/samples.tsv" "$data/cells.tsv" >"$tmp/$1.dat" || status=$?
	if [ "$status" -eq 1 ]; then
		echo "$1: not made: no cell of $2 has a median"
		return
	fi
	[ "$status" -eq 0 ] || exit "$status"
	for term in svg pdf png; do
		gnuplot -e "term='$term'; vars='$tmp/$1.vars'; data='$tmp/$1.dat'; out='$tmp/$1.$term'" "$1.gp"
		mv "$tmp/$1.$term" "$out/$1.$term"
	done
	echo "$1: $out/$1.svg, .pdf, .png"
}

figure throughput 'write/-'
figure cold-warm 'read/cold read/warm'
