#!/bin/sh
# What `make bench` does once everything is built: brings up a throwaway
# cluster (SERVICES, or what the plan's kinds of cases need) unless a site is
# given, runs the plan, prints the table, writes plots and report, and takes
# the cluster away, whatever happens. With RESUME (a run folder) it finishes
# that run, by its own plan and on its own site; a throwaway cluster is made
# again in the same folder, and what is left becomes a session of its own.
# With BASE (run folders) the new run is compared with them, with VARIANTS
# (OLD,NEW) one of its targets with another; the exit status is then that of
# ie-stats compare: 1 slower, 3 undecided.
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
services=${SERVICES:-}
cluster=

clean() {
	[ -z "$cluster" ] || "$bin/ie-cluster" down --dir "$cluster/c" || true
	rm -rf "$tmp" "$cluster"
}

has() { # KIND: the plan has sections [KIND NAME]
	grep -q "^[[:blank:]]*\[$1[[:blank:]]" "$plan"
}

die() {
	echo "bench: $1" >&2
	exit 2
}

# The folder of the throwaway cluster that a run was made on, or nothing
throwaway_of() { # SITE.ini
	tr -d "'" <"$1" | sed -n \
		's,.*--dir \(/[^ ]*/ie-bench\.[A-Za-z0-9]\{6\}\)/c\( .*\)*$,\1,p' |
		head -n 1
}

# The services that were up, from what the run record says of its cluster
services_of() { # RUN_DIR
	head -n 1 "$1/records.jsonl" | perl -MJSON::PP -ne '
		my $s = decode_json($_)->{cluster}{services} // {};
		print join " ", sort grep { $_ ne "local" } keys %$s'
}

# Nothing is brought up before it is known that the run can go on
resume_prepare() {
	for file in plan.ini site.ini; do
		[ -r "$resume/$file" ] || die "resume $resume: no $file in it"
	done
	plan=$resume/plan.ini
	folder=
	if [ -z "$site" ]; then
		site=$resume/site.ini
		folder=$(throwaway_of "$site")
	fi
	fresh=${folder:+--fresh-session}
	# shellcheck disable=SC2086 # one option or none
	left=$("$bin/ie-bench" run "$plan" --site "$site" --resume "$resume" \
		$fresh --dry-run) || exit
	echo "$resume: $left" >&2
	[ -n "$folder" ] && [ "${left%% *}" != 0 ] || return 0
	mkdir "$folder" 2>/dev/null ||
		die "resume $resume: make its cluster again: $folder exists; end what uses it (ie-cluster down --dir $folder/c) and remove it"
	cluster=$folder
	services=$(services_of "$resume")
	site=
}

tmp=$(mktemp -d "${TMPDIR:-/var/tmp}/ie-bench.XXXXXX")
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# A wrong BASE is told of before anything is measured
if [ -n "$base" ]; then
	# shellcheck disable=SC2086 # several folders
	(IFS=, && "$bin/ie-stats" check $base >/dev/null)
fi
if [ -n "$resume" ]; then
	resume_prepare
elif [ -z "$site" ]; then
	cluster=$tmp
	if [ -z "$services" ]; then
		! has storage || services='ceph ceph-mem nfs'
		! has image || services="$services docker podman"
	fi
fi
if [ -z "$site" ]; then
	# The cluster also goes when this shell is killed
	# shellcheck disable=SC2086 # several services
	"$bin/ie-cluster" up $services --dir "$cluster/c" --owner $$
	site=$tmp/site.ini
	"$bin/ie-cluster" site --dir "$cluster/c" >"$site"
fi

code=0
if [ -n "$resume" ]; then
	# shellcheck disable=SC2086 # one option or none
	set -- --resume "$resume" $fresh
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
