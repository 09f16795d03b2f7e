#!/bin/sh
# What `make calibrate` does: every driver against the tools that people use
# today, on one throwaway cluster, in pairs whose order alternates by round.
# Keeps the pairs and the table of ratios (ours / theirs) in results/. The pairs
# are in calibrate/pairs, the tools in calibrate/peers.sh.
#   ONLY=REGEX    some of the pairs
#   ROUNDS=N      other than ten rounds of each
#   MIB=N OPS=N   other sizes and numbers of operations, to try it out
# Needs root: caches are dropped and ceph-fuse is mounted.
set -eu
export LC_ALL=C
bin=$(realpath "${BUILD:-build}")
here=$(realpath "$(dirname "$0")")/calibrate
rounds=${ROUNDS:-10}
out=${RESULTS:-results}/calibrate-$(date -u +%Y%m%d)

pairs() {
	grep -v '^#' "$here/pairs" | tr -s ' ' |
		awk -v mib="${MIB:-}" -v ops="${OPS:-}" '{
			$4 = mib == "" ? $4 : mib
			$8 = $8 == "-" || ops == "" ? $8 : ops
			print }' | grep -E "${ONLY:-.}"
}
if [ "$(id -u)" -ne 0 ]; then
	echo "calibrate: dropping caches and mounting need root" >&2
	exit 2
fi
if ! pairs >/dev/null; then
	echo "calibrate: ONLY=$ONLY: no such pair; see $here/pairs" >&2
	exit 2
fi
wants() { pairs | grep -qE "^($1) "; }
services=
node=local
! wants 'rados|rbd|cephfs' || services="$services ceph" node=ceph
! wants nfs || services="$services nfs"

tmp=$(mktemp -d "${TMPDIR:-/var/tmp}/ie-calibrate.XXXXXX")
c=$tmp/c
clean() {
	[ ! -d "$c" ] || "$bin/ie-cluster" down --dir "$c" || true
	rm -rf "$tmp"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# shellcheck disable=SC2086 # several services
"$bin/ie-cluster" up local $services --dir "$c" --owner $$
mkdir -p "$out" "$tmp/mnt" "$tmp/mem"
export CEPH_CONF="$c/ceph/ceph.conf"
# Mounts live in the cluster's mount namespace and go with it
inside() { "$bin/ie-cluster" exec --dir "$c" "$node" -- "$@"; }
inside mount -t tmpfs -o size=2g none "$tmp/mem"
{
	# `rados bench` tells the OSDs that its access is sequential; so do we
	"$bin/ie-cluster" site --dir "$c" |
		sed 's/^driver = rados$/&\nhints = yes/'
	printf '[target %s]\ndriver = %s\npath = %s\nfstype = tmpfs\n' \
		mem posix "$tmp/mem" mem-uring uring "$tmp/mem"
} >"$tmp/site.ini"

key() { # TARGET KEY: a value from the site file
	awk -F ' = ' -v t="[target $1]" -v k="$2" '/^\[/ { on = $0 == t }
		on && $1 == k { print $2 }' "$tmp/site.ini"
}
reads() { case $1 in *read) ;; *) false ;; esac }
folder_of() { key "$1" path; }
file_of() { echo "$(folder_of "$1")/ie-bench.calibrate"; }
# at TARGET COMMAND...: where the target's files are seen
at() {
	where=$1
	shift
	case $where in
	mem*) inside sh -c ". '$here/peers.sh'; tmp='$tmp'; \"\$@\"" sh "$@" ;;
	*) "$@" ;;
	esac
}

# --- what is cold ------------------------------------------------------------
# A Ceph's and an NFS server's caches go with all of the machine's; then the
# programs come back, or the first reads of a run would be those of its code.
drop() {
	case $node in
	ceph) inside "$(realpath provision/ceph/drop)" ;;
	*) sync && echo 3 >/proc/sys/vm/drop_caches ;;
	esac
}
pages_in() { # PROGRAM...
	for program; do
		program=$(command -v "$program")
		# shellcheck disable=SC2046 # several libraries
		cat "$program" $(ldd "$program" |
			sed -n 's/.*=> \(\/[^ ]*\).*/\1/p') >/dev/null
	done
}
# Of a file on the local disk only its own pages have to go
drop_file() {
	[ -f "$1" ] || return 0 # in memory, where nothing can be cold
	sync "$1"
	dd if="$1" iflag=nocache count=0 status=none
}
# A thin disk is several times slower where nothing was ever written: with the
# removal of the last file committed, both sides find the same free blocks
settle() { sync -f "$c"; }

