#!/bin/sh
# The paper from committed results, offline: tables and macros by tables.awk,
# figures by plots/ (which `make paper` has drawn), then latexmk.
#   paper/paper.sh DATA_DIR FIGURES_DIR CALIBRATE_DIR SIMULATION OUT_DIR
set -eu
export LC_ALL=C
if [ $# -ne 5 ]; then
	echo 'usage: paper.sh DATA_DIR FIGURES_DIR CALIBRATE_DIR SIMULATION OUT_DIR' >&2
	exit 2
fi
stats=$(realpath "${BUILD:-build}")/ie-stats
mkdir -p "$5"
out=$(realpath "$5")
cp "$1/macros.tex" "$out/"
for figure in throughput cold-warm latency share forest; do
	cp "$2/$figure.pdf" "$out/"
done
here=$(dirname "$0")
table() { # NAME FILE
	awk -v what="$1" -f "$here/tables.awk" "$2" >"$out/$1.tex"
}
table speeds "$1/cells.tsv"
table compare "$1/compare.tsv"
table promises "$4"
"$stats" pairs "$3/pairs.tsv" >"$out/pairs.txt"
table calibrate "$out/pairs.txt"
# the same date in the file whenever it is built: that of its last change
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct -- "$here/paper.tex" 2>/dev/null)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(stat -c %Y "$here/paper.tex")}
export SOURCE_DATE_EPOCH FORCE_SOURCE_DATE=1
TEXINPUTS="$out:" latexmk -pdf -silent -halt-on-error \
	-interaction=nonstopmode -output-directory="$out" "$here/paper.tex" \
	>"$out/latexmk.log" 2>&1 || {
	grep -A3 '^!' "$out/paper.log" >&2 || cat "$out/latexmk.log" >&2
	exit 1
}
if grep -E 'undefined|Overfull' "$out/paper.log" >&2; then
	exit 1
fi
echo "paper: $out/paper.pdf"
