# shellcheck shell=sh disable=SC2154
# The tools of today, as calibrate.sh measures them beside our drivers. A peer
# is a function that takes OP MIB KIB DEPTH OPS and prints its speed in bytes/s
# and its processor time in ns (NA where it cannot be told). Sourced.
#
# As ours does: what is written is new each time, what is read was written
# before the caches were dropped, and nothing stays. Files on the local disk
# and in memory are prepared by our worker, and both sides read and overwrite
# the very same one: its place on the disk is the same.

# What a peer does less than our driver, or more; shown under the table
less_of() { # PEER OP
	case $1/$2 in
	dd/write) echo 'writes one buffer of zeros again and again' ;;
	dd/read) echo 'reads into one buffer again and again' ;;
	fio_psync/*write) echo 'one thread for each operation in flight; writes one buffer, changed a little, that stays in the cache of the processor (ours come from memory, and all differ)' ;;
	fio_psync/*) echo 'one thread for each operation in flight; data from one buffer, changed a little' ;;
	fio_uring/*) echo 'data from one buffer, changed a little; cost without the threads of the kernel' ;;
	fio_rbd/*) echo 'data from one buffer, changed a little; no look at what was read' ;;
	rados_bench/write) echo 'writes one buffer again and again' ;;
	rados_bench/read) echo 'reads without handing the data to anyone (--no-verify)' ;;
	rbd_bench/write) echo 'writes one buffer again and again' ;;
	rbd_bench/read) echo 'reads without handing the data to anyone' ;;
	dd_ceph_fuse/*) echo 'more: goes through the kernel and FUSE to libcephfs' ;;
	libnfs_utils/*) echo 'more: starts and mounts inside its time' ;;
	esac
}

# timed COMMAND...: its processor time goes to $tmp/cpu, in ns
timed() {
	# shellcheck disable=SC2016 # for bash
	bash -c 'TIMEFORMAT="%3U %3S"
		{ time "$@" >&3 2>&4; } 3>&1 4>&2 2>"$0"' "$tmp/times" "$@"
	awk '{ printf "%.0f\n", ($1 + $2) * 1e9 }' "$tmp/times" >"$tmp/cpu"
}
# less_start COMMAND...: the same less what it takes to start and to connect,
# measured once for each
less_start() {
	start=$tmp/start.$1
	if [ ! -f "$start" ]; then
		mv "$tmp/cpu" "$tmp/cpu.kept" 2>/dev/null || :
		timed "$@" >/dev/null 2>&1
		mv "$tmp/cpu" "$start"
		mv "$tmp/cpu.kept" "$tmp/cpu" 2>/dev/null || :
	fi
	cat "$start"
}
cpu_less() { # NS
	awk -v start="$1" '{ print ($1 > start + 0 ? $1 - start : 0) }' "$tmp/cpu"
}

# --- dd ----------------------------------------------------------------------
dd_speed() { awk '/copied/ { printf "%.0f\n", $1 / $(NF - 3) }' "$tmp/dd"; }
peer_dd() {
	if [ "$1" = read ]; then
		drop_file "$(file_of local)"
		timed dd if="$(file_of local)" of=/dev/null bs="$3k" 2>"$tmp/dd"
	else
		timed dd if=/dev/zero of="$(folder_of local)/peer" bs="$3k" \
			count=$(($2 * 1024 / $3)) conv=fdatasync 2>"$tmp/dd"
		rm "$(folder_of local)/peer"
	fi
	echo "$(dd_speed) $(cpu_less "$(less_start dd count=0)")"
}

# What ceph-fuse has used so far, all its threads, in ns
fuse_cpu() {
	inside sh -c "cat /proc/\$(cat $tmp/fuse.pid)/task/*/schedstat" |
		awk '{ sum += $1 } END { printf "%.0f\n", sum }'
}
peer_dd_ceph_fuse() {
	before=$(fuse_cpu)
	inside dd if=/dev/zero of="$tmp/mnt/peer" bs="$3k" \
		count=$(($2 * 1024 / $3)) conv=fdatasync 2>"$tmp/dd"
	if [ "$1" = read ]; then
		drop
		pages_in dd ceph-fuse
		before=$(fuse_cpu)
		inside dd if="$tmp/mnt/peer" of=/dev/null bs="$3k" 2>"$tmp/dd"
	fi
	after=$(fuse_cpu)
	inside rm "$tmp/mnt/peer"
	echo "$(dd_speed) $((after - before))"
}

