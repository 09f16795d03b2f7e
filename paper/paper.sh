#!/bin/sh
# The paper from committed results, offline: tables and macros by tables.awk,
# figures by plots/ (which `make paper` has drawn), then latexmk.
#   paper/paper.sh PLOTS_DIR CALIBRATE_DIR SIMULATION OUT_DIR
set -eu
export LC_ALL=C
if [ $# -ne 4 ]; then
	echo 'usage: paper.sh PLOTS_DIR CALIBRATE_DIR SIMULATION OUT_DIR' >&2
	exit 2
fi
stats=$(realpath "${BUILD:-build}")/ie-stats
mkdir -p "$4"
out=$(realpath "$4")
here=$(dirname "$0")
table_of() { # NAME WHAT FILE
	awk -v what="$2" -f "$here/tables.awk" "$3" >"$out/$1.tex"
}
table() { # WHAT FILE
	table_of "$1" "$@"
}
# part RUN PREFIX FIGURE...: its macros, named \PREFIX..., and its figures
part() {
	run=$1 prefix=$2
	shift 2
	sed "s/{\\\\ie/{\\\\$prefix/" "$plots/$run/data/macros.tex" \
		>"$out/$prefix.tex"
	for figure; do
		cp "$plots/$run/$figure.pdf" "$out/"
	done
}
plots=$1 calibration=$2 simulation=$3
part reference-study ie throughput cold-warm latency share forest
table speeds "$plots/reference-study/data/cells.tsv"
table compare "$plots/reference-study/data/compare.tsv"
part reference-images img factorial
table builds "$plots/reference-images/data/builds.tsv"
table effects "$plots/reference-images/data/effects.tsv"
"$stats" summary "$here/../results/reference-images" >"$out/images.txt"
table answers "$out/images.txt"
part reference-homes hom
table_of homes effects "$plots/reference-homes/data/effects.tsv"
part reference-kernel krn
table_of kernel speeds "$plots/reference-kernel/data/cells.tsv"
part reference-locks lck
table sharing "$plots/reference-locks/data/cells.tsv"
# shown RUN BASE NEW CELL PREFIX: what their comparison says of a cell
shown() {
	"$stats" compare "$here/../results/$1:$2" "$here/../results/$1:$3" \
		--format tsv >"$out/$5.tsv" || [ $? -ne 2 ]
	awk -v what=shown -v cell_wanted="$4" -v prefix="$5" \
		-f "$here/tables.awk" "$out/$5.tsv"
}
{
	shown reference-locks gfs2-nolock gfs2 write/64M/b64k/d1/j1 lock
	shown reference-kernel ext4-guest gfs2 write/128M/b64k/d1/j1 gfs
	shown reference-kernel nfs-iscsi kcephfs write/128M/b64k/d1/j1 old
} >"$out/shown.tex"
part reference-powercut cut
table cuts "$plots/reference-powercut/data/cuts.tsv"
part reference-scale scl scale
set --
for run in study images homes kernel locks powercut scale; do
	set -- "$@" "$plots/reference-$run/data/macros.tex"
done
awk -v what=rows -f "$here/runs.awk" "$@" >"$out/runs.tex"
awk -v what=totals -f "$here/runs.awk" "$@" >"$out/totals.tex"
table promises "$simulation"
"$stats" pairs "$calibration/pairs.tsv" --format tsv >"$out/pairs.tsv"
table calibrate "$out/pairs.tsv"
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
