#!/bin/sh
# Makes what the service `nodes` starts from: DIR/base, a bare Debian with
# systemd and an SSH server, and DIR/repo, a repository with the packages that
# are to be installed on nodes (and what they depend on), because a node reaches
# no network but the cluster's. What is there for the same packages stays.
# usage: prepare.sh DIR PACKAGE...
set -eu
. "$(dirname "$0")/../base.sh"
dir=$1
shift
packages=$*
[ "$(cat "$dir/packages" 2>/dev/null)" != "$packages" ] || exit 0

mkdir -p "$dir"
tmp=$(mktemp -d "$dir/new.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir "$tmp/repo"
# shellcheck disable=SC2016 # $1 is the new root, for mmdebstrap's shell
debian_make "$tmp/base" \
	systemd-sysv,dbus,libpam-systemd,openssh-server,iproute2,python3,python3-apt \
	--customize-hook='rm -f "$1"/var/cache/apt/archives/*.deb' \
	--customize-hook="chroot \"\$1\" apt-get -qq install --yes \
		--no-install-recommends --download-only $packages >/dev/null" \
	--customize-hook="mv \"\$1\"/var/cache/apt/archives/*.deb $tmp/repo" \
	--customize-hook='rm -rf "$1"/etc/ssh/ssh_host_*'
echo 'deb [trusted=yes] file:/srv/repo ./' >"$tmp/base/etc/apt/sources.list"
# A node has yet to look at its repository.
touch -d @0 "$tmp/base/var/lib/apt/lists"
(
	cd "$tmp/repo"
	apt-ftparchive packages . >Packages
	apt-ftparchive release . >Release
)
rm -rf "$dir/base" "$dir/repo" "$dir/packages"
mv "$tmp/base" "$tmp/repo" "$dir"
echo "$packages" >"$dir/packages"