# --- ours --------------------------------------------------------------------
job_of() { # TARGET OP MIB KIB DEPTH DATA OPS OBJECT: a case, its brace open
	cache=
	! reads "$2" || cache='cache = cold'
	case $1/$cache in mem*/?*) cache='cache = warm' ;; esac
	cat >"$tmp/plan.ini" <<-PLAN
		[plan]
		name = calibrate
		seed = $round
		[storage pair]
		targets = $1
		op = $2
		$cache
		sizes = $3M
		block = $4k
		depth = $5
		data = $6
		$([ "$7" = - ] || echo "ops = $7")
	PLAN
	"$bin/ie-bench" plan "$tmp/plan.ini" --site "$tmp/site.ini" |
		sed "s/}\$/,\"object\":\"$8\"/"
}
worker() { # JOB [PHASE...]: its record in $tmp/record
	input=$1
	shift
	phases=$(printf ',"%s"' "$@" | cut -c 2-)
	[ $# -eq 0 ] || input="$input,\"phases\":[$phases]"
	case " $* " in
	*' measure '* | '  ') go='go\n' ;;
	*) go= ;;
	esac
	printf '%s}\n%b' "$input" "$go" | case $input in
	*'"target":"mem'*) inside "$bin/ie-bench" worker ;;
	*) "$bin/ie-bench" worker ;;
	esac >"$tmp/record"
	# that a server's cache was cold is not for the worker to say
	grep -q '"status":"ok"\|was not shown to be cold' "$tmp/record" || {
		echo "calibrate: $(cat "$tmp/record")" >&2
		exit 1
	}
}
# What both sides read or overwrite; of Ceph and NFS each has its own
shared() { case $1/$2 in */write) false ;; local/* | uring/* | mem*) ;; *) false ;; esac }
ours() { # TARGET OP MIB KIB DEPTH DATA OPS: bytes/s, and processor time in ns
	job=$(job_of "$@" ie-bench.calibrate)
	if shared "$1" "$2"; then
		! reads "$2" || drop_file "$(file_of "$1")"
		worker "$job" measure
	elif reads "$2"; then
		worker "$job" prepare
		drop
		pages_in "$bin/ie-bench"
		worker "$job" measure remove
	else
		worker "$job"
	fi
	number() { sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p" "$tmp/record"; }
	echo "$(number bytes) $(number io_ns) $(number sync_ns)" \
		"$(number cpu_user_ns) $(number cpu_sys_ns)" |
		awk 'NF == 5 { printf "%.0f %.0f\n", $1 * 1e9 / ($2 + $3), $4 + $5 }'
}

# shellcheck source=bench/calibrate/peers.sh
. "$here/peers.sh"

# --- pairs -------------------------------------------------------------------
! wants cephfs || inside ceph-fuse -c "$CEPH_CONF" --pid-file "$tmp/fuse.pid" \
	"$tmp/mnt" >/dev/null 2>&1
pair() { # TARGET PEER OP MIB KIB DEPTH DATA OPS: a row of pairs.tsv
	target=$1 peer=$2 op=$3 mib=$4 kib=$5 depth=$6 data_kind=$7 ops=$8
	! shared "$target" "$op" || worker "$(job_of "$target" "$op" "$mib" \
		"$kib" "$depth" "$data_kind" "$ops" ie-bench.calibrate)" prepare
	for side in $(if [ $((round % 2)) -eq 0 ]; then echo a b
		else echo b a; fi); do
		settle
		if [ "$side" = a ]; then
			a=$(ours "$target" "$op" "$mib" "$kib" "$depth" \
				"$data_kind" "$ops")
		else
			b=$("peer_$peer" "$op" "$mib" "$kib" "$depth" "$ops")
		fi
	done
	! shared "$target" "$op" || worker "$(job_of "$target" "$op" "$mib" \
		"$kib" "$depth" "$data_kind" "$ops" ie-bench.calibrate)" remove
	printf '%s\t' "$target" "$peer" "$op" "$mib" "$kib" "$depth" "$round" \
		"${a% *}" "${b% *}" "${a#* }" "${b#* }" \
		"$([ "$ops" = - ] && echo $((mib * 1048576)) || echo $((ops * kib * 1024)))"
	less_of "$peer" "$op"
	echo "[$round/$rounds] $target against $peer, $op, $kib KiB, depth $depth: $a $b" >&2
}
printf '%s\t' target peer op mib kib depth round ours_Bps theirs_Bps \
	ours_cpu_ns theirs_cpu_ns bytes >"$out/pairs.tsv"
echo less >>"$out/pairs.tsv"
for round in $(seq "$rounds"); do
	pairs >"$tmp/pairs"
	while read -r row; do
		# shellcheck disable=SC2086 # words
		pair $row </dev/null >>"$out/pairs.tsv"
	done <"$tmp/pairs"
done
"$bin/ie-stats" pairs "$out/pairs.tsv" | tee "$out/table.txt"
