#!/bin/sh
# What `make calibrate` does: every driver against the tools that people use
# today, on one throwaway cluster, in pairs whose order alternates by round.
# Keeps the pairs and the table of ratios (ours / theirs) in results/.
# ONLY=REGEX takes some of the pairs, ROUNDS=N other than ten rounds of each.
# Needs root: caches are dropped and ceph-fuse is mounted.
set -eu
export LC_ALL=C
bin=$(realpath "${BUILD:-build}")
rounds=${ROUNDS:-10}
out=${RESULTS:-results}/calibrate-$(date -u +%Y%m%d)

if [ "$(id -u)" -ne 0 ]; then
	echo "calibrate: dropping caches and mounting need root" >&2
	exit 2
fi
tmp=$(mktemp -d "${TMPDIR:-/var/tmp}/ie-calibrate.XXXXXX")
c=$tmp/c
clean() {
	[ ! -d "$c" ] || "$bin/ie-cluster" down --dir "$c" || true
	rm -rf "$tmp"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

"$bin/ie-cluster" up ceph nfs --dir "$c" --owner $$
# `rados bench` tells the OSDs that its access is sequential; so do we here
"$bin/ie-cluster" site --dir "$c" |
	sed 's/^driver = rados$/&\nhints = yes/' >"$tmp/site.ini"
mkdir -p "$out"
export CEPH_CONF="$c/ceph/ceph.conf"

# Mounts live in the cluster's mount namespace and go with it
inside() { "$bin/ie-cluster" exec --dir "$c" ceph -- "$@"; }
drop() { inside "$(realpath provision/ceph/drop)"; }
key() { # TARGET KEY: a value from the site file
	awk -F ' = ' -v t="[target $1]" -v k="$2" '/^\[/ { on = $0 == t }
		on && $1 == k { print $2 }' "$tmp/site.ini"
}
data=$(key local path)
source_file=$tmp/file

# --- ours: TARGET OP MIB KIB DEPTH DATA, bytes/s from the record -------------
job_of() { # TARGET OP MIB KIB DEPTH DATA OBJECT: a case, its brace open
	cache=
	[ "$2" = write ] || cache='cache = cold'
	cat >"$tmp/plan.ini" <<-PLAN
		[plan]
		name = calibrate
		[storage pair]
		targets = $1
		op = $2
		$cache
		sizes = $3M
		block = $4k
		depth = $5
		data = $6
	PLAN
	"$bin/ie-bench" plan "$tmp/plan.ini" --site "$tmp/site.ini" |
		sed "s/}\$/,\"object\":\"$7\"/"
}
ours() {
	job=$(job_of "$@" ie-bench.calibrate)
	if [ "$2" = read ]; then
		echo "$job,\"phases\":[\"prepare\"]}" |
			"$bin/ie-bench" worker >"$tmp/record"
		drop
		job="$job,\"phases\":[\"measure\",\"remove\"]"
	fi
	printf '%s}\ngo\n' "$job" | "$bin/ie-bench" worker >"$tmp/record"
	number() { sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p" "$tmp/record"; }
	echo "$(number bytes) $(number io_ns) $(number sync_ns)" |
		awk 'NF == 3 { printf "%.0f\n", $1 * 1e9 / ($2 + $3) }'
}

# --- theirs: OP MIB KIB DEPTH, bytes/s as the tool says it -------------------
# As ours does: what is written is new each time, what is read was written
# before the caches were dropped, and nothing stays
dd_at() { # COMMAND-PREFIX FILE OP MIB KIB
	$1 dd if=/dev/zero of="$2" bs="$5k" count=$(($4 * 1024 / $5)) \
		conv=fdatasync 2>"$tmp/dd"
	if [ "$3" = read ]; then
		drop
		$1 dd if="$2" of=/dev/null bs="$5k" 2>"$tmp/dd"
	fi
	$1 rm "$2"
	awk '/copied/ { printf "%.0f\n", $1 / $(NF - 3) }' "$tmp/dd"
}
peer_dd() { dd_at '' "$data/peer" "$@"; }
peer_dd_ceph_fuse() { dd_at inside "$tmp/mnt/peer" "$@"; }

# Bandwidth is field 48 or 7, in KiB/s
fio_job() { # OP MIB KIB DEPTH ARGUMENT...
	rw=$1 mib=$2 kib=$3 depth=$4
	shift 4
	fio --name=peer --rw="$rw" --bs="${kib}k" --size="${mib}m" \
		--iodepth="$depth" --end_fsync=1 --invalidate=0 \
		--output-format=terse --terse-version=3 "$@" 2>/dev/null |
		awk -F ';' -v op="$rw" 'NF > 50 { printf "%.0f\n",
			(op == "write" ? $48 : $7) * 1024 }'
}
fio_with() { # OP MIB KIB DEPTH ARGUMENT...
	op=$1
	shift
	speed=$(fio_job write "$@")
	if [ "$op" = read ]; then
		drop
		speed=$(fio_job read "$@")
	fi
	echo "$speed"
}
fio_file() { # ENGINE OP MIB KIB DEPTH
	engine=$1
	shift
	fio_with "$@" --ioengine="$engine" --fallocate=none \
		--filename="$data/peer"
	rm "$data/peer"
}
peer_fio_psync() { fio_file psync "$@"; }
peer_fio_uring() { fio_file io_uring "$@"; }
peer_fio_rbd() {
	inside rbd create --size "$2M" rbd/peer
	fio_with "$@" --ioengine=rbd --clientname=admin --pool=rbd \
		--rbdname=peer
	inside rbd rm --no-progress rbd/peer
}

rados_bench() { # write|seq ARGUMENT...
	rados -p bench bench 60 "$@" 2>/dev/null | awk '
		/Total time run/ { t = $NF } /^(Write|Read) size/ { s = $NF }
		/Total (writes|reads) made/ { n = $NF }
		END { printf "%.0f\n", n * s / t }'
}
peer_rados_bench() {
	speed=$(rados_bench write -b $(($3 * 1024)) -t "$4" \
		--max-objects $(($2 * 1024 / $3)) --no-cleanup)
	if [ "$1" = read ]; then
		drop
		speed=$(rados_bench seq -t "$4")
	fi
	rados -p bench cleanup >/dev/null 2>&1
	echo "$speed"
}

rbd_bench() { # OP MIB KIB DEPTH
	rbd bench --io-type "$1" --io-size "$3K" --io-threads "$4" \
		--io-total "$2M" --io-pattern seq rbd/peer 2>/dev/null | awk '
		{ for (i = 1; i < NF; i++) if ($i == "bytes/sec:") {
			v = $(i + 1); unit = substr($(i + 2), 1, 1) } }
		END { m["K"] = 1; m["M"] = 2; m["G"] = 3
			printf "%.0f\n", v * 1024 ^ m[unit] }'
}
peer_rbd_bench() {
	inside rbd create --size "$2M" rbd/peer
	speed=$(rbd_bench write "$2" "$3" "$4")
	if [ "$1" = read ]; then
		drop
		speed=$(rbd_bench "$@")
	fi
	inside rbd rm --no-progress rbd/peer
	echo "$speed"
}

# libnfs-utils: nfs-cp writes a new file and commits when it closes it; nfs-cat
# reads. Neither keeps time, so the mount is in theirs; none of them removes.
peer_libnfs_utils() {
	name=peer.$round.$1
	url=$(key nfs url | sed "s|?|/$name?|")
	[ -f "$source_file" ] || head -c "$2M" /dev/zero >"$source_file"
	t0=$(date +%s%N)
	nfs-cp "$source_file" "$url" >/dev/null 2>&1
	t1=$(date +%s%N)
	if [ "$1" = read ]; then
		drop
		t0=$(date +%s%N)
		nfs-cat "$url" >/dev/null 2>&1
		t1=$(date +%s%N)
	fi
	job=$(job_of nfs write "$2" "$3" 1 zero "$name")
	echo "$job,\"phases\":[\"remove\"]}" | "$bin/ie-bench" worker >/dev/null
	echo "$2 $t0 $t1" |
		awk '{ printf "%.0f\n", $1 * 1048576 * 1e9 / ($3 - $2) }'
}

# A thin disk is several times slower where nothing was ever written: with the
# removal of the last file committed, both sides find the same free blocks
settle() { sync -f "$c"; }

# --- pairs: TARGET PEER OP MIB KIB DEPTH, and what the peer writes -----------
pairs() {
	cat <<-PAIRS
		local dd write 256 64 1 zero
		local dd read 256 64 1 zero
		local fio_psync write 256 64 1 random
		local fio_psync read 256 64 1 random
		uring fio_uring write 256 64 16 random
		uring fio_uring read 256 64 16 random
		rados rados_bench write 256 4096 16 random
		rados rados_bench read 256 4096 16 random
		rbd rbd_bench write 256 4096 16 random
		rbd rbd_bench read 256 4096 16 random
		rbd fio_rbd write 256 4096 16 random
		rbd fio_rbd read 256 4096 16 random
		cephfs dd_ceph_fuse write 256 64 1 zero
		cephfs dd_ceph_fuse read 256 64 1 zero
		nfs libnfs_utils write 256 1024 1 zero
		nfs libnfs_utils read 256 1024 1 zero
	PAIRS
}

mkdir "$tmp/mnt"
inside ceph-fuse -c "$CEPH_CONF" "$tmp/mnt" >/dev/null 2>&1

printf 'target\tpeer\top\tmib\tkib\tdepth\tround\tours_Bps\ttheirs_Bps\n' \
	>"$out/pairs.tsv"
for round in $(seq "$rounds"); do
	pairs | grep -E "${ONLY:-.}" | while read -r target peer op mib kib depth data_kind; do
		for side in $(if [ $((round % 2)) -eq 0 ]; then echo a b
			else echo b a; fi); do
			settle
			if [ "$side" = a ]; then
				a=$(ours "$target" "$op" "$mib" "$kib" \
					"$depth" "$data_kind")
			else
				b=$("peer_$peer" "$op" "$mib" "$kib" "$depth")
			fi
		done
		printf '%s\t' "$target" "$peer" "$op" "$mib" "$kib" "$depth" \
			"$round" "$a" >>"$out/pairs.tsv"
		echo "$b" >>"$out/pairs.tsv"
		echo "[$round/$rounds] $target against $peer, $op: $a $b" >&2
	done
done
"$bin/ie-stats" pairs "$out/pairs.tsv" | tee "$out/table.txt"
