#!/bin/sh
# Makes what the image builds start from: DIR/base.tar, a minimal Debian without
# documentation, as container images have it, and
# DIR/debs/, the packages that the build `student` installs, which no build
# fetches itself. The same packages give the same bytes.
# usage: base.sh DIR
set -eu
export LC_ALL=C
dir=$1
packages='gcc libc6-dev make'
export SOURCE_DATE_EPOCH=1735689600

tmp=$(mktemp -d "$dir/base.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir "$tmp/debs"
# shellcheck disable=SC2016 # $1 is the new root, for mmdebstrap's shell
mmdebstrap --quiet --variant=minbase --mode=root --format=tar \
	--dpkgopt='path-exclude=/usr/share/doc/*' \
	--dpkgopt='path-exclude=/usr/share/man/*' \
	--dpkgopt='path-exclude=/usr/share/info/*' \
	--dpkgopt='path-exclude=/usr/share/locale/*' \
	--customize-hook='rm -f "$1"/var/cache/apt/archives/*.deb' \
	--customize-hook="chroot \"\$1\" apt-get -qq install --yes \
		--no-install-recommends --download-only $packages >/dev/null" \
	--customize-hook="cp \"\$1\"/var/cache/apt/archives/*.deb $tmp/debs" \
	--customize-hook='rm -rf "$1"/var/log/* "$1"/var/cache/ldconfig \
		"$1"/var/cache/apt/* "$1"/var/lib/apt/lists/* \
		"$1"/etc/apt/sources.list "$1"/etc/apt/sources.list.d/* \
		"$1"/etc/resolv.conf "$1"/etc/hostname' \
	bookworm "$tmp/base.tar"
rm -rf "$dir/debs"
mv "$tmp/debs" "$dir/debs"
mv "$tmp/base.tar" "$dir/base.tar"
