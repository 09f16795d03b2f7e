# shellcheck shell=sh disable=SC2154
# The disks of this service and the guest on them. Sourced after guest.sh.

# NAME:CACHE. A flush writes what came before to the image (writeback), or
# nothing (unsafe).
disks='ext4:writeback xfs:writeback gfs2:writeback nfs:writeback
	nobarrier:writeback deaf:unsafe async:writeback'

start_disks() {
	port=$IE_PORT
	for disk in $disks; do
		daemon "disk-${disk%:*}" env "TMPDIR=$IE_DIR/run" \
			nbdkit -f -i "$address" -p "$port" --filter=cache \
			file "$IE_DIR/${disk%:*}.img" "cache=${disk#*:}"
		port=$((port + 1))
	done
}

start_victim() {
	guest_start victim 31 512M
	# shellcheck disable=SC2046 # words
	guest victim "$IE_STEPS/victim" "$address" "$IE_PORT" \
		$(for disk in $disks; do echo "${disk%:*}"; done)
}

pids_of_disks() {
	for disk in $disks; do
		echo "run/disk-${disk%:*}.pid"
	done
}
