#!/bin/sh
# Makes DIR/little.tar of DIR/base.tar: no more than a shell, coreutils and
# their libraries. For stores where each file takes so long that a whole Debian
# would take hours.
# usage: little.sh DIR
set -eu
export LC_ALL=C
cd "$1"
tmp=$(mktemp -d "$PWD/little.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
info=./var/lib/dpkg/info
tar -xf base.tar -C "$tmp" "$info"
# Where they are said to be, /bin is another name of /usr/bin
for package in base-files coreutils dash libacl1 libattr1 libc6 libgmp10 \
	libpcre2-8-0 libselinux1; do
	cat "$tmp/$info/$package.list" "$tmp/$info/$package:"*.list 2>/dev/null ||
		:
done | sed 's,^/\(bin\|lib\|lib64\|sbin\)/,/usr/\1/,; s,^,.,' |
	grep -v -e gconv -e /share >"$tmp/files"
printf './bin\n./lib\n./lib64\n./sbin\n./usr/bin/sh\n./dev\n' >>"$tmp/files"
sed 's,$,/,' "$tmp/files" >"$tmp/folders"
tar -tf base.tar | grep -vFx -f "$tmp/files" -f "$tmp/folders" >"$tmp/others"
cp base.tar "$tmp/little.tar"
tar --delete -f "$tmp/little.tar" --no-recursion -T "$tmp/others"
mv "$tmp/little.tar" little.tar
