# shellcheck shell=sh
# An NFS server in the kernel of a guest, version 4 only: that needs no rpcbind.
# Sourced after inside.sh.

nfsd_prepare() {
	mkdir -p /run/ie
	mount -t tmpfs tmpfs /run/ie # the root of what is exported
}

nfsd_start() { # FOLDER:OPTIONS..., below /run/ie
	modules nfsd
	mount -t tmpfs tmpfs /var/lib/nfs
	mkdir -p /var/lib/nfs/v4recovery /var/lib/nfs/rpc_pipefs /run/rpcbind
	touch /var/lib/nfs/etab /var/lib/nfs/rmtab
	mount -t nfsd nfsd /proc/fs/nfsd
	cd /proc/fs/nfsd || return
	echo 1048576 >max_block_size
	echo 10 >nfsv4gracetime
	echo 10 >nfsv4leasetime
	id=0
	for export in :sync "$@"; do
		exportfs -i -o "rw,no_root_squash,no_subtree_check,insecure,fsid=$id,${export#*:}" \
			"*:/run/ie/${export%%:*}"
		id=$((id + 1))
	done
	rpc.mountd -N 3
	rpc.nfsd -N 3 -V 4.2 8
	# No client has anything to reclaim
	echo Y >v4_end_grace
}
