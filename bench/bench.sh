#!/bin/sh
# What `make bench` does once everything is built: brings up a throwaway
# cluster unless a site is given, runs the plan (or finishes the run in
# RESUME), prints the table, writes the plots, and takes the cluster away,
# whatever happens.
# usage: bench.sh PLAN.ini [SITE.ini]
set -eu
plan=$1
site=${2:-}
bin=$(realpath "${BUILD:-build}")
results=${RESULTS:-results}
resume=${RESUME:-}
tmp=$(mktemp -d "${TMPDIR:-/var/tmp}/ie-bench.XXXXXX")

clean() {
	[ ! -d "$tmp/c" ] || "$bin/ie-cluster" down --dir "$tmp/c" || true
	rm -rf "$tmp"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [ -z "$site" ]; then
	site=$tmp/site.ini
	# The cluster also goes when this shell is killed
	"$bin/ie-cluster" up ceph ceph-mem nfs --dir "$tmp/c" --owner $$
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
sh plots/plot.sh "$run/data" "$run/plots"
echo "records, table and plots: $run"
exit "$code"
