#!/bin/sh
# Installs ie-podman and ie-netd: programs, the hook, units, manual, completion
# and configuration (kept where it is there). Nothing is set-id. It starts and
# enables nothing.
# usage: install.sh BUILD DESTDIR PREFIX
set -eu
build=$1 root=$2 prefix=$3
here=$(dirname "$0")
unit=$prefix/lib/systemd/system
share=$prefix/share/ie-podman

put() { # MODE FILE FOLDER [NAME]
	install -d "$root$3"
	install -m "$1" "$2" "$root$3/${4:-${2##*/}}"
}
# The same, with the folders of this installation filled in
fill() { # FILE FOLDER
	put 644 "$here/$1" "$2"
	sed -i "s,@BIN@,$prefix/bin,; s,@SBIN@,$prefix/sbin,; s,@SHARE@,$share," \
		"$root$2/${1##*/}"
}
put 755 "$build/ie-podman" "$prefix/bin"
put 755 "$here/sif-run" "$prefix/bin"
put 755 "$build/ie-netd" "$prefix/sbin"
put 755 "$here/reap-users" "$prefix/libexec/ie-podman"
put 755 "$here/sif-squash" "$prefix/libexec/ie-podman"
fill ie-podman.json "$share/hooks.d"
# Found by podman itself, so that its own start and restart keep the address
fill ie-podman-hooks.conf /etc/containers/containers.conf.d
for f in netd/ie-netd.service netd/ie-netd.socket ie-podman-reap.service \
	ie-podman-reap.timer; do
	fill $f "$unit"
done
for page in ie-podman.1 ie-podman.conf.5 ie-netd.8; do
	put 644 "$here/$page" "$prefix/share/man/man${page##*.}"
done
put 644 "$here/completion.bash" \
	"$prefix/share/bash-completion/completions" ie-podman
put 644 "$here/netd/sysusers.conf" "$prefix/lib/sysusers.d" ie-netd.conf
put 644 "$here/netd/sysctl.conf" "$prefix/lib/sysctl.d" 60-ie-netd.conf
for f in ie-podman.conf ie-netd.conf; do
	[ -e "$root/etc/$f" ] || put 644 "$here/$f" /etc
done