# --- fio ---------------------------------------------------------------------
# Of its terse lines: bandwidth in KiB/s is field 7 or 48, the time in ms 9 or
# 50, and its processor time in % of that 88 and 89: that of its own threads.
# Without --fadvise_hint=0 it asks for twice the readahead for sequential reads
# and for none for random ones, which ours does not; without the batches its
# io_uring submits one operation a system call, ours all that are ready.
fio_job() { # OP SIZE KIB DEPTH OPS ARGUMENT...
	rw=$1 size=$2 kib=$3 depth=$4 ops=$5
	shift 5
	[ "$ops" = - ] || set -- --io_size="$((ops * kib))k" "$@"
	timed fio --name=peer --rw="$rw" --bs="${kib}k" --size="$size" \
		--iodepth="$depth" --iodepth_batch_submit="$depth" \
		--iodepth_batch_complete_min=1 \
		--iodepth_batch_complete_max="$depth" --fadvise_hint=0 \
		--end_fsync=1 --invalidate=0 --group_reporting \
		--output-format=terse --terse-version=3 "$@" 2>/dev/null |
		awk -F ';' -v write="$(case $rw in *write) echo 1 ;; esac)" \
			'NF > 89 { printf "%.0f %.0f\n",
			(write ? $48 : $7) * 1024,
			($88 + $89) / 100 * (write ? $50 : $9) * 1e6 }'
}
fio_file() { # ENGINE TARGET OP SIZE KIB DEPTH OPS [ARGUMENT...]
	engine=$1 where=$2 file=$(file_of "$2")
	shift 2
	if [ "$1" = write ]; then
		file=$(folder_of "$where")/peer
	elif reads "$1"; then
		drop_file "$file"
	fi
	at "$where" fio_job "$@" --ioengine="$engine" --fallocate=none \
		--filename="$file"
	[ "$1" != write ] || at "$where" rm "$file"
}
# Ours has as many threads as operations in flight, each with its own share
peer_fio_psync() {
	share=$5
	[ "$share" = - ] || share=$((share / $4))
	fio_file psync "$target" "$1" $(($2 * 1024 / $4))k "$3" 1 "$share" \
		--thread --numjobs="$4" \
		--offset_increment=$(($2 * 1024 / $4))k |
		awk -v threads="$4" '{ printf "%s %.0f\n", $1, $2 * threads }'
}
peer_fio_uring() {
	op=$1 size=${2}m
	shift 2
	fio_file io_uring "$target" "$op" "$size" "$@"
}
# Most of its time is spent by threads of librbd, so all of the process counts
peer_fio_rbd() {
	start=$(less_start rbd ls rbd)
	inside rbd create --size "$2M" rbd/peer
	op=$1 size=${2}m
	shift 2
	set -- "$size" "$@" --ioengine=rbd --clientname=admin --pool=rbd \
		--rbdname=peer
	said=$(fio_job write "$@")
	if [ "$op" = read ]; then
		drop
		pages_in fio
		said=$(fio_job read "$@")
	fi
	said="${said% *} $(cpu_less "$start")"
	inside rbd rm --no-progress rbd/peer
	echo "$said"
}

# --- Ceph's own --------------------------------------------------------------
rados_bench() { # write|seq ARGUMENT...
	timed rados -p bench bench 60 "$@" 2>/dev/null | awk '
		/Total time run/ { t = $NF } /^(Write|Read) size/ { s = $NF }
		/Total (writes|reads) made/ { n = $NF }
		END { printf "%.0f\n", n * s / t }'
}
peer_rados_bench() {
	start=$(less_start rados lspools)
	said=$(rados_bench write -b $(($3 * 1024)) -t "$4" \
		--max-objects $(($2 * 1024 / $3)) --no-cleanup)
	if [ "$1" = read ]; then
		drop
		pages_in rados
		said=$(rados_bench seq -t "$4" --no-verify)
	fi
	said="$said $(cpu_less "$start")"
	rados -p bench cleanup >/dev/null 2>&1
	echo "$said"
}

rbd_bench() { # OP MIB KIB DEPTH
	timed rbd bench --io-type "$1" --io-size "$3K" --io-threads "$4" \
		--io-total "$2M" --io-pattern seq rbd/peer 2>/dev/null | awk '
		{ for (i = 1; i < NF; i++) if ($i == "bytes/sec:") {
			v = $(i + 1); unit = substr($(i + 2), 1, 1) } }
		END { m["K"] = 1; m["M"] = 2; m["G"] = 3
			printf "%.0f\n", v * 1024 ^ m[unit] }'
}
peer_rbd_bench() {
	start=$(less_start rbd ls rbd)
	inside rbd create --size "$2M" rbd/peer
	said=$(rbd_bench write "$2" "$3" "$4")
	if [ "$1" = read ]; then
		drop
		pages_in rbd
		said=$(rbd_bench "$@")
	fi
	said="$said $(cpu_less "$start")"
	inside rbd rm --no-progress rbd/peer
	echo "$said"
}

# libnfs-utils: nfs-cp writes a new file and commits when it closes it; nfs-cat
# reads. Neither keeps time, so the mount is in theirs; none of them removes.
peer_libnfs_utils() {
	name=peer.$round.$1
	url=$(key nfs url | sed "s|?|/$name?|")
	[ -f "$tmp/file" ] || head -c "$2M" /dev/zero >"$tmp/file"
	t0=$(date +%s%N)
	timed nfs-cp "$tmp/file" "$url" >/dev/null 2>&1
	t1=$(date +%s%N)
	if [ "$1" = read ]; then
		drop
		pages_in nfs-cat
		t0=$(date +%s%N)
		timed nfs-cat "$url" >/dev/null 2>&1
		t1=$(date +%s%N)
	fi
	worker "$(job_of nfs write "$2" "$3" 1 zero - "$name")" remove
	echo "$2 $t0 $t1 $(cat "$tmp/cpu")" | awk '{ printf "%.0f %s\n",
		$1 * 1048576 * 1e9 / ($3 - $2), $4 }'
}
