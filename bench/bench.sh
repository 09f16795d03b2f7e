#!/bin/sh
# What `make bench` does once everything is built: brings up a throwaway
# cluster (SERVICES, or what the plan's kinds of cases need) unless a site is
# given, runs the plan (or finishes the run in RESUME), prints the table, writes plots and report, and
# takes the cluster away, whatever happens. With BASE (run folders) the new run is compared with
# them, with VARIANTS (OLD,NEW) one of its targets with another; the exit
# status is then that of ie-stats compare: 1 slower, 3 undecided.
# usage: bench.sh PLAN.ini [SITE.ini]
set -eu
export LC_ALL=C
plan=$1
site=${2:-}
bin=$(realpath "${BUILD:-build}")
results=${RESULTS:-results}
resume=${RESUME:-}
base=${BASE:-}
variants=${VARIANTS:-}
tmp=$(mktemp -d "${TMPDIR:-/var/tmp}/ie-bench.XXXXXX")

clean() {
	[ ! -d "$tmp/c" ] || "$bin/ie-cluster" down --dir "$tmp/c" || true
	rm -rf "$tmp"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

has() { # KIND: the plan has sections [KIND NAME]
	grep -q "^[[:blank:]]*\[$1[[:blank:]]" "$plan"
}

# A wrong BASE is told of before anything is measured
if [ -n "$base" ]; then
	# shellcheck disable=SC2086 # several folders
	(IFS=, && "$bin/ie-stats" check $base >/dev/null)
fi
if [ -z "$site" ]; then
	site=$tmp/site.ini
	services=${SERVICES:-}
	if [ -z "$services" ]; then
		! has storage || services='ceph ceph-mem nfs'
		! has image || services="$services docker podman"
	fi
	# The cluster also goes when this shell is killed
	# shellcheck disable=SC2086 # several services
	"$bin/ie-cluster" up $services --dir "$tmp/c" --owner $$
	"$bin/ie-cluster" site --dir "$tmp/c" >"$site"
fi

code=0
if [ -n "$resume" ]; then
	set -- --resume "$resume"
else
	set -- --results "$results"
fi
# When this shell is killed, the run ends as it does after Ctrl-C
setpriv --pdeathsig TERM "$bin/ie-bench" run "$plan" --site "$site" "$@" \
	>"$tmp/run" || code=$?
run=$(cat "$tmp/run")
[ -n "$run" ] || exit "$code"

"$bin/ie-stats" summary "$run" | tee "$run/summary.txt"
"$bin/ie-stats" export "$run" --to "$run/data"
"$bin/ie-stats" report "$run" -o "$run/report.html"

# compare BASE NEW: shown, and kept for a CI and for the plots
compare() {
	status=0
	for kind in text:txt markdown:md junit:xml tsv:tsv; do
		"$bin/ie-stats" compare "$1" "$2" --format "${kind%:*}" \
			>"$run/compare.${kind#*:}" || status=$?
	done
	mv "$run/compare.tsv" "$run/data/"
	cat "$run/compare.txt"
	[ "$code" -ne 0 ] || code=$status
}
[ -z "$base" ] || compare "$base" "$run"
[ -z "$variants" ] || compare "$run:${variants%,*}" "$run:${variants#*,}"
sh plots/plot.sh "$run/data" "$run/plots"
echo "records, table, plots and report: $run"
exit "$code"
