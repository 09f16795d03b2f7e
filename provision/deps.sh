#!/bin/sh
# Installs the Debian packages that are missing: as root with apt-get, otherwise
# prints the one command to run and fails. What each group is for:
#   build      compiler and libraries
#   services   Ceph and NFS; guests: User Mode Linux and what runs in it
#   nodes      hosts to provision, and Ansible, which does
#   hosts      whole hosts in guests: systemd, control groups 2
#   slurm      Slurm, and PMIx, by which it starts MPI programs
#   engines    what builds images; images: what makes the base they start from
#   sif        what ie-podman sif makes a SIF file with, and sif-run runs it with
#   plots      gnuplot; test: what else the tests need; calibrate: the peers
#   check-r    R, to ask it again; paper: LaTeX; browser: looks at the report
#   lint, fuzz the gates
# usage: deps.sh GROUP...
set -eu

packages() {
	case $1 in
	build)
		echo gcc libc6-dev make libjansson-dev libinih-dev libmnl-dev libnftables-dev \
			libssl-dev libgsl-dev liburing-dev librados-dev librbd-dev \
			libcephfs-dev libnfs-dev libopenmpi-dev openmpi-bin \
			libpmix-dev
		;;
	services)
		echo ceph-mon ceph-mgr ceph-osd ceph-mds ceph-common \
			nfs-ganesha nfs-ganesha-vfs nfs-ganesha-ceph \
			util-linux procps
		;;
	guests)
		echo user-mode-linux kmod iproute2 gfs2-utils e2fsprogs \
			corosync dlm-controld tgt open-iscsi \
			nfs-kernel-server nfs-common xfsprogs nbdkit \
			nbd-client
		;;
	slurm) echo slurmctld slurmd slurm-client munge libpmix-dev ;;
	engines)
		echo podman buildah runc crun docker.io fuse-overlayfs \
			slirp4netns uidmap netavark linux-perf e2fsprogs \
			ceph-fuse
		;;
	nodes)
		echo ansible-core openssh-client systemd-container mmdebstrap \
			apt-utils procps util-linux
		;;
	hosts)
		echo user-mode-linux kmod iproute2 mmdebstrap e2fsprogs \
			procps util-linux
		;;
	images) echo mmdebstrap ;;
	sif) echo squashfs-tools squashfuse bubblewrap ;;
	plots) echo gnuplot-nox fonts-dejavu-core ;;
	test)
		echo perl libxml2-utils locales iproute2 iputils-ping iptables \
			busybox-static fakeroot siftool squashfs-tools \
			squashfuse bubblewrap attr libcap2-bin groff-base \
			mandoc iperf3 nftables
		;;
	browser) echo chromium ;;
	calibrate) echo fio ceph-fuse libnfs-utils ;;
	check-r) echo r-base-core ;;
	paper) echo latexmk texlive-latex-recommended ;;
	lint) echo clang-format cppcheck shellcheck ;;
	fuzz) echo clang libclang-rt-14-dev ;;
	*)
		echo "deps.sh: unknown group $1" >&2
		exit 2
		;;
	esac
}

command -v dpkg-query >/dev/null || {
	echo "no Debian system: install by hand what provision/deps.sh names" >&2
	exit 0
}
missing=''
for group in "$@"; do
	for package in $(packages "$group"); do
		state=$(dpkg-query -W -f '${db:Status-Status}' "$package" \
			2>/dev/null) || state=none
		[ "$state" = installed ] || missing="$missing $package"
	done
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
	echo "packages are missing; run this once, then try again:" >&2
	echo "  sudo apt-get install --no-install-recommends$missing" >&2
	exit 1
fi
echo "installing:$missing" >&2
export DEBIAN_FRONTEND=noninteractive
# Nothing of it is started: a cluster starts its own
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
	trap 'rm -f "$policy"' EXIT
	trap 'exit 1' INT TERM HUP
	printf '#!/bin/sh\nexit 101\n' >"$policy"
	chmod 755 "$policy"
fi
apt-get -qq update
# shellcheck disable=SC2086 # a list of words
apt-get -qq install -y --no-install-recommends $missing >/dev/null
