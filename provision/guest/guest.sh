# shellcheck shell=sh
# Guests of a service: User Mode Linux kernels, joined by the bridge of the
# cluster's network (local/up). Their root is the host's own, or a disk
# (hosts/up). Sourced after step.sh.

# guests_prepare: what every guest starts with. Their programs are
# copied, because a kernel's command line takes no blank in a path.
guests_prepare() {
	need linux.uml modprobe "$IE_BIN/guest-run" "$IE_BIN/guest-agent"
	mkdir -p guest guests mem uml
	cp "$IE_STEPS/../guest/init" "$IE_BIN/guest-agent" guest
}

# guest_disks MAX_GIB IMAGE...: sparse, each at most so large, and never more
# than half of the free disk together.
guest_disks() {
	max=$1
	shift
	free=$(($(df -kP . | awk 'NR == 2 { print $4 }') / 1048576))
	size=$((free / 2 / $# < max ? free / 2 / $# : max))
	size=${IE_DISK_GIB:-$size}
	[ "$size" -ge 1 ] || {
		echo "$# disks of 1 GiB do not fit: $free GiB are free" >&2
		exit 1
	}
	truncate -s "${size}G" "$@"
}

# guest_start NAME NUMBER MEMORY ARGUMENT...: on the host's root, which it cannot
# write to.
guest_start() {
	guest_boot "$@" root=/dev/root rootfstype=hostfs rootflags=/ ro \
		"init=$IE_DIR/guest/init"
}

# guest_boot NAME NUMBER MEMORY ARGUMENT...: of the kernel, such as disks. The
# number is the end of its address and its own in the cluster.
guest_boot() {
	mkdir -p "mem/$1"
	echo "10.77.0.$2" >"guests/$1"
	name=$1
	number=$2
	memory=$3
	shift 3
	daemon "$name" "$IE_BIN/guest-run" guests "$name" "$IE_DIR" \
		"$IE_DIR/mem/$name" linux.uml "mem=$memory" \
		con=null con0=null,fd:1 ssl=null "uml_dir=$IE_DIR/uml/" "umid=$name" \
		"vec0:transport=fd,fd=3,vec=0,mtu=9000,mac=02:00:00:4d:00:$(printf %02x "$number")" \
		"IE_GUEST=$name" "IE_ADDRESS=10.77.0.$number" "IE_DIR=$IE_DIR" \
		"$@"
}

# Bytes that guests have read from the host's disk so far. Each is several
# processes, and the one that reads is not the first.
guest_disk_reads() { # NAME...
	sum=0
	for n; do
		running "$n" || {
			echo "guest $n has ended" >&2
			exit 1
		}
		for p in $(pgrep -g "$(cat "run/$n.pid")"); do
			# A process of the guest may end in the middle of this.
			r=$(sed -n 's/^read_bytes: //p' "/proc/$p/io" \
				2>/dev/null) || :
			sum=$((sum + ${r:-0}))
		done
	done
	echo "$sum"
}

# guests_cut NAME...: their power goes, and with it all that is in their memory.
guests_cut() {
	for n; do
		kill -KILL "-$(cat "run/$n.pid")" 2>/dev/null || :
	done
	# A process that has yet to end may still hold the disk
	for n; do
		left=200
		while pgrep -g "$(cat "run/$n.pid")" >/dev/null; do
			left=$((left - 1))
			[ $left -gt 0 ] || {
				echo "guest $n: does not end" >&2
				exit 1
			}
			sleep 0.02
		done
	done
}

guests_drop_caches() { # NAME...
	for n; do
		guest "$n" sh -c 'sync; echo 3 >/proc/sys/vm/drop_caches'
	done
}

# guest NAME COMMAND...: runs it there; waits for a guest that is booting.
guest() {
	"$IE_BIN/guest-exec" "$IE_DIR" "$@" </dev/null
}
