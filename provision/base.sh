# shellcheck shell=sh
# What throwaway hosts start from: a bare Debian of this machine's own release.
# Sourced by the services' prepare.sh.

debian_codename() {
	(. /etc/os-release && echo "$VERSION_CODENAME")
}

# debian_make TREE PACKAGES OPTION...: PACKAGES (comma-separated) and what they
# depend on, without what only people read and without what installing left;
# OPTION: more of mmdebstrap's. Its hooks run before the leftovers go.
debian_make() {
	tree=$1
	include=$2
	shift 2
	# dpkg need not sync what a power cut may take.
	# shellcheck disable=SC2016 # $1 is the new root, for mmdebstrap's shell
	mmdebstrap --quiet --variant=minbase --mode=root --format=directory \
		--include="$include" \
		--dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/info/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		--dpkgopt=force-unsafe-io "$@" \
		--customize-hook='rm -rf "$1"/var/cache/apt/* \
			"$1"/var/lib/apt/lists/* "$1"/etc/resolv.conf \
			"$1"/etc/apt/sources.list.d/* \
			"$1"/etc/apt/sources.list;
			find "$1"/var/log -type f -delete' \
		"$(debian_codename)" "$tree"
}
