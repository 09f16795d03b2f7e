# shellcheck shell=sh disable=SC2154
# What the servers of this service need on the host. Sourced after guest.sh.

up() { # SERVICE
	case " $IE_SERVICES " in
	*" $1 "*) ;;
	*) return 1 ;;
	esac
}

format_disks() {
	for disk in nfsd iscsi nfs-iscsi; do
		mkfs.ext4 -F -q -E lazy_itable_init=0,lazy_journal_init=0 \
			$disk.img || return
	done
}

tgt() {
	TGT_IPC_SOCKET=$IE_DIR/run/tgt tgtadm -C 0 --lld iscsi "$@"
}

# One target for each guest.
start_tgt() {
	daemon tgtd env "TGT_IPC_SOCKET=$IE_DIR/run/tgt" tgtd -f -C 0 \
		--iscsi "portal=$address:$IE_PORT"
	left=100
	until tgt --op show --mode target >/dev/null 2>&1; do
		left=$((left - 1))
		if ! running tgtd || [ $left = 0 ]; then
			echo 'tgtd does not answer' >&2
			exit 1
		fi
		sleep 0.05
	done
	id=0
	for disk in iscsi nfs-iscsi; do
		id=$((id + 1))
		tgt --op new --mode target --tid $id -T "iqn.2021-01.ie:$disk"
		tgt --op new --mode logicalunit --tid $id --lun 1 \
			-b "$IE_DIR/$disk.img"
		tgt --op bind --mode target --tid $id -I ALL
	done
}

# The kernel's client speaks to the monitor's second port.
ceph_port() {
	sed -n 's/^mon_host = .*v1:[0-9.]*:\([0-9]*\)\]/\1/p' \
		"$IE_CLUSTER_DIR/ceph/ceph.conf"
}

nfs_port() { # NFS|MNT
	sed -n "s/.*$1_Port = \([0-9]*\);/\1/p" "$IE_CLUSTER_DIR/nfs/vfs.conf"
}

# Only with the features that the kernel's client knows.
make_images() {
	for image in ext4 xfs; do
		rbd -c "$IE_CLUSTER_DIR/ceph/ceph.conf" create --size 6G \
			--image-feature layering "kclients-$image"
	done
}
